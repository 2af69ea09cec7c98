"""T4: the asymptotic term of T3 is sharp: where the mean update rests under two-point noise, both sides agree."""

from functools import cache

from sympy import Abs

from theory.assumptions import AT_REST, TWO_POINT, UNBIASED
from theory.counterpart import Counterpart
from theory.kernel import Fact, assume, combine
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import F, G, M, g, h, v


@cache
def prove() -> Fact:
    """F²h² − G²(E|g|)² = (Fh − G E|g|)(Fh + G E|g|), and the last factor is the mean update."""
    size = Draw(Abs(g))
    rest = combine(((1, assume(AT_REST)), (-F, assume(UNBIASED))), F * h + G * size)
    terms = (((G * size - F * h) / F, rest), (-(G**2) / F, assume(TWO_POINT)))
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T4",
    title="The asymptotic term is sharp",
    kind="equality",
    source="this project",
    assumptions=(UNBIASED, TWO_POINT, AT_REST),
    lhs=M / F * h**2,
    rhs_terms=(G**2 / F * v,),
    prove=prove,
    counterparts=(
        Counterpart(
            source="arXiv:2406.12774, Theorem 3",
            text="some instance is said to have the average 4σ² s²/(1−s²) + Θ(α) of ‖∇f‖², s = |G|/F",
            rhs=4 * G**2 / F * v,
            device="asymmetric_linear",
        ),
    ),
    sharpness="an identity",
    note="in the limit of small steps and long runs T3 reads (M/F)h² ≤ (G²/F)σ² there: no smaller constant can stand",
)
