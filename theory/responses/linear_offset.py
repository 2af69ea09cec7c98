"""Linear device with an offset: q± = (1 ± c⋄)(1 ∓ w/τ), so F = 1 − c⋄w/τ, G = w/τ − c⋄. Source: arXiv:2502.06309."""

from functools import cache

from sympy import Abs, Integer

from theory.assumptions import SATURATION, UNSATURATED
from theory.corollary import DEVICE, Response
from theory.function_rules import positive_power
from theory.kernel import Assumption, Fact, assume, combine
from theory.sign_rules import decide
from theory.symbols import M, offset, s_bar, tau, w

OFFSET = Assumption(
    name="A3 offset",
    relation=">",
    expr=1 - Abs(offset),
    text="the symmetric point lies inside the range: |c⋄| < 1",
    on_parameters=True,
)
SYMMETRIC, ASYMMETRIC = 1 - offset * w / tau, w / tau - offset
MIN_SYMMETRIC, MAX_SYMMETRIC = 1 - Abs(offset) * s_bar, 1 + Abs(offset) * s_bar
MAX_ASYMMETRIC, GAIN_BOUND = s_bar + Abs(offset), (1 + Abs(offset)) * (1 + s_bar)
ENDS = (1 - offset**2) * (1 - s_bar**2)
DESCENT_BOUND = ENDS / MAX_SYMMETRIC


def positive_ends() -> tuple[Fact, Fact]:
    """1 − c⋄² > 0 and 1 − s̄² > 0."""
    inside, room = assume(OFFSET), assume(UNSATURATED)
    return combine(((1 + Abs(offset), inside),), 1 - offset**2), combine(((1 + s_bar, room),), 1 - s_bar**2)


def products(symmetric: Fact) -> tuple[Fact, Fact]:
    """M = (1 − c⋄²)(1 − w²/τ²) ≥ 0, and M/F is least where M is least and F largest."""
    product = SYMMETRIC**2 - ASYMMETRIC**2
    premises = (assume(OFFSET), assume(UNSATURATED), assume(SATURATION))
    cleared = decide(premises, product * MAX_SYMMETRIC - ENDS * SYMMETRIC)
    scale = positive_power(symmetric, Integer(-1))
    descent = combine(((scale, 1 / MAX_SYMMETRIC, cleared),), SYMMETRIC - ASYMMETRIC**2 / SYMMETRIC - DESCENT_BOUND)
    return decide(premises, product), descent


@cache
def lemmas() -> tuple[Fact, ...]:
    """F > 0, F_min > 0, m > 0 and the bounds, each attained at w = s̄τ or w = −s̄τ."""
    inside, room, saturation = assume(OFFSET), assume(UNSATURATED), assume(SATURATION)
    least = combine(((s_bar, inside), (1, room)), MIN_SYMMETRIC)
    above = decide((saturation,), SYMMETRIC - MIN_SYMMETRIC)
    symmetric = combine(((1, least), (1, above)), SYMMETRIC)
    ends = positive_ends()
    return (
        symmetric,
        least,
        combine(((1 / MAX_SYMMETRIC, *ends),), DESCENT_BOUND),
        *ends,
        above,
        decide((saturation,), MAX_SYMMETRIC - SYMMETRIC),
        decide((saturation,), MAX_ASYMMETRIC - Abs(ASYMMETRIC)),
        decide((saturation, inside), GAIN_BOUND - SYMMETRIC - Abs(ASYMMETRIC)),
        *products(symmetric),
    )


RESPONSE = Response(
    name="linear_offset",
    title="linear device with an offset",
    symmetric=SYMMETRIC,
    asymmetric=ASYMMETRIC,
    max_asymmetric=MAX_ASYMMETRIC,
    min_symmetric=MIN_SYMMETRIC,
    max_symmetric=MAX_SYMMETRIC,
    descent_bound=DESCENT_BOUND,
    gain_bound=GAIN_BOUND,
    supposes=dict.fromkeys((*DEVICE, M), (SATURATION, UNSATURATED, OFFSET)),
    lemmas=lemmas,
)
