"""Lemmas of T11-floor: noise drives a residual away from a zero at which its array is steep the wrong way round."""

from sympy import Abs, Expr, Rational

from theory.assumptions import UNBIASED
from theory.kernel import Fact, assume, combine, integrate, magnitude, rewrite, specialise, square
from theory.operators import Draw
from theory.residual import F_P, G_P, p, p_next
from theory.residual_assumptions import RESIDUAL_UPDATE
from theory.residual_floor import COIN, ETA, STEEP, UNIT_GAIN, coin
from theory.symbols import alpha, g, g_other, h
from theory.theorems import t1a_lipschitz

HALF, SIZE, NOISE, NEXT_SIZE = Rational(1, 2), Draw(Abs(g)), g - h, Draw(Abs(p_next))
REACH = Abs(p) + ETA


def product_of(first: Expr, second: Expr) -> tuple[tuple[object, ...], ...]:
    """|x||y| − xy ≥ 0."""
    return ((HALF, magnitude(first), magnitude(-second)), (HALF, magnitude(-first), magnitude(second)))


def noise_square() -> Fact:
    """E(g−h)² = s²."""
    return integrate(Draw, combine(((Abs(NOISE) + coin, assume(COIN)),), NOISE**2 - coin**2))


def long_signal() -> Fact:
    """E|g| ≥ s, as |g||n| ≥ g n and E g n = s²."""
    sized = combine((*product_of(g, NOISE), (-Abs(g), assume(COIN))), coin * Abs(g) - g * NOISE)
    terms = ((1, integrate(Draw, sized)), (1, noise_square()), (h, assume(UNBIASED)))
    return combine(((1 / coin, combine(terms, coin * SIZE - coin**2)),), SIZE - coin)


def kick() -> Fact:
    """s E|P⁺| ≥ αs²(F−|G|): noise alone makes the residual that large, wherever it was."""
    sized = combine((*product_of(p_next, -NOISE), (-Abs(p_next), assume(COIN))), coin * Abs(p_next) + p_next * NOISE)
    moved = p - alpha * (F_P * g + G_P * Abs(g))
    update = combine(((NOISE, assume(RESIDUAL_UPDATE)),), (p_next - moved) * NOISE)
    near = specialise(t1a_lipschitz.reverse_triangle(), ((g_other, h),))
    change = Abs(g) - Abs(h)
    bent = []
    for side in (1, -1):
        halves = ((HALF, square(NOISE + side * change)), (HALF, near))
        bound = combine(halves, NOISE**2 + side * NOISE * change)
        bent.append((HALF * alpha, magnitude(-side * G_P), bound))
    along = combine(tuple(bent), alpha * (Abs(G_P) * NOISE**2 + G_P * NOISE * change))
    terms = (
        (1, integrate(Draw, sized)),
        (-1, integrate(Draw, update)),
        (1, integrate(Draw, along)),
        (alpha * (F_P - Abs(G_P)), noise_square()),
        (-p + alpha * (F_P * h + G_P * Abs(h)), assume(UNBIASED)),
    )
    return combine(terms, coin * NEXT_SIZE - alpha * coin**2 * (F_P - Abs(G_P)))


def half_asymmetry() -> Fact:
    """1/2 − |G| ≥ 0."""
    product = (Abs(p) + ETA) ** 2
    squares = (
        ((ETA**2 + 2 * ETA * Abs(p)) / (4 * product),),
        (-(2 * G_P * REACH - p) / (4 * product), assume(STEEP)),
    )
    gap = combine(squares, Rational(1, 4) - G_P**2)
    return combine(((1 / (HALF + Abs(G_P)), gap),), HALF - Abs(G_P))


def outwards() -> Fact:
    """|p| E|P⁺| ≥ p² − α|p||h| + αs p²/(2(|p|+η)): the mean update, whose asymmetry points away from zero."""
    above, below = integrate(Draw, magnitude(p_next)), integrate(Draw, magnitude(-p_next))
    update = rewrite(integrate(Draw, assume(RESIDUAL_UPDATE)), assume(UNBIASED), Draw(g))
    terms = (
        (HALF, magnitude(-p), above),
        (HALF, magnitude(p), below),
        (p, update),
        (-alpha * p * h, assume(UNIT_GAIN)),
        *((alpha * factor, *others) for factor, *others in product_of(p, h)),
        (-alpha * p * SIZE / (2 * REACH), assume(STEEP)),
        (alpha * p**2 / (2 * REACH), long_signal()),
    )
    kept = p**2 - alpha * Abs(p) * Abs(h) + alpha * coin * p**2 / (2 * REACH)
    return combine(terms, Abs(p) * NEXT_SIZE - kept)


def driven() -> Fact:
    """E|P⁺| ≥ |p| + α(s/8 − |h|): (|p|+η) times it is `outwards` and η times `kick`."""
    terms = (
        (1, outwards()),
        (alpha / 4, kick()),
        (alpha**2 * coin**2 / 4, half_asymmetry()),
        (alpha**2 * coin**2 / 4, assume(UNIT_GAIN)),
        (alpha * ETA * Abs(h),),
        (ETA * (p**2 + 3 * ETA**2) / (2 * REACH),),
    )
    growth = NEXT_SIZE - Abs(p) - alpha * (coin / 8 - Abs(h))
    return combine(((1 / REACH, combine(terms, REACH * growth)),), growth)
