"""E4: pulses, counted, and the response curves that they trace in the limit of small pulses.

An up pulse moves a cell by Δw_min·q₊(w), a down pulse by −Δw_min·q₋(w). As Δw_min → 0 a change x asked for moves it
along dw/dx = ±q±(w). Source: arXiv:2406.12774 (pulses).
"""

from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr, Rational, expand, expand_log, integrate, lambdify, log, simplify, solve

from theory.predictions._bisection import bisect
from theory.predictions._checks import FloatArray, IntArray, finite, integers, positive
from theory.predictions._notation import change as x
from theory.predictions._notation import pulse_size as _pulse_size
from theory.predictions._notation import pulses as n
from theory.predictions._notation import start as w0
from theory.symbols import tau, w

Direction = Literal["up", "down"]

# Beyond 2^53 float64 does not resolve single pulses, so that a count would be an invention.
MOST_PULSES = 2**53
# A quotient this close to an integer, relatively, is one: numerator and denominator were rounded to float64.
ROUNDING = 4 * np.finfo(float).eps
# Adaptive quadrature is asked for this relative error, and its own estimate must confirm 10 times it.
QUADRATURE = 1e-12


class TooManyPulses(ValueError):
    """A change needs more pulses than can be counted or than the hardware sends."""


class Unreachable(ValueError):
    """No number of pulses brings the cell there."""


def pulse_count(change: ArrayLike, *, pulse_size: float, most: int = MOST_PULSES) -> IntArray:
    """⌈|x|/Δw_min⌉, the pulses that a change x asks for (any shape) [pulses].

    A quotient within rounding of an integer counts as that integer: 0.3 asks for three pulses of 0.1.

    Raises:
        TooManyPulses: if an entry exceeds `most`.
        ValueError: if a change is not finite, or the pulse size not finite and > 0.
    """
    asked, size = np.abs(finite("change", change)), float(positive("pulse_size", pulse_size))
    with np.errstate(over="ignore"):  # an infinite quotient is refused below
        quotient = asked / size
    if np.any(over := quotient > most * (1 + ROUNDING)):
        worst = asked[over].flat[0]
        raise TooManyPulses(f"change must need at most {most} pulses of {size}, got {worst}")
    return _ceil(quotient, ROUNDING * quotient)


def _ceil(quotient: FloatArray, slack: FloatArray) -> IntArray:
    nearest = np.rint(quotient)
    return np.where(np.abs(quotient - nearest) <= slack, nearest, np.ceil(quotient)).astype(np.int64)


def pulse_curve(direction: Direction) -> Expr:
    """w_n of the asymmetric linear device: ±τ ∓ (τ ∓ w₀)(1 − Δw_min/τ)ⁿ, exactly, as an expression."""
    side = _side(direction)
    return side * tau - (side * tau - w0) * (1 - _pulse_size / tau) ** n


def weight_after_pulses(
    weights: ArrayLike, pulses: ArrayLike, *, tau: float, pulse_size: float, direction: Direction
) -> FloatArray:
    """The asymmetric linear device after n equal pulses (arrays broadcast) [weight].

    Raises:
        ValueError: unless |w₀| ≤ τ, n is an integer ≥ 0, 0 < Δw_min < τ and the direction is 'up' or 'down'.
    """
    at, count = _inside("weights", weights, tau), integers("pulses", pulses, minimum=0)
    _sizes(tau, pulse_size)
    side = _side(direction)
    # expm1 and log1p keep the few digits that (1 − Δ/τ)ⁿ would lose when Δ/τ is tiny.
    lost = -np.expm1(count * np.log1p(-pulse_size / tau))
    return np.asarray(at + (side * tau - at) * lost)


def pulses_between(start: ArrayLike, stop: ArrayLike, *, tau: float, pulse_size: float) -> IntArray:
    """The least number of equal pulses that bring the asymmetric linear device from w₀ to w or past it.

    ⌈log((τ − w)/(τ − w₀)) / log(1 − Δw_min/τ)⌉ upwards, the mirror image downwards; within rounding of an integer
    it is that integer. Arrays broadcast.

    Raises:
        Unreachable: if a stop is not strictly inside (−τ, τ), which pulses approach but never reach, or so near
            the bound that float64 does not resolve a pulse there.
        ValueError: unless |w₀| ≤ τ and 0 < Δw_min < τ.
    """
    begin, end = _inside("start", start, tau), finite("stop", stop)
    _sizes(tau, pulse_size)
    if np.any(beyond := np.abs(end) >= tau):
        raise Unreachable(f"stop must be inside (-{tau}, {tau}), got {end[beyond].flat[0]}")
    side = np.where(end >= begin, 1.0, -1.0)
    # log((τ−w)/(τ−w₀)) = log1p((w₀−w)/(τ−w₀)); where w₀ is at the bound in the direction of travel, w = w₀.
    distance = side * (end - begin) / np.where(end == begin, 1.0, tau - side * begin)
    quotient = np.asarray(np.log1p(-distance) / np.log1p(-pulse_size / tau))
    # Both weights are known to some ε·τ; near the bound a pulse, Δ(1 − |w|/τ), may be of that size.
    blur = ROUNDING * (quotient + tau**2 / ((tau - side * end) * pulse_size))
    if np.any(blurred := blur > 0.5):
        raise Unreachable(f"stop must be farther from ±{tau} for pulses to be counted, got {end[blurred].flat[0]}")
    return _ceil(quotient, blur)


class NoClosedForm(ValueError):
    """SymPy finds no closed form; quadrature serves."""


