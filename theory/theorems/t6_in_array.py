"""T6: each micro-batch pulsed into the array. The variance falls with B, the asymptotic error does not."""

from functools import cache

from sympy import Abs

from theory.assumptions import (
    BOUNDED_BELOW,
    GAP,
    IN_ARRAY,
    MICRO_UNBIASED,
    MICRO_VARIANCE,
    SMOOTH,
    STEP_SIZE,
    SYMMETRIC_BOUND,
)
from theory.averages import drift_variance, gain_variance, weighted_gradient_norm
from theory.kernel import Fact, combine, integrate, specialise, square
from theory.operators import Batch, Draw
from theory.run_rules import independence
from theory.statement import Statement
from theory.symbols import B, Delta, F, G, K, L, alpha, g, g_batch, h, q_bar, v
from theory.theorems import t1b_variance, t1c_bias, t2_descent, t3_convergence
from theory.theorems._published import SYNCHRONOUS

RESPONSE = F * g_batch + G * Abs(g_batch)
MEAN, SECOND_MOMENT = Batch(Draw(RESPONSE)), Draw(Batch(RESPONSE) ** 2)


def bias() -> Fact:
    """(E Φ̄ − F h)² ≤ G²(h²+σ²): T1c for each micro-batch, and the square of a mean is at most the mean square."""
    each = integrate(Batch, specialise(t1c_bias.prove(), ((g, g_batch),)))
    jensen = integrate(Batch, square(Draw(RESPONSE) - MEAN))
    return combine(((1, each), (1, jensen)), G**2 * (h**2 + v) - (MEAN - F * h) ** 2)


def variance() -> Fact:
    """Var Φ̄ ≤ q̄²σ²/B: T1b for each micro-batch, micro-batches being independent."""
    each = integrate(Batch, specialise(t1b_variance.prove(), ((g, g_batch),)))
    return combine(((1 / B, each), (-1, independence(RESPONSE))), q_bar**2 * v / B + MEAN**2 - SECOND_MOMENT)


@cache
def prove() -> Fact:
    """T2's multipliers with these two facts, then the run."""
    bound = t2_descent.per_coordinate(bias(), variance(), MEAN, SECOND_MOMENT, q_bar**2 * v / B)
    descent = t2_descent.summed(IN_ARRAY, bound)
    return t3_convergence.telescoped(descent, 2 / (alpha * K))


STATEMENT = Statement(
    id="T6",
    title="Synchronous batch, pulsed into the array",
    kind="upper",
    source="this project; setting of arXiv:2410.15155",
    assumptions=(
        SMOOTH,
        IN_ARRAY,
        MICRO_UNBIASED,
        MICRO_VARIANCE,
        STEP_SIZE,
        SYMMETRIC_BOUND,
        BOUNDED_BELOW,
        GAP,
    ),
    lhs=weighted_gradient_norm,
    rhs_terms=(2 * Delta / (alpha * K), alpha * L * gain_variance / B, drift_variance),
    prove=prove,
    counterparts=(SYNCHRONOUS,),
    sharpness="last term sharp: micro-batches with two-point noise rest where T4 says; the other two as in T3",
    note="the drift is G times the mean of |g_b|, not of |mean of g_b|: a larger batch does not lower the last term",
)
