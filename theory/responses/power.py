"""Power device: q± = (1 ∓ w/τ)^γ. Source: arXiv:2502.06309."""

from functools import cache

from sympy import Expr, Integer

from theory.assumptions import SATURATION, UNSATURATED
from theory.corollary import DEVICE, Response
from theory.function_rules import positive_power, power
from theory.kernel import Assumption, Fact, assume, combine, discharge, magnitude, signed, specialise, square
from theory.responses._gains import DOWN_HIGH, HALF, UP_HIGH, Gains
from theory.symbols import F, F_max, F_min, G, M, gamma, q_max, s_bar, tau, w

UP, DOWN = (1 - w / tau) ** gamma, (1 + w / tau) ** gamma
LEAST, GREATEST = (1 - s_bar) ** gamma, (1 + s_bar) ** gamma
SYMMETRIC, ASYMMETRIC = (DOWN + UP) / 2, (DOWN - UP) / 2
MAX_ASYMMETRIC, DESCENT_BOUND = (GREATEST - LEAST) / 2, 2 * GREATEST * LEAST / (GREATEST + LEAST)
MIN_SYMMETRIC = (1 - s_bar) ** (gamma / 2) * (1 + s_bar) ** (gamma / 2)
MAX_SYMMETRIC = (GREATEST + 1 / GREATEST) / 2
# Any four positive quantities.
X, Y, A, B = F, F_max, F_min, q_max
LARGER = Assumption(name="xy ≥ ab", relation=">=", expr=X * Y - A * B, text="proved for each device")
AT_MOST_ONE = Assumption(name="q₊q₋ ≤ 1", relation=">=", expr=1 - F**2 + G**2, text="proved for each device")


@cache
def inside() -> tuple[tuple[Fact, Fact], Fact, tuple[Fact, Fact]]:
    """s̄ − w/τ ≥ 0 and s̄ + w/τ ≥ 0; 1 − s̄ > 0; 1 − w/τ > 0 and 1 + w/τ > 0."""
    saturation, room = assume(SATURATION), assume(UNSATURATED)
    right, left = (combine(((1, saturation), (1 / tau, magnitude(x))), s_bar - x / tau) for x in (w, -w))
    up, down = (combine(((1, gap), (1, room)), 1 - s_bar + gap.expr) for gap in (right, left))
    return (right, left), room, (up, down)


def products(high: tuple[Fact, Fact], low: tuple[Fact, Fact], gap: Fact, exponent: Expr) -> Fact:
    """x^γ y^γ − a^γ b^γ ≥ 0 from xy − ab ≥ 0, all of them positive."""
    larger = power(signed(A * B), signed(X * Y), assume(LARGER), exponent)
    general = combine(((1, larger),), X**exponent * Y**exponent - A**exponent * B**exponent)
    mapping = tuple((symbol, fact.expr) for symbol, fact in zip((X, Y, A, B), (*high, *low), strict=True))
    return discharge(specialise(general, mapping, (*high, *low)), LARGER.instantiate(dict(mapping)), gap)


@cache
def gains() -> Gains:
    """Gains between (1−s̄)^γ and (1+s̄)^γ, whose product (1−w²/τ²)^γ is at least that of the two."""
    (right, left), room, (up, down) = inside()
    far = signed(1 + s_bar)
    least, greatest = positive_power(room, gamma), signed(GREATEST)
    up_low, up_high = power(room, up, right, gamma), power(up, far, left, gamma)
    down_low, down_high = power(room, down, left, gamma), power(down, far, right, gamma)
    ends = combine(((1, least), (1, greatest)), LEAST + GREATEST)
    product = combine(((right, left),), up.expr * down.expr - (1 - s_bar) * (1 + s_bar))
    return Gains(
        asymmetric=ASYMMETRIC,
        symmetric=combine(((HALF, up_low), (HALF, down_low), (1, least)), SYMMETRIC),
        least=least,
        greatest=greatest,
        half_spread=combine(((HALF, power(room, far, signed(2 * s_bar), gamma)),), MAX_ASYMMETRIC),
        harmonic_mean=combine(((2, positive_power(ends, Integer(-1)), least, greatest),), DESCENT_BOUND),
        proofs=(up_low, up_high, down_low, down_high, products((up, down), (room, far), product, gamma)),
        divisors=(ends,),
    )


def above_geometric_mean() -> Fact:
    """F ≥ √(q₊q₋) ≥ √(q_min q_max)."""
    (right, left), room, (up, down) = inside()
    half = gamma / 2
    roots = specialise(square(X**half - Y**half), ((X, up.expr), (Y, down.expr)), (up, down))
    product = combine(((right, left),), up.expr * down.expr - (1 - s_bar) * (1 + s_bar))
    least = products((up, down), (room, signed(1 + s_bar)), product, half)
    return combine(((HALF, roots), (1, least)), SYMMETRIC - MIN_SYMMETRIC)


def below_balanced_mean() -> Fact:
    """F ≤ (u + 1/u)/2 with u = q_max, as q₊q₋ ≤ 1 and u² − 2uF + q₊q₋ = (u−q₊)(u−q₋) ≥ 0."""
    scale = 1 / (2 * q_max)
    terms = ((scale, assume(UP_HIGH), assume(DOWN_HIGH)), (scale, assume(AT_MOST_ONE)))
    device = gains().of_this(combine(terms, (q_max + 1 / q_max) / 2 - F))
    _, _, (up, down) = inside()
    one = signed(Integer(1))
    small = products((one, one), (up, down), combine((((w / tau) ** 2,),), 1 - up.expr * down.expr), gamma)
    return discharge(device, AT_MOST_ONE.instantiate({F: SYMMETRIC, G: ASYMMETRIC}), small)


@cache
def lemmas() -> tuple[Fact, ...]:
    """M/F, q̄ and G are bounded by their values at ±s̄τ; F lies between 1 and (q_min+q_max)/2, in either order."""
    lowest = combine(((positive_power(inside()[1], gamma / 2), (1 + s_bar) ** (gamma / 2)),), MIN_SYMMETRIC)
    return *gains().lemmas(), lowest, above_geometric_mean(), below_balanced_mean()


RESPONSE = Response(
    name="power",
    title="power device",
    symmetric=SYMMETRIC,
    asymmetric=ASYMMETRIC,
    max_asymmetric=MAX_ASYMMETRIC,
    min_symmetric=MIN_SYMMETRIC,
    max_symmetric=MAX_SYMMETRIC,
    descent_bound=DESCENT_BOUND,
    gain_bound=GREATEST,
    supposes=dict.fromkeys((*DEVICE, M), (SATURATION, UNSATURATED)),
    lemmas=lemmas,
)
