"""T8: convergence of analog SGD through an asynchronous pipeline, for any device and any u > 0."""

from functools import cache

from sympy import Integer

from theory.assumptions import (
    BOUNDED_BELOW,
    GAIN_BOUND,
    GAP,
    MAX_DELAY,
    MIN_SYMMETRIC,
    SIGNAL_RESPONSE,
    SMOOTH,
    STALE_FORWARD,
    STALE_LIMIT,
    STALE_MEAN,
    STALE_STEP,
    STALE_VARIANCE,
    STALENESS,
    SYMMETRIC_BOUND,
    UPDATE,
)
from theory.averages import delayed_variance, drift_variance, gain_variance, stale_gradient_norm
from theory.kernel import Fact, assume, combine, integrate, specialise, square
from theory.operators import Draw, Mean, Steps, Total
from theory.statement import Statement
from theory.symbols import (
    D,
    Delta,
    F,
    F_max,
    F_min,
    G,
    K,
    L,
    L_stale,
    alpha,
    e,
    g,
    g_other,
    h,
    q_bar,
    q_max,
    split,
    v,
    young,
)
from theory.theorems import t1a_lipschitz, t1b_variance, t1c_bias, t2_descent, t3_convergence, t7_staleness
from theory.theorems._published import ASYNCHRONOUS

MEAN, SECOND_MOMENT = Draw(SIGNAL_RESPONSE), Draw(SIGNAL_RESPONSE**2)
STALE_WEIGHT = (1 + 1 / young) * q_max**2 / F_min
"""What a squared staleness error costs, times 2/α."""


def bias() -> Fact:
    """(μ − F h)² ≤ (1+u)G²(h²+σ²) + (1+1/u) q̄²e²: T1c for the signal without its stale part, T1a for that part."""
    fresh = Draw(SIGNAL_RESPONSE.xreplace({g: g - e})) - F * h
    stale = MEAN - Draw(SIGNAL_RESPONSE.xreplace({g: g - e}))
    change = SIGNAL_RESPONSE - SIGNAL_RESPONSE.xreplace({g: g - e})
    lipschitz = integrate(Draw, specialise(t1a_lipschitz.prove(), ((g_other, g - e),)))
    jensen = integrate(Draw, square(change - stale))
    terms = (
        (young, square(fresh - stale / young)),
        (1 + young, specialise(t1c_bias.prove(), ((g, g - e),))),
        (1 + 1 / young, lipschitz),
        (1 + 1 / young, jensen),
    )
    bound = (1 + young) * G**2 * (h**2 + v) + (1 + 1 / young) * q_bar**2 * e**2
    return combine(terms, bound - (MEAN - F * h) ** 2)


def worst_constants() -> tuple[Fact, Fact]:
    """q_max²/F_min − q̄²/F ≥ 0, and (1−αLF)/F − 1/(2F_max) ≥ 0."""
    gain = combine(((q_max + q_bar, assume(GAIN_BOUND)),), q_max**2 - q_bar**2)
    ratio = combine(
        ((1 / F_min, gain), (q_bar**2 / (F * F_min), assume(MIN_SYMMETRIC))), q_max**2 / F_min - q_bar**2 / F
    )
    small = combine(((1, assume(STALE_STEP)), (2 * alpha * L, assume(SYMMETRIC_BOUND))), 1 - 2 * alpha * L * F)
    terms = ((1 / (2 * F), small), (1 / (2 * F * F_max), assume(SYMMETRIC_BOUND)))
    return ratio, combine(terms, (1 - alpha * L * F) / F - 1 / (2 * F_max))


def per_coordinate() -> Fact:
    """T2's inequality with the stale bias; what is left of μ² pays for the staleness later."""
    ratio, left = worst_constants()
    terms = (
        (alpha / (2 * F), bias()),
        (L * alpha**2 / 2, specialise(t1b_variance.prove(), ((h, h + e),))),
        (alpha / 2, left, square(MEAN)),
        (alpha / 2 * (1 + 1 / young), ratio, square(e)),
    )
    descent = -alpha / 2 * (F - (1 + young) * G**2 / F) * h**2 + alpha / 2 * STALE_WEIGHT * e**2
    noise = alpha / 2 * (1 + young) * G**2 / F * v + L * alpha**2 / 2 * q_bar**2 * v - alpha / (4 * F_max) * MEAN**2
    return combine(terms, descent + noise + alpha * h * MEAN - L * alpha**2 / 2 * SECOND_MOMENT)


def paid_staleness() -> Fact:
    """Σ_k E[W‖e‖² − ‖μ‖²/(2F_max)] ≤ 2WL_Φ²α² Σ_k E Σ_d δ q̄²σ²: A4 and T7 (t = 1), the step-size condition."""
    lag = specialise(t7_staleness.prove(), ((split, Integer(1)),))
    weight = STALE_WEIGHT * L_stale**2
    over = integrate(Steps, integrate(Mean, assume(STALENESS)))
    left = 1 / (2 * F_max) - 2 * alpha**2 * L_stale**2 * D**2 * STALE_WEIGHT
    room = combine(((1 / (2 * F_max), assume(STALE_LIMIT)),), left)
    squares = integrate(Steps, integrate(Mean, integrate(Total, square(MEAN))))
    error = Steps(Mean(Total(e**2)))
    drift = Steps(Mean(Total(MEAN**2)))
    noise = 2 * weight * alpha**2 * K * delayed_variance
    terms = ((STALE_WEIGHT, over), (weight * K, lag), (room, squares))
    return combine(terms, noise - STALE_WEIGHT * error + drift / (2 * F_max))


@cache
def prove() -> Fact:
    """The descent over the run, and the staleness paid for."""
    descent = t2_descent.summed(UPDATE, per_coordinate())
    run = t3_convergence.telescoped(descent, 2 / (alpha * K))
    return combine(((1, run), (1 / K, paid_staleness())), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T8",
    title="Convergence through an asynchronous pipeline",
    kind="upper",
    source="this project; setting of arXiv:2410.15155",
    assumptions=(
        SMOOTH,
        UPDATE,
        STALE_MEAN,
        STALE_VARIANCE,
        STALE_FORWARD,
        STALENESS,
        MAX_DELAY,
        SYMMETRIC_BOUND,
        MIN_SYMMETRIC,
        GAIN_BOUND,
        STALE_STEP,
        STALE_LIMIT,
        BOUNDED_BELOW,
        GAP,
    ),
    lhs=stale_gradient_norm,
    rhs_terms=(
        2 * Delta / (alpha * K),
        alpha * L * gain_variance,
        (1 + young) * drift_variance,
        2 * STALE_WEIGHT * alpha**2 * L_stale**2 * delayed_variance,
    ),
    prove=prove,
    counterparts=(ASYNCHRONOUS,),
    sharpness="not known; T8-family leaves more multipliers free",
    note="for every u > 0; the gradient norm is weighted by (F² − (1+u)G²)/F, so (1+u)G² < F² is what makes it useful",
)
