"""What T1c loses: the variance of |g|, so that, for G ≠ 0, equality means that |g| is constant."""

from functools import cache

from sympy import Abs

from theory.assumptions import EXACT_VARIANCE, UNBIASED
from theory.kernel import Fact, assume, combine
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import F, G, g, h
from theory.theorems import t1c_bias

LHS = t1c_bias.RHS - t1c_bias.LHS
RHS = G**2 * Draw((Abs(g) - Draw(Abs(g))) ** 2)


@cache
def prove() -> Fact:
    """RHS − LHS is −G² times the exact variance, plus a multiple of E g − h."""
    mean, variance = assume(UNBIASED), assume(EXACT_VARIANCE)
    bias = G * Draw(Abs(g))
    of_mean = F * (F * (Draw(g) - h) + 2 * bias) + 2 * h * G**2
    return combine(((-(G**2), variance), (of_mean, mean)), RHS - LHS)


STATEMENT = Statement(
    id="T1c-gap",
    title="The bias bound is exact up to the variance of |g|",
    kind="equality",
    source="this project",
    assumptions=(UNBIASED, EXACT_VARIANCE),
    lhs=LHS,
    rhs_terms=(RHS,),
    prove=prove,
    sharpness="an identity",
)
