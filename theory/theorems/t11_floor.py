"""T11-floor: what residual learning keeps of the gradient where γ does not outweigh the noise."""

from functools import cache

from sympy import Abs, Rational, sqrt

from theory.assumptions import BOUNDED_BELOW, GAP, VARIANCE
from theory.averages import gradient_norm
from theory.kernel import Fact, assume, combine, discharge, integrate, specialise, square
from theory.operators import Draw, Total
from theory.residual import (
    F_P,
    G_P,
    NOISELESS,
    distance,
    first_distance,
    gamma,
    last_distance,
    m_w,
    mu,
    next_distance,
    residual_error,
    weight_error,
)
from theory.residual_assumptions import DISTANCE, NEXT_DISTANCE
from theory.residual_floor import (
    ALL_COINS,
    COIN,
    LAST_PULL,
    NEXT_PULL,
    NO_PULL,
    PULL,
    STEEP,
    UNIT_GAIN,
    coin,
    first_pull,
    last_pull,
    next_pull,
    pull,
    zeta,
)
from theory.run_rules import telescope
from theory.statement import Statement
from theory.symbols import Delta, F_max, K, L, alpha, f, f_first, f_last, f_next, f_star, h, q_max, sigma, v
from theory.theorems import _t11_floor_lemmas as lemmas
from theory.theorems import t11c_step
from theory.theorems._t11c_lemmas import STEP, above_floors
from theory.theorems.t3_uniform import over_the_run
from theory.theorems.t11c_step import WEIGHT

NOISE = (Rational(3, 16) * STEP + Rational(65, 32) * STEP**2 * L * F_max**2) * sigma**2
"""What an update adds to the potential of T11c-step at most."""
POTENTIAL = Delta + WEIGHT * first_distance + K * NOISE
"""What objective and weighted distance are worth together at the end at most."""


def kept_gradient() -> Fact:
    """(1/K)Σ E‖∇f‖² ≥ σ²/64 − E Σs|p_K|/(4αK): what drives the residual away from zero is held by gradients only."""
    gradient = square(Abs(h) - coin / 8)
    each = combine(
        ((1, gradient), (coin / (4 * alpha), lemmas.driven())),
        gradient.expr + coin / (4 * alpha) * lemmas.driven().expr,
    )
    terms = (
        (1, integrate(Total, each)),
        (Rational(1, 64), assume(ALL_COINS)),
        (1 / (4 * alpha), integrate(Draw, assume(NEXT_PULL))),
        (-1 / (4 * alpha), assume(PULL)),
    )
    step = combine(terms, Total(h**2) - sigma**2 / 64 + (Draw(next_pull) - pull) / (4 * alpha))
    pulled = telescope(pull, next_pull, first_pull, last_pull)
    run = (
        (1 / K, over_the_run(step)),
        (-1 / (4 * alpha * K), pulled),
        (1 / (4 * alpha * K), assume(NO_PULL)),
    )
    return combine(run, gradient_norm + last_pull / (4 * alpha * K) - sigma**2 / 64)


def coin_step() -> Fact:
    """T11c-step for this noise and this array, without what it gains."""
    variance = combine(((-1, lemmas.noise_square()),), VARIANCE.instantiate({v: coin**2}).expr)
    fact = discharge(specialise(t11c_step.prove(), ((v, coin**2),)), VARIANCE.instantiate({v: coin**2}), variance)
    quarter = combine(((Rational(1, 2) + Abs(G_P), lemmas.half_asymmetry()),), Rational(1, 4) - G_P**2)
    drift = combine(
        ((coin**2 / F_P, quarter), (coin**2 / (4 * F_P), assume(UNIT_GAIN))),
        coin**2 / 4 - G_P**2 / F_P * coin**2,
    )
    gained = (
        (t11c_step.GRADIENT, h),
        (t11c_step.RESIDUAL, residual_error),
        (t11c_step.METRIC, NOISELESS),
        (t11c_step.DISTANCE, weight_error),
    )
    terms = (
        (1, fact),
        *((STEP * worth, integrate(Total, square(size))) for worth, size in gained),
        (Rational(3, 4) * STEP, integrate(Total, drift)),
        (-NOISE / sigma**2, assume(ALL_COINS)),
        (-WEIGHT, integrate(Draw, assume(NEXT_DISTANCE))),
        (WEIGHT, assume(DISTANCE)),
    )
    return combine(terms, f + WEIGHT * distance + NOISE - Draw(f_next) - WEIGHT * Draw(next_distance))


def final_potential() -> Fact:
    """C((2/μ)(E f_K − f*) + E D_K) ≤ Δ + C D_0 + K·NOISE."""
    _, _, root = above_floors()
    part = (Rational(11, 31) * sqrt(m_w) / q_max,)
    spare = combine(((1 / q_max, root), part), 1 - 2 * WEIGHT / mu)
    terms = (
        (1, over_the_run(coin_step())),
        (1, telescope(f, f_next, f_first, f_last)),
        (WEIGHT, telescope(distance, next_distance, first_distance, last_distance)),
        (1, assume(GAP)),
        (spare, assume(BOUNDED_BELOW)),
    )
    return combine(terms, POTENTIAL - WEIGHT * (2 * (f_last - f_star) / mu + last_distance))


@cache
def prove() -> Fact:
    """What is kept, less what the last residual can be."""
    terms = (
        (1, kept_gradient()),
        (1 / (4 * alpha * K), assume(LAST_PULL)),
        (1 / (4 * alpha * K * zeta * gamma**2 * WEIGHT), final_potential()),
    )
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T11-floor",
    title="Residual learning stops short where γ does not outweigh the noise",
    kind="upper",
    source="this project",
    assumptions=(
        *(a.instantiate({v: coin**2}) for a in t11c_step.STATEMENT.assumptions if a != VARIANCE),
        COIN,
        ALL_COINS,
        UNIT_GAIN,
        STEEP,
        PULL,
        NEXT_PULL,
        NO_PULL,
        LAST_PULL,
        DISTANCE,
        NEXT_DISTANCE,
        BOUNDED_BELOW,
        GAP,
    ),
    lhs=sigma**2 / 64,
    rhs_terms=(
        gradient_norm,
        zeta * sigma**2 / (8 * alpha * K),
        POTENTIAL / (4 * alpha * K * zeta * gamma**2 * WEIGHT),
    ),
    prove=prove,
    sharpness="not sharp: the constants are chosen for being simple",
    note="for every ζ > 0; ζ of order αK leaves σ²/128 of the gradient's square for long runs, for η of order αs only",
)
