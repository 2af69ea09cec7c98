"""T3-rate: T3-uniform at the step size that minimises it (T3-best)."""

from functools import cache

from sympy import sqrt

from theory.averages import drift_variance, gradient_norm
from theory.kernel import Fact, specialise
from theory.statement import Statement
from theory.symbols import Delta, K, L, alpha, m_min, q_max, sigma
from theory.theorems import t3_uniform
from theory.theorems._published import LINEAR_DEVICE_RATES

BEST_STEP = sqrt(2 * Delta / (L * K)) / (q_max * sigma)


@cache
def prove() -> Fact:
    """At this step size the first two terms of T3-uniform are equal, which T3-best shows to be the least sum."""
    return specialise(t3_uniform.prove(), ((alpha, BEST_STEP),))


STATEMENT = Statement(
    id="T3-rate",
    title="Rate at the best step size",
    kind="upper",
    source="this project",
    assumptions=tuple(a.instantiate({alpha: BEST_STEP}) for a in t3_uniform.STATEMENT.assumptions),
    lhs=gradient_norm,
    rhs_terms=(2 * sqrt(2) * q_max / m_min * sigma * sqrt(Delta * L / K), drift_variance / m_min),
    prove=prove,
    counterparts=LINEAR_DEVICE_RATES,
    sharpness="last term sharp where M/F is constant: T4; the rate's constant is not, see T3-family",
    note="at the step size α = √(2Δ/(LK)) / (q_max σ); K must be large enough for α ≤ 1/(L F_max)",
)
