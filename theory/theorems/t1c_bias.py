"""T1c: the device biases the mean update by at most |G| times the signal's root mean square."""

from functools import cache

from sympy import Abs

from theory.assumptions import SIGNAL_RESPONSE, UNBIASED, VARIANCE
from theory.kernel import Fact, assume, combine, integrate, rewrite, square
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import F, G, g, h, v

LHS = (Draw(SIGNAL_RESPONSE) - F * h) ** 2
RHS = G**2 * (h**2 + v)


@cache
def prove() -> Fact:
    """EΦ − F h = G E|g|, and (E|g|)² ≤ E g² ≤ h² + σ² because E(|g| − E|g|)² ≥ 0."""
    jensen = integrate(Draw, square(Abs(g) - Draw(Abs(g))))
    variance = rewrite(assume(VARIANCE), assume(UNBIASED), Draw(g))
    bias = G * Draw(Abs(g))
    second_moment = combine(((G**2, jensen), (G**2, variance)), RHS - bias**2)
    # F·(E g − h) is zero; the difference of the two squares is a multiple of it.
    return combine(((1, second_moment), (-F * (F * (Draw(g) - h) + 2 * bias), assume(UNBIASED))), RHS - LHS)


STATEMENT = Statement(
    id="T1c",
    title="Bias of the mean update",
    kind="upper",
    source="this project",
    assumptions=(UNBIASED, VARIANCE),
    lhs=LHS,
    rhs_terms=(RHS,),
    prove=prove,
    sharpness="exact up to the variance of |g|: T1c-gap",
    note="T1c-gap gives what is lost: for G ≠ 0, equality needs |g| constant and the variance equal to σ²",
)
