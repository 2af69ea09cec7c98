"""T2-metric: one-step descent that keeps what the update does to the weights without noise, F h + G|h|."""

from functools import cache

from sympy import Abs, Rational

from theory.assumptions import SIGNAL_RESPONSE, SMOOTH, SYMMETRIC_BOUND, UNBIASED, UPDATE, VARIANCE
from theory.kernel import Assumption, Fact, assume, combine, integrate, magnitude, rewrite, square
from theory.operators import Draw, Total
from theory.statement import Statement
from theory.symbols import PER_COORDINATE, F, F_max, G, L, M, alpha, curvature, define, f, f_next, g, h, v
from theory.theorems import t2_descent
from theory.theorems._published import ONE_STEP

QUARTER_STEP = Assumption(
    name="S quarter step",
    relation=">=",
    expr=1 - 4 * alpha * L * F_max,
    text="step size α ≤ 1/(4 L F_max)",
    on_parameters=True,
)
NOISELESS = define(
    "noiseless_response",
    "Φ_d(h_d)",
    r"\Phi_d(h_d)",
    "what the device would make of the gradient itself, F h + G|h|",
    axes=PER_COORDINATE,
    definition=F * h + G * Abs(h),
)
SIZE = Draw(Abs(g))
DESCENT = -alpha / (2 * F) * M * h**2
METRIC = -alpha / (8 * F) * NOISELESS**2
DRIFT = Rational(3, 4) * alpha / F * G**2 * v
AMPLIFIED_NOISE = Rational(3, 5) * L * alpha**2 * F**2 * v


def room() -> Fact:
    """α/(8F) − c ≥ 0: what the step size leaves."""
    small = combine(((1, assume(QUARTER_STEP)), (4 * alpha * L, assume(SYMMETRIC_BOUND))), 1 - 4 * alpha * L * F)
    return combine(((alpha / (8 * F), small),), alpha / (8 * F) - curvature)


def longer_than_mean() -> Fact:
    """|h|(E|g| − |h|) ≥ 0, as E|g| is at least h and at least −h."""
    above = rewrite(integrate(Draw, magnitude(g)), assume(UNBIASED), Draw(g))
    below = rewrite(integrate(Draw, magnitude(-g)), assume(UNBIASED), Draw(g))
    halves = ((Rational(1, 2), magnitude(-h), above), (Rational(1, 2), magnitude(h), below))
    return combine(halves, Abs(h) * (SIZE - Abs(h)))


def fluctuations() -> Fact:
    """c Var Φ ≤ (6/5) c F²σ² + (3α/4F) G² (h² + σ² − (E|g|)²)."""
    mean, spread = assume(UNBIASED), integrate(Draw, square(Abs(g) - SIZE))
    mixed = integrate(Draw, square(F * (g - h) - 5 * G * (Abs(g) - SIZE)))
    variance = rewrite(assume(VARIANCE), mean, Draw(g))
    terms = (
        (curvature / 5, rewrite(mixed, mean, Draw(g))),
        (6 * G**2, room(), rewrite(spread, mean, Draw(g))),
        (Rational(6, 5) * curvature * F**2, variance),
        (Rational(3, 4) * alpha / F * G**2, variance),
    )
    centred = Draw(SIGNAL_RESPONSE**2) - (F * h + G * SIZE) ** 2
    left = Rational(3, 4) * alpha / F * G**2 * (h**2 + v - SIZE**2)
    return combine(terms, Rational(6, 5) * curvature * F**2 * v + left - curvature * centred)


def means() -> Fact:
    """The rest is a form in Φ_w(h) and G(E|g| − |h|), a sum of two squares, plus what `longer_than_mean` says."""
    excess = G * (SIZE - Abs(h))
    terms = (
        (alpha / (4 * F), square(NOISELESS + Rational(3, 2) * excess)),
        (alpha / (16 * F), square(excess)),
        (alpha / (2 * F) * G**2, longer_than_mean()),
        (room(), square(F * h + G * SIZE)),
    )
    mean = F * h + G * SIZE
    kept = DESCENT + METRIC + alpha * h * mean - curvature * mean**2
    return combine(terms, kept - Rational(3, 4) * alpha / F * G**2 * (h**2 - SIZE**2))


@cache
def per_coordinate() -> Fact:
    """−αhμ + cEΦ² ≤ −(α/2F)M h² − (α/8F)Φ(h)² + (3α/4F)G²σ² + (3/5)Lα²F²σ²."""
    change = alpha * h * Draw(SIGNAL_RESPONSE) - curvature * Draw(SIGNAL_RESPONSE**2)
    terms = ((1, fluctuations()), (1, means()), (alpha * F * h, assume(UNBIASED)))
    return combine(terms, DESCENT + METRIC + DRIFT + AMPLIFIED_NOISE + change)


@cache
def prove() -> Fact:
    """Smoothness along the update, in expectation, with the coordinate bound summed."""
    return t2_descent.summed(UPDATE, per_coordinate())


STATEMENT = Statement(
    id="T2-metric",
    title="One-step descent with the noiseless update",
    kind="upper",
    source="this project",
    assumptions=(SMOOTH, UPDATE, UNBIASED, VARIANCE, QUARTER_STEP, SYMMETRIC_BOUND),
    lhs=Draw(f_next),
    rhs_terms=(f, Total(DESCENT), Total(METRIC), Total(DRIFT), Total(AMPLIFIED_NOISE)),
    prove=prove,
    counterparts=(ONE_STEP,),
    sharpness="not sharp: bias and variance of an update cannot both be at their worst, which T2-family uses",
    note="for class D (M > 0) every term is at most the published one, whose noise terms have 1 for 3/4 and 3/5",
)
