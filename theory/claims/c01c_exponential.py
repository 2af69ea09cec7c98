"""C1c: the exponential response in the class of responses between two positive bounds."""

from sympy import Expr, Integer, exp

from theory.assumptions import SATURATION, UNSATURATED
from theory.claims._response_class import class_claim, q_low
from theory.function_rules import exponential
from theory.kernel import Fact, assume, combine, magnitude, signed
from theory.symbols import gamma, s_bar, tau, w


def gain_at(position: Expr) -> Expr:
    """(e^γ − e^{γx})/(e^γ − 1) at x = w/τ."""
    return (exp(gamma) - exp(gamma * position)) / (exp(gamma) - 1)


def bounded() -> tuple[Fact, Fact, Fact]:
    """The gain falls: it is 0 at 1, at most what it is at −s̄, at least what it is at s̄ < 1."""
    saturation, scale = assume(SATURATION), exponential(signed(gamma))
    inside = combine(((gamma, assume(UNSATURATED)),), gamma * (1 - s_bar))
    above = combine(((gamma, saturation), (gamma / tau, magnitude(w))), gamma * (s_bar - w / tau))
    below = combine(((gamma, saturation), (gamma / tau, magnitude(-w))), gamma * (s_bar + w / tau))
    least = rise(s_bar, Integer(1), inside)
    positive = combine(((scale, least, 1 / least.expr**2),), 1 / gain_at(s_bar))
    return positive, fall(w / tau, s_bar, above), fall(-s_bar, w / tau, below)


def rise(left: Expr, right: Expr, distance: Fact) -> Fact:
    """e^{γy} − e^{γx} = e^{γx}(e^{γ(y−x)} − 1) ≥ 0 from γ(y − x) ≥ 0, strictly if that is."""
    return combine(((exp(gamma * left), exponential(distance)),), exp(gamma * right) - exp(gamma * left))


def fall(left: Expr, right: Expr, distance: Fact) -> Fact:
    """The gain at x minus that at y is (e^{γy} − e^{γx})/(e^γ − 1)."""
    scale = exponential(signed(gamma))
    return combine(((rise(left, right, distance), scale, 1 / scale.expr**2),), gain_at(left) - gain_at(right))


CLAIM = class_claim(
    name="C1c",
    kind="exponential",
    gain=gain_at(w / tau),
    shape=((gamma, Integer(1)),),
    saturation=1 - q_low,
    bounded=bounded,
    bounds="q_min = (e^γ − e^{γs̄})/(e^γ − 1) and q_max = (e^γ − e^{−γs̄})/(e^γ − 1)",
)
