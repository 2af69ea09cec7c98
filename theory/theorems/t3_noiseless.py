"""T3-noiseless: without noise nothing is left of T3 but its first term."""

from functools import cache

from sympy import Integer

from theory.assumptions import DESCENT_BOUND, UNBIASED, VARIANCE
from theory.averages import gradient_norm
from theory.counterpart import Counterpart
from theory.kernel import Assumption, Fact, assume, combine, discharge, integrate, signed, specialise
from theory.operators import Draw, Total
from theory.statement import Statement
from theory.symbols import Delta, F, K, L, M, alpha, g, h, m_min, s_bar, v
from theory.theorems import t3_convergence
from theory.theorems.t3_uniform import over_the_run

NOISE_FREE = Assumption(
    name="A2 noise-free", relation="==", expr=g - h, text="the signal is the gradient itself: there is no noise"
)


@cache
def without_noise() -> Fact:
    """T3 with σ_d² = 0, where a signal that is the gradient meets both hypotheses about noise."""
    fact = specialise(t3_convergence.prove(), ((v, Integer(0)),))
    mean = integrate(Draw, assume(NOISE_FREE))
    variance = integrate(Draw, combine(((h - g, assume(NOISE_FREE)),), -((g - h) ** 2)))
    return discharge(discharge(fact, UNBIASED, mean), VARIANCE.instantiate({v: Integer(0)}), variance)


@cache
def prove() -> Fact:
    """Bound M/F from below, then divide by m."""
    descent = combine(((h**2, assume(DESCENT_BOUND)),), (M / F - m_min) * h**2)
    terms = ((1, without_noise()), (1 / K, over_the_run(integrate(Total, descent))))
    scaled = combine(terms, m_min * (STATEMENT.rhs - STATEMENT.lhs))
    return combine(((signed(1 / m_min), scaled),), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T3-noiseless",
    title="Convergence without noise",
    kind="upper",
    source="this project",
    assumptions=(
        *(a for a in t3_convergence.STATEMENT.assumptions if a not in {UNBIASED, VARIANCE}),
        NOISE_FREE,
        DESCENT_BOUND,
    ),
    lhs=gradient_norm,
    rhs_terms=(2 * Delta / (alpha * K * m_min),),
    prove=prove,
    counterparts=(
        Counterpart(
            source="arXiv:2406.12774, Theorem 9",
            text="for every α ≤ 1/L",
            rhs=2 * L * Delta / (K * (1 - s_bar**2)),
            device="asymmetric_linear",
        ),
    ),
    sharpness="not sharp: without asymmetry T3-family approaches half of it as its multiplier grows",
    note="no asymptotic error: what keeps analog SGD from the optimum is asymmetry times noise",
)
