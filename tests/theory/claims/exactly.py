"""Numbers of a counterexample as plain fractions, so that a printed statement can be evaluated without the suite."""

from dataclasses import replace
from fractions import Fraction

from sympy import Rational

from theory.statement import Statement
from theory.trial import Counterexample, Inconsistent, Published, judge


def fractions(example: Counterexample) -> dict[str, Fraction]:
    """The values by the names of their symbols."""
    return {symbol.name: Fraction(int(value.p), int(value.q)) for symbol, value in example.numbers.items()}


def half_is_refused(claim: Published, statement: Statement) -> bool:
    """Whether a repair whose right-hand side is halved is refused."""
    assert claim.repair is not None
    half = replace(statement, rhs_terms=tuple(term * Rational(1, 2) for term in statement.rhs_terms))
    try:
        judge(replace(claim, repair=replace(claim.repair, statement=half)))
    except Inconsistent as refusal:
        return "not accepted" in str(refusal)
    return False
