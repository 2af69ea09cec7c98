"""Is a rejected mutant true all the same? Cheap attempts to find a certificate for it, each decided by the kernel.

The original's fact serves again if the mutant says no more than it: if its gap is a multiple of the original gap plus
something whose sign the notation table settles, and each assumption that it no longer makes follows from one that it
does.
"""

from collections.abc import Iterable, Iterator

from sympy import Expr, Integer, Rational, expand

from theory.kernel import Assumption, Fact, Rejected, assume, combine, discharge
from theory.signs import sign_of
from theory.statement import Statement
from theory.symbols import unfold

SCALES = (Integer(1), Integer(2), Rational(1, 2))
STRONG = {">=": {">=", ">", "=="}, ">": {">"}, "==": {"=="}}
"""The relations that a fact may have to prove a hypothesis with that relation."""


def found_again(original: Statement, mutant: Statement) -> Fact | None:
    """A fact that says what the mutant says, under no more than its assumptions; None if none was found."""
    fact = _weakened(original, mutant)
    for assumption in sorted(fact.assumptions - set(mutant.assumptions), key=lambda a: a.name) if fact else ():
        proof = _implied(assumption, mutant.assumptions)
        if proof is None:
            return None
        fact = discharge(fact, assumption, proof)
    return fact


def gap(statement: Statement) -> Expr:
    """rhs − lhs as the kernel sees it."""
    return unfold(statement.rhs - statement.lhs).xreplace(dict(statement.where))


def _weakened(original: Statement, mutant: Statement) -> Fact | None:
    """The mutant's conclusion from the original's: a multiple of it plus what is not negative."""
    fact, goal = original.check(), gap(mutant)
    scales = (*SCALES, *(-scale for scale in SCALES)) if fact.relation == "==" else SCALES
    for scale in scales:
        written = goal - scale * gap(original)
        rest = next((rest for rest in (written, expand(written)) if sign_of(rest) is not None), None)
        if rest is None or (mutant.kind == "equality" and (rest != 0 or fact.relation != "==")):
            continue
        try:
            # Without the last term an equality would stay one, which proves no mutant of kind 'upper'.
            return combine(((scale, fact),) if mutant.kind == "equality" else ((scale, fact), (rest,)), goal)
        except Rejected:  # the rest divides by something that the fact knows to be positive only as it is written
            continue
    return None


def _implied(assumption: Assumption, given: Iterable[Assumption]) -> Fact | None:
    """The assumption as a consequence of the notation table's signs or of one that is given."""
    for terms in _sources(assumption, given):
        try:
            fact = combine(terms, assumption.expr)
        except Rejected:
            continue
        if fact.relation in STRONG[assumption.relation]:
            return fact
    return None


def _sources(assumption: Assumption, given: Iterable[Assumption]) -> Iterator[tuple[tuple[object, ...], ...]]:
    """Combinations that may give the assumption."""
    yield ((assumption.expr,),) if assumption.expr != 0 else ()
    for other in given:
        if other.expr.free_symbols & assumption.expr.free_symbols:
            for scale in SCALES:
                rest = expand(assumption.expr - scale * other.expr)
                yield ((scale, assume(other)), (rest,)) if rest != 0 else ((scale, assume(other)),)
