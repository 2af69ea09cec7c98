"""T3-worst: T3-rate with its average bounded, too: nothing is left that only a run can measure."""

from functools import cache

from sympy import Abs, sqrt

from theory.assumptions import ASYMMETRY_BOUND, MIN_SYMMETRIC, TOTAL_VARIANCE
from theory.averages import gradient_norm
from theory.kernel import Fact, assume, combine, integrate
from theory.operators import Total
from theory.statement import Statement
from theory.symbols import Delta, F, F_min, G, G_max, K, L, m_min, q_max, sigma, v
from theory.theorems import t3_rate
from theory.theorems._published import LINEAR_DEVICE_RATES
from theory.theorems.t3_uniform import over_the_run


@cache
def prove() -> Fact:
    """(G²/F)σ_d² ≤ (G_max²/F_min)σ_d² on every coordinate, and Σ_d σ_d² ≤ σ²."""
    asymmetric = combine(((G_max + Abs(G), v / F, assume(ASYMMETRY_BOUND)),), (G_max**2 - G**2) / F * v)
    symmetric = combine(((G_max**2 * v / (F * F_min), assume(MIN_SYMMETRIC)),), G_max**2 * v * (1 / F_min - 1 / F))
    terms = (
        (1, t3_rate.prove()),
        (1 / (m_min * K), over_the_run(integrate(Total, asymmetric))),
        (1 / (m_min * K), over_the_run(integrate(Total, symmetric))),
        (G_max**2 / (F_min * m_min * K), over_the_run(assume(TOTAL_VARIANCE))),
    )
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T3-worst",
    title="Rate at the best step size with constants only",
    kind="upper",
    source="this project",
    assumptions=(*t3_rate.STATEMENT.assumptions, ASYMMETRY_BOUND, MIN_SYMMETRIC),
    lhs=gradient_norm,
    rhs_terms=(
        2 * sqrt(2) * q_max / m_min * sigma * sqrt(Delta * L / K),
        G_max**2 / (F_min * m_min) * sigma**2,
    ),
    prove=prove,
    counterparts=LINEAR_DEVICE_RATES,
    sharpness="last term sharp for a constant response: T4; the rate's constant is not, see T3-family",
    note="at the step size of T3-rate; the averages of a run are at most this, and usually far below",
)
