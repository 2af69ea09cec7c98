"""T3-split: convergence with F² in the place of q̄², for twice the asymptotic error: a published form, mended."""

from functools import cache

from sympy import Abs, Rational

from theory.assumptions import BOUNDED_BELOW, GAP, SIGNAL_RESPONSE, UNBIASED, UPDATE, VARIANCE
from theory.averages import drift_variance, symmetric_variance, weighted_gradient_norm
from theory.kernel import Fact, assume, combine, integrate, magnitude, rewrite, square
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import Delta, F, G, K, L, M, alpha, curvature, g, h, v
from theory.theorems import t2_descent, t3_convergence

SIZE, MEAN = Draw(Abs(g)), Draw(SIGNAL_RESPONSE)


def room() -> Fact:
    """α/F − 2c ≥ 0."""
    return combine(((alpha / F, t2_descent.small_step()),), alpha / F - 2 * curvature)


def size_beyond_mean() -> Fact:
    """(E|g|)² − h² = (E|g| − h)(E|g| + h) ≥ 0."""
    above = rewrite(integrate(Draw, magnitude(g)), assume(UNBIASED), Draw(g))
    below = rewrite(integrate(Draw, magnitude(-g)), assume(UNBIASED), Draw(g))
    return combine(((above, below),), SIZE**2 - h**2)


def per_coordinate() -> Fact:
    """−αhμ + cEΦ² ≤ −(α/2F)M h² + (α/F)G²σ² + 2cF²σ², as (Fn + Gm)² ≤ 2F²n² + 2G²m² for both fluctuations."""
    mean = assume(UNBIASED)
    variance = rewrite(assume(VARIANCE), mean, Draw(g))
    spread = rewrite(integrate(Draw, square(Abs(g) - SIZE)), mean, Draw(g))
    parallel = rewrite(integrate(Draw, square(F * (g - h) - G * (Abs(g) - SIZE))), mean, Draw(g))
    half = Rational(1, 2)
    terms = (
        (half, room(), square(F * h + G * SIZE)),
        (curvature, parallel),
        (2 * curvature * F**2, variance),
        (alpha / F * G**2, variance),
        (half * alpha / F * G**2, size_beyond_mean()),
        (G**2, room(), spread),
    )
    change = alpha * h * MEAN - curvature * Draw(SIGNAL_RESPONSE**2)
    bound = change - half * alpha / F * M * h**2 + alpha / F * G**2 * v + 2 * curvature * F**2 * v
    centred = combine(terms, bound.xreplace({Draw(g): h}))
    return combine(((1, centred), (alpha * F * h, mean)), bound)


@cache
def prove() -> Fact:
    """Over the run, scaled by 2/(αK)."""
    return t3_convergence.telescoped(t2_descent.summed(UPDATE, per_coordinate()), 2 / (alpha * K))


STATEMENT = Statement(
    id="T3-split",
    title="Convergence without a pipeline, fluctuations split",
    kind="upper",
    source="this project",
    assumptions=(*t2_descent.STATEMENT.assumptions, BOUNDED_BELOW, GAP),
    lhs=weighted_gradient_norm,
    rhs_terms=(2 * Delta / (alpha * K), 2 * alpha * L * symmetric_variance, 2 * drift_variance),
    prove=prove,
    sharpness="the last term is twice that of T3, which is sharp; T3-family trades the two in the best way",
    note="what survives, with its constants, of the published rate for the linear device (C14)",
)
