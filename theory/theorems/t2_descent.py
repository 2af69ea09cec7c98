"""T2: what one analog update does to the objective, for any device."""

from functools import cache

from theory.assumptions import SIGNAL_RESPONSE, SMOOTH, STEP_SIZE, SYMMETRIC_BOUND, UNBIASED, UPDATE, VARIANCE
from theory.kernel import Fact, assume, combine, integrate, rewrite, square
from theory.operators import Draw, Total
from theory.statement import Statement
from theory.symbols import F, G, L, M, alpha, f, f_next, h, q_bar, v, w_next
from theory.theorems import t1b_variance, t1c_bias

DESCENT = -alpha / 2 * M / F * h**2
DRIFT = alpha / 2 * G**2 / F * v
AMPLIFIED_NOISE = L * alpha**2 / 2 * q_bar**2 * v
MEAN, SECOND_MOMENT = Draw(SIGNAL_RESPONSE), Draw(SIGNAL_RESPONSE**2)


def per_coordinate() -> Fact:
    """−αhμ + (Lα²/2)EΦ² ≤ descent + noise, with μ = EΦ: the published order of the multipliers."""
    small_step = combine(((1, assume(STEP_SIZE)), (alpha * L, assume(SYMMETRIC_BOUND))), 1 - alpha * L * F)
    terms = (
        (alpha / (2 * F), t1c_bias.prove()),
        (L * alpha**2 / 2, t1b_variance.prove()),
        (alpha / (2 * F), small_step, square(MEAN)),
    )
    return combine(terms, DESCENT + DRIFT + AMPLIFIED_NOISE + alpha * h * MEAN - L * alpha**2 / 2 * SECOND_MOMENT)


@cache
def prove() -> Fact:
    """Smoothness along the update, in expectation, with the coordinate bound summed."""
    along_update = rewrite(assume(SMOOTH), assume(UPDATE), w_next)
    expected = integrate(Draw, along_update)
    bound = integrate(Total, per_coordinate())
    return combine(((1, expected), (1, bound)), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T2",
    title="One-step descent",
    kind="upper",
    source="theory.md T2; compare arXiv:2502.06309, eq. (72)",
    assumptions=(SMOOTH, UPDATE, UNBIASED, VARIANCE, STEP_SIZE, SYMMETRIC_BOUND),
    lhs=Draw(f_next),
    rhs_terms=(f, Total(DESCENT), Total(DRIFT), Total(AMPLIFIED_NOISE)),
    prove=prove,
)
