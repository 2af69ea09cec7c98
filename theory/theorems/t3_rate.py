"""T3-rate: T3 at the step size that minimises it, for devices with bounded gain and descent."""

from sympy import sqrt

from theory.assumptions import DESCENT_BOUND, GAIN_BOUND, TOTAL_VARIANCE
from theory.averages import drift_variance, gradient_norm
from theory.kernel import Fact, assume, combine, integrate, signed, specialise
from theory.operators import Mean, Steps, Total
from theory.statement import Statement
from theory.symbols import Delta, F, K, L, M, alpha, h, m_min, q_bar, q_max, sigma, v
from theory.theorems import t3_convergence

BEST_STEP = sqrt(2 * Delta / (L * K)) / (q_max * sigma)


def prove() -> Fact:
    """Bound M/F from below and q̄ from above on every coordinate, then put in the best step size."""
    at_best = specialise(t3_convergence.prove(), ((alpha, BEST_STEP),))
    descent = combine(((h**2, assume(DESCENT_BOUND)),), (M / F - m_min) * h**2)
    gain = combine(((v, q_max + q_bar, assume(GAIN_BOUND)),), (q_max**2 - q_bar**2) * v)
    noise = integrate(Steps, integrate(Mean, assume(TOTAL_VARIANCE)))
    scale = BEST_STEP * L / K
    terms = (
        (1, at_best),
        (1 / K, integrate(Steps, integrate(Mean, integrate(Total, descent)))),
        (scale, integrate(Steps, integrate(Mean, integrate(Total, gain)))),
        (scale * q_max**2, noise),
    )
    scaled = combine(terms, m_min * (STATEMENT.rhs - STATEMENT.lhs))
    return combine(((signed(1 / m_min), scaled),), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T3-rate",
    title="Rate at the best step size",
    kind="upper",
    source="theory.md T3, corollaries",
    assumptions=(
        *(a.instantiate({alpha: BEST_STEP}) for a in t3_convergence.STATEMENT.assumptions),
        DESCENT_BOUND,
        GAIN_BOUND,
        TOTAL_VARIANCE,
    ),
    lhs=gradient_norm,
    rhs_terms=(2 * sqrt(2) * q_max / m_min * sigma * sqrt(Delta * L / K), drift_variance / m_min),
    prove=prove,
    note="at the step size α = √(2Δ/(LK)) / (q_max σ); K must be large enough for α ≤ 1/(L F_max)",
)
