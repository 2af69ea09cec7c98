"""T3-uniform: T3 in the plain gradient norm, for devices with bounded gain and descent, at any step size."""

from functools import cache

from theory.assumptions import DESCENT_BOUND, GAIN_BOUND, TOTAL_VARIANCE
from theory.averages import drift_variance, gradient_norm
from theory.kernel import Fact, assume, combine, integrate, signed
from theory.operators import Mean, Steps, Total
from theory.statement import Statement
from theory.symbols import Delta, F, K, L, M, alpha, h, m_min, q_bar, q_max, sigma, v
from theory.theorems import t3_convergence
from theory.theorems._published import LINEAR_DEVICE_RATES


def over_the_run(fact: Fact) -> Fact:
    """Expectation over the history, then the sum over steps."""
    return integrate(Steps, integrate(Mean, fact))


@cache
def prove() -> Fact:
    """Bound M/F from below and q̄ from above on every coordinate, then divide by m."""
    descent = combine(((h**2, assume(DESCENT_BOUND)),), (M / F - m_min) * h**2)
    gain = combine(((v, q_max + q_bar, assume(GAIN_BOUND)),), (q_max**2 - q_bar**2) * v)
    terms = (
        (1, t3_convergence.prove()),
        (1 / K, over_the_run(integrate(Total, descent))),
        (alpha * L / K, over_the_run(integrate(Total, gain))),
        (alpha * L / K * q_max**2, over_the_run(assume(TOTAL_VARIANCE))),
    )
    scaled = combine(terms, m_min * (STATEMENT.rhs - STATEMENT.lhs))
    return combine(((signed(1 / m_min), scaled),), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T3-uniform",
    title="Convergence with uniform constants",
    kind="upper",
    source="this project",
    assumptions=(*t3_convergence.STATEMENT.assumptions, DESCENT_BOUND, GAIN_BOUND, TOTAL_VARIANCE),
    lhs=gradient_norm,
    rhs_terms=(2 * Delta / (alpha * K * m_min), alpha * L * q_max**2 * sigma**2 / m_min, drift_variance / m_min),
    prove=prove,
    counterparts=LINEAR_DEVICE_RATES,
    sharpness="last term sharp where M/F is constant: T4; best step size for the other two: T3-best, T3-rate",
)
