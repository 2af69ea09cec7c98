"""T9: asynchrony is almost free. T8 at T3's best step size has T3's leading term, and a staleness term of order 1/K."""

from functools import cache

from sympy import Integer, sqrt

from theory.assumptions import GAIN_BOUND, MEAN_DELAY, TOTAL_VARIANCE
from theory.averages import drift_variance, stale_gradient_norm
from theory.kernel import Fact, assume, combine, integrate, specialise
from theory.operators import Total
from theory.statement import Statement
from theory.symbols import D_mean, Delta, F_min, K, L, L_stale, alpha, delay, q_bar, q_max, sigma, v, young
from theory.theorems import t8_asynchronous
from theory.theorems._published import ASYNCHRONOUS
from theory.theorems.t3_rate import BEST_STEP
from theory.theorems.t3_uniform import over_the_run

STALE_COST = 2 * t8_asynchronous.STALE_WEIGHT * alpha**2 * L_stale**2
UNIFORM = (*t8_asynchronous.STATEMENT.assumptions, TOTAL_VARIANCE, MEAN_DELAY)


def uniform() -> Fact:
    """T8 with q_max²σ² for the average of q̄²σ_d², and q_max² D̄ σ² for that of δ q̄²σ_d²."""
    terms: list[tuple[object, ...]] = [(1, t8_asynchronous.prove())]
    for cost, length, total in ((alpha * L, Integer(1), TOTAL_VARIANCE), (STALE_COST, delay, MEAN_DELAY)):
        gain = combine(((q_max + q_bar, v * length, assume(GAIN_BOUND)),), (q_max**2 - q_bar**2) * v * length)
        terms.append((cost / K, over_the_run(integrate(Total, gain))))
        terms.append((cost / K * q_max**2, over_the_run(assume(total))))
    rhs = (
        2 * Delta / (alpha * K)
        + alpha * L * q_max**2 * sigma**2
        + (1 + young) * drift_variance
        + STALE_COST * q_max**2 * D_mean * sigma**2
    )
    return combine(tuple(terms), rhs - stale_gradient_norm)


@cache
def prove() -> Fact:
    """At T3's best step size, where the first two terms are equal."""
    return specialise(uniform(), ((alpha, BEST_STEP),))


STATEMENT = Statement(
    id="T9",
    title="Asynchrony is almost free",
    kind="upper",
    source="this project; setting of arXiv:2410.15155",
    assumptions=tuple(a.instantiate({alpha: BEST_STEP}) for a in UNIFORM),
    lhs=stale_gradient_norm,
    rhs_terms=(
        2 * sqrt(2) * q_max * sigma * sqrt(Delta * L / K),
        (1 + young) * drift_variance,
        4 * (1 + 1 / young) * q_max**2 / F_min * D_mean * L_stale**2 * Delta / (L * K),
    ),
    prove=prove,
    counterparts=(ASYNCHRONOUS,),
    sharpness="as u → 0 the asymptotic term is that of T3, which is sharp (T4); for the staleness term not known",
    note="the first term is that of T3-rate; with u = K^(−1/2) the rest tends to T3's last term as K → ∞ (T9-limit)",
)
