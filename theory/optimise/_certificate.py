"""The kernel's derivation of a bound at exact multipliers."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction

from sympy import Abs, Expr, Integer, Rational, Symbol

from theory.assumptions import ASYMMETRY_BOUND, FORM, GAIN_BOUND, MIN_SYMMETRIC, SYMMETRIC_BOUND
from theory.corollary import Response
from theory.divisors import divisors, specialised
from theory.kernel import (
    Assumption,
    Fact,
    Rejected,
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
from theory.symbols import F, F_max, F_min, G, G_max, e, g, h, q_max

Term = tuple[object, ...]
BOUNDS = {ASYMMETRY_BOUND: G_max, GAIN_BOUND: q_max, MIN_SYMMETRIC: F_min, SYMMETRIC_BOUND: F_max}


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
    return _for_device(fact, posed.response, posed)


def _ordered(fact: Fact) -> list[Assumption]:
    return sorted(fact.assumptions, key=lambda a: a.name)


def _settled(fact: Fact) -> Fact:
    """Without the preconditions that have become inequalities between rational numbers."""
    for assumption in _ordered(fact):
        if isinstance(assumption.expr, Rational):
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


def _for_device(fact: Fact, response: Response, posed: Problem) -> Fact:
    """Put in the device's response, prove the bounds on it from the device's lemmas, then put in its numbers."""
    gains = ((F, response.symmetric), (G, response.asymmetric))
    fact = _put_in(fact, gains, response)
    for bound, limit in BOUNDS.items():
        numeric = bound.instantiate({**dict(gains), limit: rational(posed.given[limit.name])})
        if numeric in fact.assumptions:
            fact = discharge(fact, numeric, _bound_proof(numeric, bound, limit, response))
    with suppress(Rejected):  # a power may need its exponent's symbol: then conditions on the parameters are left
        fact = specialise(fact, tuple(substitution(posed.parameters).items()))
    return _settled(fact)


def _put_in(fact: Fact, values: tuple[tuple[Symbol, Expr], ...], response: Response) -> Fact:
    """The fact for a device's own quantities; its lemmas settle their signs and those of what they divide by."""
    lemmas = response.lemmas()
    unsettled = [value for symbol, value in values if needs_proof(symbol, value)]
    signs = tuple(lemma for lemma in lemmas if any(is_zero(lemma.expr - value) for value in unsettled))
    return specialised(fact, values, signs, _strict(response))


def _strict(response: Response) -> tuple[Fact, ...]:
    return tuple(lemma for lemma in response.lemmas() if lemma.relation == ">")


def _bound_proof(numeric: Assumption, bound: Assumption, limit: Symbol, response: Response) -> Fact:
    """A bound on the response by a number: the device's own bound, and that the number is no tighter than that."""
    values = dict(response.mapping())
    own = bound.instantiate(values)
    proved = next((lemma for lemma in response.lemmas() if is_zero(lemma.expr - own.expr)), own.expr)
    room = numeric.expr - bound.instantiate({F: values[F], G: values[G]}).expr
    text = f"the number used for {limit.name} is no tighter than the device's own bound"
    assumed = assume(Assumption(name="R bound", relation=">=", expr=room, text=text, on_parameters=True))
    no_tighter = _put_in(assumed, ((limit, values[limit]),), response)
    # A term that is zero brings along that what the bound divides by is positive.
    divided = (combine((), Integer(0)), *divisors((numeric.expr,), _strict(response)))
    return combine(((proved,), (no_tighter,), divided), numeric.expr)
