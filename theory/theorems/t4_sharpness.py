"""T4: the asymptotic term of T3 is sharp: where the mean update rests under two-point noise, both sides agree."""

from functools import cache

from sympy import Abs

from theory.assumptions import AT_REST, TWO_POINT
from theory.kernel import Fact, assume, combine
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import F, G, M, g, h, v


@cache
def prove() -> Fact:
    """F²h² − G²(E|g|)² = (Fh − G E|g|)(Fh + G E|g|), and the last factor vanishes at rest."""
    rest, size = assume(AT_REST), Draw(Abs(g))
    terms = (((G * size - F * h) / F, rest), (-(G**2) / F, assume(TWO_POINT)))
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T4",
    title="The asymptotic term is sharp",
    kind="equality",
    source="theory.md T4",
    assumptions=(TWO_POINT, AT_REST),
    lhs=M / F * h**2,
    rhs_terms=(G**2 / F * v,),
    prove=prove,
    note="no constant smaller than 1 can stand before the last term of T3",
)
