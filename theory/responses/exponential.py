"""Exponential device: q± = (e^γ − e^{±γw/τ})/(e^γ − 1). Source: arXiv:2502.06309."""

from functools import cache

from sympy import Expr, Integer, exp

from theory.assumptions import SATURATION, UNSATURATED
from theory.corollary import DEVICE, Response
from theory.function_rules import exponential, positive_power
from theory.kernel import Fact, assume, combine, magnitude, signed, square
from theory.responses._gains import HALF, Gains
from theory.symbols import M, gamma, s_bar, tau, w

# Fractions whose numerators are polynomials in e^γ and e^{γx}: others would expand to many more denominators.
TOP, SPAN = exp(gamma), exp(gamma) - 1


def gain(y: Expr) -> Expr:
    """(e^γ − y)/(e^γ − 1): 1 at y = 1, 0 at y = e^γ."""
    return (TOP - y) / SPAN


def gain_of_inverse(y: Expr) -> Expr:
    """(e^γ − 1/y)/(e^γ − 1)."""
    return (TOP * y - 1) / (y * SPAN)


def room(y: Expr) -> Expr:
    """2y(e^γ − (y + 1/y)/2)."""
    return 2 * TOP * y - y**2 - 1


AT, END = exp(gamma * w / tau), exp(gamma * s_bar)
UP, DOWN = gain(AT), gain_of_inverse(AT)
LEAST, GREATEST = gain(END), gain_of_inverse(END)
SYMMETRIC, ASYMMETRIC = room(AT) / (2 * AT * SPAN), (AT**2 - 1) / (2 * AT * SPAN)
MIN_SYMMETRIC, MAX_ASYMMETRIC = room(END) / (2 * END * SPAN), (END**2 - 1) / (2 * END * SPAN)
DESCENT_BOUND = 2 * (TOP - END) * (TOP * END - 1) / (SPAN * room(END))


def growth(room: Fact) -> Fact:
    """e^{γx} − 1 ≥ 0 (or > 0) from x ≥ 0 (or > 0)."""
    return exponential(combine(((gamma, room),), gamma * room.expr))


@cache
def growths() -> tuple[Fact, Fact]:
    """e^{γ(s̄−w/τ)} ≥ 1 and e^{γ(s̄+w/τ)} ≥ 1."""
    saturation = assume(SATURATION)
    rooms = (combine(((1, saturation), (1 / tau, magnitude(x))), s_bar - x / tau) for x in (w, -w))
    right, left = map(growth, rooms)
    return right, left


@cache
def scale() -> tuple[Fact, Fact]:
    """e^γ − 1 > 0 and its inverse, too."""
    divisor = exponential(signed(gamma))
    return divisor, positive_power(divisor, Integer(-1))


@cache
def gains() -> Gains:
    """Gains between those at ±s̄τ, whose product is at least that of the two."""
    (span, unit), (right, left) = scale(), growths()
    least = combine(((unit, END, growth(assume(UNSATURATED))),), LEAST)
    greatest = combine(((unit, 1 / END, growth(signed(1 + s_bar))),), GREATEST)
    up_low, up_high = combine(((unit, AT, right),), UP - LEAST), combine(((unit, 1 / END, left),), GREATEST - UP)
    down_low = combine(((unit, 1 / AT, left),), DOWN - LEAST)
    down_high = combine(((unit, 1 / END, right),), GREATEST - DOWN)
    product = combine(((unit, unit, TOP / END, right, left),), UP * DOWN - LEAST * GREATEST)
    ends = combine(((END, span, least), (END, span, greatest)), room(END))
    return Gains(
        asymmetric=ASYMMETRIC,
        symmetric=combine(((HALF, up_low), (HALF, down_low), (1, least)), SYMMETRIC),
        least=least,
        greatest=greatest,
        half_spread=combine(((HALF, unit, 1 / END, growth(signed(2 * s_bar))),), MAX_ASYMMETRIC),
        harmonic_mean=combine(((2 * END, span, positive_power(ends, Integer(-1)), least, greatest),), DESCENT_BOUND),
        proofs=(up_low, up_high, down_low, down_high, product),
        divisors=(span, ends),
    )


@cache
def lemmas() -> tuple[Fact, ...]:
    """M/F, q̄ and G are bounded by their values at ±s̄τ; F falls with cosh(γw/τ) ≥ 1 from 1 to its value there."""
    (_, unit), (right, left), device = scale(), growths(), gains()
    root = exp(gamma * w / tau / 2)
    return (
        *device.lemmas(),
        combine(((HALF, device.least), (HALF, device.greatest)), MIN_SYMMETRIC),
        combine(((HALF, unit, 1 / END, right, left),), SYMMETRIC - MIN_SYMMETRIC),
        combine(((HALF, unit, square(root - 1 / root)),), 1 - SYMMETRIC),
    )


RESPONSE = Response(
    name="exponential",
    title="exponential device",
    symmetric=SYMMETRIC,
    asymmetric=ASYMMETRIC,
    max_asymmetric=MAX_ASYMMETRIC,
    min_symmetric=MIN_SYMMETRIC,
    max_symmetric=Integer(1),
    descent_bound=DESCENT_BOUND,
    gain_bound=GREATEST,
    supposes=dict.fromkeys((*DEVICE, M), (SATURATION, UNSATURATED)),
    lemmas=lemmas,
)
