"""T2-family (T2ν): one one-step bound for every multiplier λ > Lα²/2; the best of them is far below T2."""

from functools import cache

from sympy import Abs

from theory.assumptions import MULTIPLIER, SIGNAL_RESPONSE, SMOOTH, UNBIASED, UPDATE, VARIANCE
from theory.kernel import Fact, assume, combine, integrate, rewrite, square
from theory.operators import Draw, Total
from theory.statement import Statement
from theory.symbols import F, G, alpha, curvature, f, f_next, family_rate, g, h, lam, v
from theory.theorems import t2_descent

EXCESS = lam - curvature
NOISE_COST = lam * G**2 + curvature * F**2 * lam / EXCESS
"""What noise variance costs: bias and variance of the update cannot both be at their worst."""


def inverse_excess() -> Fact:
    """1/(λ−c) ≥ 0."""
    return combine((((1 / EXCESS) ** 2, assume(MULTIPLIER)),), 1 / EXCESS)


def per_coordinate() -> Fact:
    """−αhμ + cEΦ² ≤ −A h² + B σ²: a square of means, one of fluctuations, and λG² times |g|² = g²."""
    size = Draw(Abs(g))
    mean = square(EXCESS * G * size + (alpha / 2 - curvature * F) * h)
    fluctuation = integrate(Draw, square(EXCESS * G * (Abs(g) - size) - curvature * F * (g - h)))
    variance = rewrite(assume(VARIANCE), assume(UNBIASED), Draw(g))
    terms = (
        (inverse_excess(), mean),
        (inverse_excess(), rewrite(fluctuation, assume(UNBIASED), Draw(g))),
        (lam * G**2, variance),
        (curvature * F**2 * lam, inverse_excess(), variance),
    )
    change = alpha * h * Draw(SIGNAL_RESPONSE) - curvature * Draw(SIGNAL_RESPONSE**2)
    bound = change - family_rate * h**2 + NOISE_COST * v
    centred = combine(terms, bound.xreplace({Draw(g): h}))
    return combine(((1, centred), (alpha * F * h, assume(UNBIASED))), bound)


@cache
def prove() -> Fact:
    """Smoothness along the update, in expectation, with the coordinate bound summed."""
    return t2_descent.summed(UPDATE, per_coordinate())


STATEMENT = Statement(
    id="T2-family",
    title="One-step descent, the whole family",
    kind="upper",
    source="this project",
    assumptions=(SMOOTH, UPDATE, UNBIASED, VARIANCE, MULTIPLIER),
    lhs=Draw(f_next),
    rhs_terms=(f, -Total(family_rate * h**2), Total(NOISE_COST * v)),
    prove=prove,
    sharpness="at λ = α/(2F) the asymptotic term is the sharp one of T4; what the best λ loses is not known in general",
    note="for every λ > c: small λ favours the asymptotic term (λ = α/2F is sharp), large λ the transient",
)
