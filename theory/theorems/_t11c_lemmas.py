"""Lemmas of T11c: T11a and T11b together, with a weight that lets each pay for what the other costs."""

from functools import cache

from sympy import Abs, Integer, Rational, Symbol, sqrt

from theory.assumptions import UNBIASED, VARIANCE
from theory.kernel import Assumption, Fact, assume, combine, discharge, integrate, rewrite, specialise, square
from theory.operators import Draw, Total
from theory.residual import (
    F_P,
    F_W,
    G_P,
    G_W,
    INVERSE_P,
    INVERSE_W,
    RESIDUAL_RESPONSE,
    TARGET_TRANSFER,
    TRANSFER,
    any_residual,
    beta,
    gamma,
    m_p,
    m_w,
    move,
    mu,
    next_residual_error,
    next_weight_error,
    p_next,
    q_w,
    residual_error,
    target,
    transferred,
    weight_error,
)
from theory.residual_assumptions import (
    ARRAY_FLOOR,
    ARRAY_GAIN_BOUND,
    ARRAY_SYMMETRIC_BOUND,
    ARRAY_UNSATURATED,
    CONDITIONED,
    RESIDUAL_FLOOR,
    RESIDUAL_STEP,
    RESIDUAL_SYMMETRIC_BOUND,
    RESIDUAL_UNSATURATED,
    RESIDUAL_UPDATE,
    TRANSFER_STEP,
    TRANSFER_UPDATE,
)
from theory.symbols import F_max, L, alpha, f, f_next, g, h, q_max, v
from theory.theorems import t11a_residual, t11b_transfer

STEP = t11a_residual.STEP
RATE = alpha * gamma**2 * m_p * sqrt(m_w) * mu / (31 * F_max**2 * q_max)
"""The transfer rate β."""
UNIT = beta**2 * F_max / (STEP * m_p)
"""What a squared transfer costs the objective."""
WEIGHT = 10 * beta * F_max**2 / (STEP * gamma * m_p)
"""C, what a squared distance of W weighs against the objective; 10√m_W μ/(31 q_max) at that rate."""
ERROR = Rational(109, 4) * UNIT * F_max**2 * q_max**2 / m_w
"""What a squared error of the residual costs."""


def above_floors() -> tuple[Fact, Fact, Fact]:
    """F_max² ≥ m, F_max² ≥ m_W and q_max ≥ √m_W."""
    of_residual = combine(
        ((F_max + F_P, assume(RESIDUAL_SYMMETRIC_BOUND)), (1, assume(RESIDUAL_FLOOR)), (1, square(G_P))),
        F_max**2 - m_p,
    )
    of_array = combine(
        ((F_max + F_W, assume(ARRAY_SYMMETRIC_BOUND)), (1, assume(ARRAY_FLOOR)), (1, square(G_W))), F_max**2 - m_w
    )
    gains = combine(
        ((q_max + q_w, assume(ARRAY_GAIN_BOUND)), (1, assume(ARRAY_FLOOR)), (2 * F_W * Abs(G_W) + 2 * G_W**2,)),
        q_max**2 - m_w,
    )
    root = combine(((1 / (q_max + sqrt(m_w)), gains),), q_max - sqrt(m_w))
    return of_residual, of_array, root


def transfer_cost() -> Fact:
    """((F_max/αγ)M† + L) E δ² ≤ (9/4)·UNIT·(Ψ(p*)² + q_max² E(p⁺−p*)²) for the step δ that the transfer makes."""
    floor, _, _ = above_floors()
    price = combine(
        (
            (F_max / (STEP * m_p) * INVERSE_P, assume(RESIDUAL_FLOOR)),
            (-F_max / (STEP * m_p), assume(RESIDUAL_UNSATURATED)),
            (1 / (8 * STEP * m_p * F_max), floor),
            (1 / (8 * STEP * F_max), assume(RESIDUAL_STEP)),
        ),
        Rational(9, 8) * F_max / (STEP * m_p) - F_max / STEP * INVERSE_P - L,
    )
    dear = Rational(9, 8) * F_max / (STEP * m_p)
    terms = (
        (price, square(move)),
        (-dear * (move + beta * TRANSFER), assume(TRANSFER_UPDATE)),
        (dear * beta**2, specialise(squared_transfer(), ((any_residual, target),))),
    )
    bound = Rational(9, 4) * UNIT * (TARGET_TRANSFER**2 + q_max**2 * next_residual_error**2)
    return integrate(Draw, combine(terms, bound - (F_max / STEP * INVERSE_P + L) * move**2))


def squared_transfer() -> Fact:
    """Ψ(p⁺)² ≤ 2Ψ(x)² + 2q_max²(p⁺−x)²."""
    there, apart = transferred(any_residual), p_next - any_residual
    terms = (
        (1, square(2 * there - TRANSFER)),
        (2, t11b_transfer.lipschitz()),
        (2, q_max + q_w, assume(ARRAY_GAIN_BOUND), square(apart)),
    )
    return combine(terms, 2 * there**2 + 2 * q_max**2 * apart**2 - TRANSFER**2)


