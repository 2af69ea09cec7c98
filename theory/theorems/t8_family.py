"""T8-family (T8ν): convergence through an asynchronous pipeline, one bound for every (λ, C, E, t, A) that fits."""

from functools import cache

from sympy import Abs

from theory.assumptions import (
    BOUNDED_BELOW,
    COVER,
    FORM,
    GAP,
    MAX_DELAY,
    MULTIPLIER,
    SIGNAL_RESPONSE,
    SMOOTH,
    STALE_FORWARD,
    STALE_MEAN,
    STALE_SIGNAL_MEAN,
    STALE_VARIANCE,
    STALENESS,
    UPDATE,
)
from theory.averages import asymmetric_variance, delayed_variance, gradient_norm, symmetric_variance
from theory.kernel import Fact, assume, combine, integrate, rewrite, signed, square
from theory.operators import Draw, Mean, Steps, Total
from theory.statement import Statement
from theory.symbols import (
    A_min,
    C_mean,
    Delta,
    E_stale,
    F,
    G,
    K,
    L_stale,
    alpha,
    curvature,
    e,
    g,
    h,
    lam,
    split,
    v,
)
from theory.theorems import t2_descent, t2_family, t3_convergence, t7_staleness
from theory.theorems._published import ASYNCHRONOUS

MEAN, SECOND_MOMENT = Draw(SIGNAL_RESPONSE), Draw(SIGNAL_RESPONSE**2)


def per_coordinate() -> Fact:
    """−αhμ + cEΦ² ≤ −A h² − Cμ² + E e² + B σ²: the form in the means, T2-family's square in the fluctuations."""
    size, excess, inverse = Draw(Abs(g)), t2_family.EXCESS, t2_family.inverse_excess()
    fluctuation = integrate(Draw, square(excess * G * (Abs(g) - size) - curvature * F * (g - h - e)))
    mean = assume(STALE_MEAN)
    variance = rewrite(assume(STALE_VARIANCE), mean, Draw(g))
    terms = (
        (1, assume(FORM)),
        (inverse, rewrite(fluctuation, mean, Draw(g))),
        (lam * G**2, variance),
        (curvature * F**2 * lam, inverse, variance),
        (alpha * F * h - C_mean * F * (MEAN + STALE_SIGNAL_MEAN), mean),
    )
    rest = -A_min * h**2 - C_mean * MEAN**2 + E_stale * e**2 + t2_family.NOISE_COST * v
    return combine(terms, alpha * h * MEAN - curvature * SECOND_MOMENT + rest)


def paid_staleness() -> Fact:
    """Σ_k E[E‖e‖² − C‖μ‖²] ≤ E L_Φ²α²(1+1/t) Σ_k E Σ_d δ q̄²σ²: A4, T7, and C covering the drift."""
    weight = E_stale * L_stale**2
    over = integrate(Steps, integrate(Mean, assume(STALENESS)))
    squares = integrate(Steps, integrate(Mean, integrate(Total, square(MEAN))))
    terms = ((E_stale, over), (weight * K, t7_staleness.prove()), (assume(COVER), squares))
    noise = weight * alpha**2 * (1 + 1 / split) * K * delayed_variance
    balance = C_mean * Steps(Mean(Total(MEAN**2))) - E_stale * Steps(Mean(Total(e**2)))
    return combine(terms, noise + balance)


@cache
def prove() -> Fact:
    """The descent over the run, the staleness paid for, divided by A."""
    run = t3_convergence.telescoped(t2_descent.summed(UPDATE, per_coordinate()), 1 / K)
    scaled = combine(((1, run), (1 / K, paid_staleness())), A_min * (STATEMENT.rhs - STATEMENT.lhs))
    return combine(((signed(1 / A_min), scaled),), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T8-family",
    title="Convergence through an asynchronous pipeline, the whole family",
    kind="upper",
    source="this project",
    assumptions=(
        SMOOTH,
        UPDATE,
        STALE_MEAN,
        STALE_VARIANCE,
        STALE_FORWARD,
        STALENESS,
        MAX_DELAY,
        MULTIPLIER,
        FORM,
        COVER,
        BOUNDED_BELOW,
        GAP,
    ),
    lhs=gradient_norm,
    rhs_terms=(
        Delta / (A_min * K),
        lam * asymmetric_variance / A_min,
        curvature * lam / (lam - curvature) * symmetric_variance / A_min,
        E_stale * L_stale**2 * alpha**2 * (1 + 1 / split) * delayed_variance / A_min,
    ),
    prove=prove,
    counterparts=(ASYNCHRONOUS,),
    sharpness="not known for delays; without a pipeline as for T3-family",
    note="the form is a 3×3 matrix inequality in (h, e, a); T2-family is the case without staleness",
)
