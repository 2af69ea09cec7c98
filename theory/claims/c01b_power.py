"""C1b: the power response in the class of responses between two positive bounds."""

from sympy import Integer

from theory.assumptions import SATURATION, UNSATURATED
from theory.claims._response_class import class_claim, q_low
from theory.function_rules import positive_power, power
from theory.kernel import Fact, assume, combine, magnitude
from theory.symbols import gamma, s_bar, tau, w


def bounded() -> tuple[Fact, Fact, Fact]:
    """x^γ is increasing, and 0 < 1 − s̄ ≤ 1 − w/τ ≤ 1 + s̄."""
    least, saturation = assume(UNSATURATED), assume(SATURATION)
    above = combine(((1, saturation), (1 / tau, magnitude(w))), s_bar - w / tau)
    below = combine(((1, saturation), (1 / tau, magnitude(-w))), s_bar + w / tau)
    gain = combine(((1, least), (1, above)), 1 - w / tau)
    most = combine(((1 + s_bar,),), 1 + s_bar)
    return positive_power(least, -gamma), power(least, gain, above, gamma), power(gain, most, below, gamma)


CLAIM = class_claim(
    name="C1b",
    kind="power",
    gain=(1 - w / tau) ** gamma,
    shape=((gamma, Integer(2)),),
    saturation=1 - q_low ** (1 / gamma),
    bounded=bounded,
    bounds="q_min = (1 − s̄)^γ and q_max = (1 + s̄)^γ",
)