def error_cost() -> Fact:
    """C times what the error costs in T11b, with what it costs the objective, is at most ERROR."""
    _, floor, _ = above_floors()
    gain = combine(((q_max + q_w, assume(ARRAY_GAIN_BOUND)),), q_max**2 - q_w**2)
    steered = 2 * beta * gamma * F_max * WEIGHT
    terms = (
        (steered * INVERSE_W + 2 * beta**2 * WEIGHT, gain),
        (steered * q_max**2 * INVERSE_W / m_w, assume(ARRAY_FLOOR)),
        (-steered * q_max**2 / m_w, assume(ARRAY_UNSATURATED)),
        (5 * UNIT * q_max**2 / gamma, assume(TRANSFER_STEP)),
        (Rational(29, 4) * UNIT * q_max**2 / m_w, floor),
    )
    cost = WEIGHT * (2 * beta * gamma * F_max * INVERSE_W + 2 * beta**2) * q_w**2
    return combine(terms, ERROR - cost - Rational(9, 4) * UNIT * q_max**2)


@cache
def any_rate() -> Fact:
    """The step for any transfer rate that T11b allows, with the residual's error after the update."""
    error = integrate(Draw, square(next_residual_error))
    terms = (
        (1, t11a_residual.prove()),
        (WEIGHT, t11b_transfer.prove()),
        (1, integrate(Total, transfer_cost())),
        (1, integrate(Total, combine(((error_cost(), error),), error_cost().expr * error.expr))),
        (Rational(11, 4) * UNIT, integrate(Total, square(TARGET_TRANSFER))),
    )
    kept = t11a_residual.DESCENT + t11a_residual.METRIC + WEIGHT * t11b_transfer.CONTRACTION
    noise = t11a_residual.DRIFT + t11a_residual.AMPLIFIED_NOISE
    rest = Total(kept + noise + ERROR * Draw(next_residual_error**2))
    return combine(terms, f + WEIGHT * Total(weight_error**2 - Draw(next_weight_error**2)) + rest - Draw(f_next))


def slow() -> Fact:
    """1 − 8αγμF_max ≥ 0: the step size, and μ ≤ L."""
    return combine(((1, assume(RESIDUAL_STEP)), (8 * STEP * F_max, assume(CONDITIONED))), 1 - 8 * STEP * mu * F_max)


def allowed_rate() -> Fact:
    """γ − 4βF_max ≥ 0 at the rate chosen."""
    floor, _, root = above_floors()
    scale = 4 * gamma * STEP * mu / 31
    terms = (
        (scale * sqrt(m_w) / (F_max * q_max), floor),
        (scale * F_max / q_max, root),
        (gamma / 62, slow()),
        (Rational(61, 62) * gamma,),
    )
    return combine(terms, gamma - 4 * RATE * F_max)


def error_growth() -> Fact:
    """E(p⁺−p*)² ≤ 2(p−p*)² + 8α²F_max²(h²+σ²), as |Φ(g)| ≤ 2F|g|."""
    moved = residual_error - alpha * RESIDUAL_RESPONSE
    bound = 2 * residual_error**2 + 8 * alpha**2 * F_max**2 * g**2
    terms = (
        (-(next_residual_error + moved), assume(RESIDUAL_UPDATE)),
        (1, square(residual_error + alpha * RESIDUAL_RESPONSE)),
        (2 * alpha**2, square(F_P * g - G_P * Abs(g))),
        (4 * alpha**2, t11a_residual.product_gain(), square(g)),
        (8 * alpha**2, F_max + F_P, assume(RESIDUAL_SYMMETRIC_BOUND), square(g)),
    )
    drawn = integrate(Draw, combine(terms, bound - next_residual_error**2))
    variance = rewrite(assume(VARIANCE), assume(UNBIASED), Draw(g))
    total = 2 * residual_error**2 + 8 * alpha**2 * F_max**2 * (h**2 + v) - Draw(next_residual_error**2)
    return combine(((1, drawn), (8 * alpha**2 * F_max**2, variance)), total)


def without_inverse(fact: Fact, inverse: Symbol, floor: Assumption, least: Symbol, saturation: Assumption) -> Fact:
    """A fact that no longer mentions M† needs no assumption about it: 1/M is one, as M ≥ m > 0."""
    product = floor.expr + least
    positive = combine(((1, assume(floor)), (least,)), product)
    reciprocal = combine((((1 / product) ** 2, positive),), 1 / product)
    special = specialise(fact, ((inverse, 1 / product),), (reciprocal,))
    instance = saturation.instantiate({inverse: 1 / product})
    nothing = combine((), Integer(0))
    return discharge(special, instance, combine(((reciprocal, nothing),), instance.expr))