@cache
def response_curve(gain: Expr, direction: Direction) -> Expr:
    """w(x) with dw/dx = ±q(w), w(0) = w₀, in closed form by SymPy, in the symbols `change` and `start`.

    `gain` is q₊ or q₋ as an expression in the table's `weights`. Variables are separated, x = ±∫ dw/q, and the
    result solved for w; it is returned only if it satisfies the equation at trial points to 30 digits. It holds as
    long as the gain stays positive on the way. NoClosedForm if SymPy finds none; `weight_after_change`
    needs none.
    """
    side = _side(direction)
    primitive = integrate(1 / gain, w)
    travelled = simplify(expand_log(primitive - primitive.subs(w, w0), force=True))
    try:
        candidates = solve(travelled - side * x, w)
    except NotImplementedError:
        candidates = []
    for candidate in candidates:
        # exp(… + log b) becomes b·exp(…), which is real where b < 0 too.
        curve = simplify(expand(candidate) if candidate.has(log) else candidate)
        if _satisfies(curve, side * gain):
            return curve
    raise NoClosedForm(f"SymPy finds no closed form of dw/dx = {side * gain}")


def _satisfies(curve: Expr, rate: Expr) -> bool:
    residuals = (curve.diff(x) - rate.subs(w, curve), curve.subs(x, 0) - w0)
    others = sorted((rate.free_symbols | {w0, x}) - {w, tau}, key=str)
    for trial in range(1, 4):
        # A wide device, a start near its middle and a short way: where every branch is the one at the start.
        point = {tau: 7, **{symbol: Rational(trial, 11 + 2 * i) for i, symbol in enumerate(others)}}
        if any(abs(residual.subs(point).evalf(40, chop=True)) > 1e-30 for residual in residuals):
            return False
    return True


def change_between(gain: Expr, start: float, stop: float, **parameters: float) -> float:
    """|x| = ∫ dw/q(w) from `start` to `stop`, the change to ask for in the limit of small pulses [weight].

    Args:
        gain: q₊ if stop > start, q₋ otherwise, in the table's `weights`; positive between the two.
        start: w₀ [weight].
        stop: w [weight].
        parameters: values of the gain's other symbols, by name.

    Raises:
        Unreachable: if the gain is not positive at one of 33 points of the way, or the integral does not converge.
        ValueError: if a symbol has no value.
    """
    q = _compiled(gain, parameters)
    low, high = sorted((float(finite("start", start)), float(finite("stop", stop))))
    way = np.linspace(low, high, 33)
    if np.any(stuck := ~(np.asarray(q(way)) + 0 * way > 0)):
        raise Unreachable(f"gain must be positive between start and stop, got {gain} at weight {way[stuck][0]}")
    from scipy.integrate import quad  # noqa: PLC0415  (costs start-up time that most callers do not need)

    value, error = quad(lambda at: 1 / q(at), low, high, epsabs=0, epsrel=QUADRATURE)
    if not error <= 10 * QUADRATURE * abs(value):
        raise Unreachable(f"the integral of 1/({gain}) from {low} to {high} has error {error}")
    return float(value)


def weight_after_change(
    gain: Expr, start: float, change: float, *, direction: Direction, limit: float, **parameters: float
) -> float:
    """The weight to which a change |x| leads in the limit of small pulses, by inverting `change_between` [weight].

    Args:
        gain: q₊ for 'up', q₋ for 'down'.
        start: w₀.
        change: |x| > 0.
        direction: 'up' or 'down'.
        limit: a weight that is not reached, in the direction of travel, up to which the gain is positive.
        parameters: values of the gain's other symbols, by name.

    Raises:
        ValueError: naming a bad argument; NoBracket if the change leads beyond `limit`.
    """
    asked = float(positive("change", change))
    if _side(direction) * (limit - start) <= 0:
        raise ValueError(f"limit must lie {direction} from start = {start}, got {limit}")

    def excess(at: FloatArray) -> FloatArray:
        needed = [change_between(gain, start, float(stop), **parameters) if stop != start else 0.0 for stop in at]
        return np.asarray(needed) - asked

    return float(bisect(excess, np.array([float(start)]), np.array([float(limit)]))[0])


@cache
def pulses_in_the_limit() -> Expr:
    """n·Δw_min of `pulses_between` as Δw_min → 0: −τ·log((τ − w)/(τ − w₀)), by SymPy's limit."""
    count = log((tau - w) / (tau - w0)) / log(1 - _pulse_size / tau)
    return (count * _pulse_size).limit(_pulse_size, 0, "+")


def _compiled(gain: Expr, parameters: dict[str, float]) -> Any:
    others = sorted(gain.free_symbols - {w}, key=str)
    if missing := [symbol.name for symbol in others if symbol.name not in parameters]:
        raise ValueError(f"gain {gain} needs a value for {', '.join(missing)}")
    return lambdify(w, gain.subs({symbol: parameters[symbol.name] for symbol in others}), modules="numpy")


def _side(direction: str) -> int:
    sides = {"up": 1, "down": -1}
    if direction not in sides:
        raise ValueError(f"direction must be 'up' or 'down', got {direction!r}")
    return sides[direction]


def _sizes(tau: float, pulse_size: float) -> None:
    if not 0 < float(positive("pulse_size", pulse_size)) < float(positive("tau", tau)):
        raise ValueError(f"pulse_size must be below tau = {tau}, got {pulse_size}")


def _inside(name: str, value: ArrayLike, tau: float) -> FloatArray:
    array = finite(name, value)
    if np.any(beyond := np.abs(array) > tau):
        raise ValueError(f"{name} must be in [-{tau}, {tau}], got {array[beyond].flat[0]}")
    return array
