"""T11a: what one step of residual learning does to the objective at the mixed weights W + γP."""

from functools import cache

from sympy import Rational, expand

from theory.assumptions import SYMMETRIC_BOUND, UNBIASED, VARIANCE
from theory.counterpart import Counterpart
from theory.kernel import Fact, assume, combine, discharge, integrate, rewrite, specialise, square
from theory.operators import Draw, Total
from theory.residual import (
    F_P,
    G_P,
    INVERSE_P,
    M_P,
    NOISELESS,
    RESIDUAL_RESPONSE,
    gamma,
    move,
    p_next,
)
from theory.residual_assumptions import (
    MIXED_SMOOTH,
    RESIDUAL_STEP,
    RESIDUAL_SYMMETRIC_BOUND,
    RESIDUAL_UNSATURATED,
    RESIDUAL_UPDATE,
)
from theory.statement import Statement
from theory.symbols import F, F_max, G, L, alpha, f, f_next, h, v
from theory.theorems import t2_metric

STEP = alpha * gamma
"""What an update of the residual moves the mixed weights."""
DESCENT = -STEP / (4 * F_max) * M_P * h**2
METRIC = -STEP / (8 * F_max) * NOISELESS**2
DRIFT = Rational(3, 4) * STEP / F_P * G_P**2 * v
AMPLIFIED_NOISE = 2 * STEP**2 * L * F_max**2 * v
STEERING = F_max / STEP * INVERSE_P * Draw(move**2)
"""What it costs that the transfer moves the weights as well."""


def gradient_part() -> Fact:
    """−αγhμ + Lα²γ²EΦ²: T2-metric at step αγ, for twice the smoothness."""
    array = ((F, F_P), (G, G_P), (alpha, STEP), (L, 2 * L))
    fact = specialise(t2_metric.per_coordinate(), array)
    for general, own in ((SYMMETRIC_BOUND, RESIDUAL_SYMMETRIC_BOUND), (t2_metric.QUARTER_STEP, RESIDUAL_STEP)):
        fact = discharge(fact, general.instantiate(dict(array)), assume(own))
    return fact


def product_gain() -> Fact:
    """M(P) = M² M† ≥ 0."""
    return combine(((M_P**2 * INVERSE_P,), (-M_P, assume(RESIDUAL_UNSATURATED))), M_P)


def steering() -> Fact:
    """hδ ≤ (αγ/4F_max) M h² + (F_max/αγ) M† δ² for a step δ of the weights."""
    weight = STEP / (4 * F_max)
    terms = (
        (weight * INVERSE_P, square(M_P * h - 2 * F_max / STEP * move)),
        (-weight * M_P * h**2 + h * move, assume(RESIDUAL_UNSATURATED)),
    )
    return combine(terms, weight * M_P * h**2 + F_max / STEP * INVERSE_P * move**2 - h * move)


def uniform() -> tuple[tuple[object, ...], ...]:
    """What F_max in the place of F(P) gives away, term by term."""
    gap = assume(RESIDUAL_SYMMETRIC_BOUND)
    reciprocal = STEP / (F_P * F_max)
    return (
        (reciprocal / 2 * h**2, gap, product_gain()),
        (reciprocal / 8, gap, square(NOISELESS)),
        (Rational(6, 5) * L * STEP**2 * v, F_max + F_P, gap),
        (Rational(4, 5) * L * STEP**2 * F_max**2 * v,),
    )


def per_coordinate() -> Fact:
    """h(δ−αγΦ) + (L/2)(δ−αγΦ)² in expectation: the gradient's part, the transfer's, and (x−y)² ≤ 2x²+2y²."""
    shift = STEP * RESIDUAL_RESPONSE
    apart = square(move + shift)
    change = Draw(h * (move - shift) + L / 2 * (move - shift) ** 2)
    terms = ((1, gradient_part()), (1, integrate(Draw, steering())), (L / 2, integrate(Draw, apart)), *uniform())
    bound = DESCENT + METRIC + DRIFT + AMPLIFIED_NOISE + STEERING + L * Draw(move**2)
    return combine(terms, bound - change)


@cache
def prove() -> Fact:
    """Smoothness at the mixed weights, in expectation, with the coordinate bound summed."""
    step = integrate(Draw, rewrite(assume(MIXED_SMOOTH), assume(RESIDUAL_UPDATE), p_next))
    total = integrate(Total, per_coordinate())
    return combine(((1, step), (1, total)), expand(step.expr + total.expr))


STATEMENT = Statement(
    id="T11a",
    title="Residual learning, one-step descent at the mixed weights",
    kind="upper",
    source="this project",
    assumptions=(
        MIXED_SMOOTH,
        RESIDUAL_UPDATE,
        UNBIASED,
        VARIANCE,
        RESIDUAL_STEP,
        RESIDUAL_SYMMETRIC_BOUND,
        RESIDUAL_UNSATURATED,
    ),
    lhs=Draw(f_next),
    rhs_terms=(
        f,
        Total(DESCENT),
        Total(METRIC),
        Total(DRIFT),
        Total(AMPLIFIED_NOISE),
        Total(STEERING),
        Total(L * Draw(move**2)),
    ),
    prove=prove,
    counterparts=(
        Counterpart(
            source="arXiv:2502.06309, Lemma 5",
            text="for small α and any γ > 0, with the largest G²/F of all coordinates in the place of each",
            rhs=f
            - alpha / (4 * F_max) * Total(M_P * h**2)
            + 2 * alpha * Total(G_P**2 / F_P * v)
            + 2 * alpha**2 * L * F_max**2 * Total(v)
            - STEP / (8 * F_max) * Total(NOISELESS**2)
            + F_max / alpha * Total(INVERSE_P * Draw(move**2))
            + Total(Draw(move**2)),
        ),
    ),
    sharpness="not sharp: 6/5 would do for the 2 of the amplified noise, and Young's inequality splits hδ",
    note="f and its gradient h are taken at W + γP; how the array W moves is arbitrary here",
)
