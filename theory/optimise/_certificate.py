"""The kernel's derivation of a bound at exact multipliers."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from sympy import Abs, Expr, Rational, Symbol, expand

from theory.assumptions import ASYMMETRY_BOUND, FORM, GAIN_BOUND, MIN_SYMMETRIC, SYMMETRIC_BOUND
from theory.corollary import Response
from theory.kernel import (
    Assumption,
    Fact,
    assume,
    combine,
    discharge,
    needs_proof,
    signed,
    specialise,
    square,
)
from theory.operators import Draw
from theory.optimise._form import cost, eliminated, form
from theory.optimise._problem import Problem, rational, substitution
from theory.signs import is_zero
from theory.symbols import F, F_max, F_min, G, G_max, e, g, h

Term = tuple[object, ...]
Values = tuple[tuple[Symbol, Rational], ...]
BOUNDS = {bound.name for bound in (ASYMMETRY_BOUND, GAIN_BOUND, MIN_SYMMETRIC, SYMMETRIC_BOUND)}


def certify(posed: Problem, at: Mapping[str, Fraction]) -> Fact:
    """The bound at exactly these rationals, K left symbolic; Rejected if the multipliers do not fit."""
    numbers = substitution({**posed.given, **at})
    if len(posed.ends) == 1:
        numbers[F] = rational(posed.ends[0])
    fact = specialise(posed.statement.prove(), tuple(numbers.items()))
    for assumption in _ordered(fact):
        if assumption.name == FORM.name:
            fact = discharge(fact, assumption, _form_fact(posed, at, assumption.expr))
    fact = _settled(fact)
    if posed.response is None:
        return fact
    return _for_device(fact, posed.response, tuple(substitution(posed.parameters).items()))


def _ordered(fact: Fact) -> list[Assumption]:
    return sorted(fact.assumptions, key=lambda a: a.name)


def _settled(fact: Fact) -> Fact:
    """Without the preconditions that have become inequalities between numbers."""
    for assumption in _ordered(fact):
        if not assumption.expr.free_symbols:
            fact = discharge(fact, assumption, signed(assumption.expr))
    return fact


# ------------------------------------------------------------------------------------------- the form


def _form_fact(posed: Problem, at: Mapping[str, Fraction], target: Expr) -> Fact:
    """The form at F as a mixture of those at the ends, each a sum of squares, and what concavity and |G| add."""
    limit = rational(posed.given["max_asymmetric"])
    asymmetry = specialise(assume(ASYMMETRY_BOUND), ((G_max, limit),))
    signal = square(h + e) if posed.stale else square(h)
    terms: list[Term] = [(rational(at["multiplier"]), limit + Abs(G), asymmetry, signal)]
    if len(posed.ends) == 1:
        return combine((*terms, *_squares(posed, at, posed.ends[0])), target)
    low, high = posed.ends
    above_low = specialise(assume(MIN_SYMMETRIC), ((F_min, rational(low)),))
    below_high = specialise(assume(SYMMETRIC_BOUND), ((F_max, rational(high)),))
    share = rational(1 / (high - low))
    terms += [(share, below_high, *term) for term in _squares(posed, at, low)]
    terms += [(share, above_low, *term) for term in _squares(posed, at, high)]
    return combine((*terms, (rational(cost(posed.given, at)), above_low, below_high, signal)), target)


def _squares(posed: Problem, at: Mapping[str, Fraction], symmetric: Fraction) -> Iterator[Term]:
    """LDLᵀ of the form at one end and the largest asymmetry: rational weights and squares."""
    matrix = form(posed.given, at, symmetric)
    matrix[-1][-1] -= at["descent_rate"]
    variables = (G * Draw(Abs(g)), *((e, h) if posed.stale else (h,)))
    # Where a pivot is not positive the elimination stops, and what is missing makes the kernel reject the sum.
    for i, (pivot, row) in enumerate(zip(*eliminated(matrix), strict=False)):
        line = sum(rational(weight) * variable for weight, variable in zip(row, variables[i:], strict=True))
        if pivot:  # A is the lesser Schur complement itself, so that at one end the last pivot is zero
            yield rational(pivot), square(line)


# ----------------------------------------------------------------------------------------- the device


def _for_device(fact: Fact, response: Response, parameters: Values) -> Fact:
    """Put in the device's response at its numbers, and prove the bounds on it from the device's lemmas."""
    values = ((F, response.symmetric), (G, response.asymmetric))
    open_signs = [value for symbol, value in values if needs_proof(symbol, value)]
    signs = tuple(lemma for lemma in response.lemmas() if any(is_zero(lemma.expr - value) for value in open_signs))
    fact = _settled(specialise(specialise(fact, values, signs), parameters))
    lemmas = [_settled(specialise(lemma, parameters)) for lemma in response.lemmas()]
    for assumption in _ordered(fact):
        if assumption.name in BOUNDS:
            fact = discharge(fact, assumption, _bound_proof(assumption, lemmas))
    return fact


def _bound_proof(bound: Assumption, lemmas: list[Fact]) -> Fact:
    """A bound on the response at numbers, from a lemma that says the same but for rounding outwards."""
    gaps = [(expand(bound.expr - lemma.expr), lemma) for lemma in lemmas]
    stronger = [(gap, lemma) for gap, lemma in gaps if not gap.free_symbols and gap >= 0]
    if not stronger:
        return signed(bound.expr)
    slack, lemma = min(stronger, key=lambda pair: pair[0])
    return combine(((1, lemma), (_rounding(slack),)), bound.expr)


def _rounding(slack: Expr) -> Fact:
    """slack ≥ 0 for a number: proved if it is rational, else a hypothesis that anybody can compute."""
    if isinstance(slack, Rational):
        return signed(slack)
    text = "a bound of the device, rounded outwards to a rational number"
    return assume(Assumption(name="R rounding", relation=">=", expr=slack, text=text, on_parameters=True))
