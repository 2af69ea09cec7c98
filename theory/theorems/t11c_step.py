"""T11c-step: objective and distance of the array W fall together, at the transfer rate that balances them."""

from functools import cache

from sympy import Rational, sqrt

from theory.assumptions import UNBIASED, VARIANCE
from theory.kernel import Fact, assume, combine, discharge, integrate, specialise, square
from theory.operators import Draw, Total
from theory.residual import (
    INVERSE_P,
    INVERSE_W,
    M_P,
    M_W,
    NOISELESS,
    beta,
    gamma,
    m_p,
    m_w,
    mu,
    next_residual_error,
    next_weight_error,
    residual_error,
    weight_error,
)
from theory.residual_assumptions import (
    ARRAY_FLOOR,
    ARRAY_GAIN_BOUND,
    ARRAY_SYMMETRIC_BOUND,
    ARRAY_UNSATURATED,
    CONDITIONED,
    MIXED_SMOOTH,
    RESIDUAL_FLOOR,
    RESIDUAL_STEP,
    RESIDUAL_SYMMETRIC_BOUND,
    RESIDUAL_UNSATURATED,
    RESIDUAL_UPDATE,
    STRONGLY_CONVEX,
    TRANSFER_STEP,
    TRANSFER_UPDATE,
)
from theory.statement import Statement
from theory.symbols import F_max, L, f, f_next, h, q_max, v
from theory.theorems import _t11c_lemmas as lemmas
from theory.theorems import t11a_residual
from theory.theorems._t11c_lemmas import RATE, STEP

WEIGHT = 10 * sqrt(m_w) * mu / (31 * q_max)
"""C, what a squared distance of W weighs against the objective; 10βF_max²/(αγ²m) at the rate β."""
GRADIENT = m_p / (9 * F_max)
RESIDUAL = gamma**2 * m_p * mu**2 / (16 * F_max)
METRIC = 1 / (8 * F_max)
DISTANCE = 5 * m_p * m_w**2 * mu**2 / (961 * F_max**3 * q_max**2)
"""What squared gradient, error of the residual, noiseless update and distance of W are worth, times αγ."""
AMPLIFIED_NOISE = Rational(65, 32) * STEP**2 * L * F_max**2 * v


def at_the_rate() -> Fact:
    """The step for any transfer rate, at the one that balances."""
    fact = specialise(lemmas.any_rate(), ((beta, RATE),))
    instance = TRANSFER_STEP.instantiate({beta: RATE})
    return discharge(fact, instance, lemmas.allowed_rate())


def error_paid() -> Fact:
    """What the residual's error costs after the update, in terms of error, gradient and noise before."""
    unit = STEP * gamma**2 * m_p * mu**2 / (961 * F_max)
    growth = lemmas.error_growth()
    floor, _, _ = lemmas.above_floors()
    scale = Rational(218, 961)
    quick = combine(((lemmas.slow(), 1 + 8 * STEP * mu * F_max),), 1 - 64 * STEP**2 * mu**2 * F_max**2)
    terms = (
        (Rational(109, 4) * unit, growth),
        (scale / 64 * STEP * m_p / F_max * h**2, quick),
        (scale / 8 * STEP**2 * m_p * mu * v, lemmas.slow()),
        (scale / 8 * STEP**2 * m_p * v, assume(CONDITIONED)),
        (scale / 8 * STEP**2 * L * v, floor),
        ((Rational(1, 32) - scale / 8) * STEP**2 * L * F_max**2 * v,),
    )
    error = Rational(109, 4) * unit * Draw(next_residual_error**2)
    before = 2 * Rational(109, 4) * unit * residual_error**2 + scale / 64 * STEP * m_p / F_max * h**2
    return combine(terms, before + STEP**2 * L * F_max**2 * v / 32 - error)


def at_floors() -> tuple[Fact, Fact]:
    """M(P) h² ≥ m h² and M(W)(w−w*)² ≥ m_W (w−w*)², summed."""
    gradient = combine(((h**2, assume(RESIDUAL_FLOOR)),), (M_P - m_p) * h**2)
    distance = combine(((square(weight_error), assume(ARRAY_FLOOR)),), (M_W - m_w) * weight_error**2)
    return integrate(Total, gradient), integrate(Total, distance)


@cache
def prove() -> Fact:
    """Strong convexity turns gradient into error of the residual, which pays for what the error costs."""
    convex = Rational(1, 16) + Rational(109, 2 * 961)
    left = Rational(1, 4) - Rational(1, 9) - convex - Rational(218, 64 * 961)
    gradient, distance = at_floors()
    terms = (
        (1, at_the_rate()),
        (1, integrate(Total, error_paid())),
        (convex * STEP * m_p / F_max, assume(STRONGLY_CONVEX)),
        (left * STEP * m_p / F_max, integrate(Total, square(h))),
        (STEP / (4 * F_max), gradient),
        (WEIGHT * RATE / (2 * gamma * F_max), distance),
    )
    fact = combine(terms, STATEMENT.rhs - STATEMENT.lhs)
    fact = lemmas.without_inverse(fact, INVERSE_P, RESIDUAL_FLOOR, m_p, RESIDUAL_UNSATURATED)
    return lemmas.without_inverse(fact, INVERSE_W, ARRAY_FLOOR, m_w, ARRAY_UNSATURATED)


STATEMENT = Statement(
    id="T11c-step",
    title="Residual learning, one step of objective and distance together",
    kind="upper",
    source="this project; setting of arXiv:2502.06309, Theorem 3",
    assumptions=(
        MIXED_SMOOTH,
        RESIDUAL_UPDATE,
        UNBIASED,
        VARIANCE,
        TRANSFER_UPDATE.instantiate({beta: RATE}),
        RESIDUAL_STEP,
        RESIDUAL_SYMMETRIC_BOUND,
        RESIDUAL_FLOOR,
        ARRAY_SYMMETRIC_BOUND,
        ARRAY_FLOOR,
        ARRAY_GAIN_BOUND,
        STRONGLY_CONVEX,
        CONDITIONED,
    ),
    lhs=Draw(f_next) + WEIGHT * Total(Draw(next_weight_error**2)),
    rhs_terms=(
        f + WEIGHT * Total(weight_error**2),
        -STEP * GRADIENT * Total(h**2),
        -STEP * RESIDUAL * Total(residual_error**2),
        -STEP * METRIC * Total(NOISELESS**2),
        -STEP * DISTANCE * Total(weight_error**2),
        Total(t11a_residual.DRIFT),
        Total(AMPLIFIED_NOISE),
    ),
    prove=prove,
    sharpness="not sharp: the constants are chosen for being simple",
    note="at the transfer rate β = αγ²m√m_W μ/(31 F_max² q_max)",
)
