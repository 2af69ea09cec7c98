"""T4-floor: with two-point noise and constant gains the mean squared gradient never falls below G²σ²/M."""

from functools import cache

from sympy import Abs

from theory.assumptions import UNBIASED
from theory.kernel import Fact, assume, combine, integrate, rewrite, square
from theory.operators import Draw, Mean
from theory.run_rules import induction
from theory.sign_rules import decide
from theory.statement import Statement
from theory.symbols import alpha, g, h, w_next
from theory.theorems._constant_gains import (
    CONSTANT_TWO_POINT,
    CONSTANT_UPDATE,
    CONTRACTION,
    NEXT_SHORTFALL,
    QUADRATIC,
    RESTING_POINT,
    RESTING_SIZE,
    SHORTFALL,
    START_AT_REST,
    F_const,
    G_const,
    H,
    M_const,
    a_rest,
    h_next,
    h_rest,
    rate,
    shortfall,
    shortfall_first,
    shortfall_next,
    v_const,
)

SIZE = Draw(Abs(g))
FLOOR = G_const**2 * v_const / M_const
"""What E h² keeps: the square of the resting gradient."""


def product_is_positive() -> Fact:
    """M̂ = F̂²σ̂²/å² > 0: the two equations of the resting point leave room for nothing else."""
    terms = (
        (F_const**2 * v_const / a_rest**2,),
        ((F_const / a_rest) ** 2, assume(RESTING_SIZE)),
        ((F_const * h_rest - G_const * a_rest) / a_rest**2, assume(RESTING_POINT)),
    )
    return combine(terms, M_const)


def resting_square() -> Fact:
    """M̂h̊² = Ĝ²σ̂²."""
    terms = (
        (F_const * h_rest - G_const * a_rest, assume(RESTING_POINT)),
        (G_const**2, assume(RESTING_SIZE)),
    )
    return combine(terms, M_const * h_rest**2 - G_const**2 * v_const)


def mean_step() -> Fact:
    """E_k h⁺ = h − αH(F̂h + Ĝ E_k|g|)."""
    moved = integrate(Draw, rewrite(assume(QUADRATIC), assume(CONSTANT_UPDATE), w_next))
    return combine(
        ((1, moved), (-alpha * H * F_const, assume(UNBIASED))),
        Draw(h_next) - h + alpha * H * (F_const * h + G_const * SIZE),
    )


def contraction() -> Fact:
    """ρx − E_k x⁺ ≥ 0 with ρ = 1 − αHM̂/F̂: E|g| is convex in h, and its tangent at h̊ is (h̊h + σ̂²)/å."""
    tangent = decide((assume(CONSTANT_TWO_POINT), assume(RESTING_SIZE)), a_rest * SIZE - h_rest * h - v_const)
    terms = (
        (-1, integrate(Draw, assume(NEXT_SHORTFALL))),
        (h_rest, mean_step()),
        (1 - alpha * H * M_const / F_const, assume(SHORTFALL)),
        (shortfall, assume(CONTRACTION)),
        (-alpha * H * G_const * SIZE / F_const, assume(RESTING_POINT)),
        (alpha * H * G_const**2 / F_const, tangent),
        (-alpha * H / F_const, resting_square()),
    )
    return combine(terms, rate * shortfall - Draw(shortfall_next))


@cache
def at_every_update() -> Fact:
    """E h_k² ≥ h̊² for every k: E x_k ≤ 0 says h̊·E h_k ≥ h̊², and E(h_k − h̊)² ≥ 0 does the rest."""
    started = combine(((-1, assume(START_AT_REST)),), -shortfall_first)
    below = induction(contraction(), started, shortfall)
    terms = (
        (1, integrate(Mean, square(h - h_rest))),
        (2, below),
        (2, integrate(Mean, assume(SHORTFALL))),
    )
    return combine(terms, Mean(h**2) - h_rest**2)


@cache
def prove() -> Fact:
    """The square of the resting gradient, solved for."""
    inverse = combine(((1 / M_const**2, product_is_positive()),), 1 / M_const)
    return combine(((1, at_every_update()), (inverse, resting_square())), Mean(h**2) - FLOOR)


STATEMENT = Statement(
    id="T4-floor",
    title="No update gets below the resting gradient",
    kind="upper",
    source="this project",
    assumptions=(
        CONSTANT_UPDATE,
        UNBIASED,
        CONSTANT_TWO_POINT,
        QUADRATIC,
        RESTING_POINT,
        RESTING_SIZE,
        SHORTFALL,
        NEXT_SHORTFALL,
        START_AT_REST,
        CONTRACTION,
    ),
    lhs=FLOOR,
    rhs_terms=(Mean(h**2),),
    prove=prove,
    sharpness="an equality before the first update, and in the limit of small steps",
    note="before every update k and for every step size that does not overshoot, however long the run",
)
