"""C1a: the linear response in the class of responses between two positive bounds."""

from theory.assumptions import SATURATION, UNSATURATED
from theory.claims._response_class import class_claim, q_low
from theory.kernel import Fact, assume, combine, magnitude
from theory.symbols import s_bar, tau, w


def bounded() -> tuple[Fact, Fact, Fact]:
    """1/(1 − s̄) > 0, 1 − w/τ ≥ 1 − s̄ and 1 − w/τ ≤ 1 + s̄."""
    saturation = assume(SATURATION)
    above = combine(((1, saturation), (1 / tau, magnitude(w))), s_bar - w / tau)
    below = combine(((1, saturation), (1 / tau, magnitude(-w))), s_bar + w / tau)
    positive = combine(((assume(UNSATURATED), 1 / (1 - s_bar) ** 2),), 1 / (1 - s_bar))
    return positive, above, below


CLAIM = class_claim(
    name="C1a",
    kind="linear",
    gain=1 - w / tau,
    saturation=1 - q_low,
    bounded=bounded,
    bounds="q_min = 1 − s̄ and q_max = 1 + s̄",
)
