"""T2: what one analog update does to the objective, for any device."""

from functools import cache

from sympy import Expr, expand

from theory.assumptions import SIGNAL_RESPONSE, SMOOTH, STEP_SIZE, SYMMETRIC_BOUND, UNBIASED, UPDATE, VARIANCE
from theory.kernel import Assumption, Fact, assume, combine, integrate, rewrite, square
from theory.operators import Draw, Total
from theory.statement import Statement
from theory.symbols import F, G, L, M, alpha, f, f_next, h, q_bar, v, w_next
from theory.theorems import t1b_variance, t1c_bias
from theory.theorems._published import ONE_STEP

DESCENT = -alpha / 2 * M / F * h**2
DRIFT = alpha / 2 * G**2 / F * v
AMPLIFIED_NOISE = L * alpha**2 / 2 * q_bar**2 * v
MEAN, SECOND_MOMENT = Draw(SIGNAL_RESPONSE), Draw(SIGNAL_RESPONSE**2)


def small_step() -> Fact:
    """1 − αLF ≥ 0."""
    return combine(((1, assume(STEP_SIZE)), (alpha * L, assume(SYMMETRIC_BOUND))), 1 - alpha * L * F)


def per_coordinate(bias: Fact, variance: Fact, mean: Expr, second_moment: Expr, noise: Expr) -> Fact:
    """−αhμ + (Lα²/2)EΦ² ≤ descent + drift + noise/2·Lα², for any mean update μ with that bias and variance."""
    terms = (
        (alpha / (2 * F), bias),
        (L * alpha**2 / 2, variance),
        (alpha / (2 * F), small_step(), square(mean)),
    )
    change = alpha * h * mean - L * alpha**2 / 2 * second_moment
    return combine(terms, DESCENT + DRIFT + L * alpha**2 / 2 * noise + change)


def summed(update: Assumption, bound: Fact) -> Fact:
    """Smoothness along an update, in expectation, with a bound on every coordinate."""
    expected = integrate(Draw, rewrite(assume(SMOOTH), assume(update), w_next))
    total = integrate(Total, bound)
    return combine(((1, expected), (1, total)), expand(expected.expr + total.expr))


@cache
def prove() -> Fact:
    """The published order of the multipliers: bias with α/2F, variance with Lα²/2, and the square of the mean."""
    bound = per_coordinate(t1c_bias.prove(), t1b_variance.prove(), MEAN, SECOND_MOMENT, q_bar**2 * v)
    return summed(UPDATE, bound)


STATEMENT = Statement(
    id="T2",
    title="One-step descent",
    kind="upper",
    source="this project",
    assumptions=(SMOOTH, UPDATE, UNBIASED, VARIANCE, STEP_SIZE, SYMMETRIC_BOUND),
    lhs=Draw(f_next),
    rhs_terms=(f, Total(DESCENT), Total(DRIFT), Total(AMPLIFIED_NOISE)),
    prove=prove,
    counterparts=(ONE_STEP,),
    sharpness="not sharp: bias and variance of an update cannot both be at their worst, which T2-family uses",
)
