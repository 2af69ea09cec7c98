"""E4: pulse counts against pulses sent one by one, curves against quadrature and against the limit of small pulses."""

from typing import Any

import numpy as np
import pytest
from sympy import Rational, Symbol, exp, lambdify, log, simplify

from theory.predictions import (
    NoBracket,
    TooManyPulses,
    Unreachable,
    change_between,
    pulse_count,
    pulse_curve,
    pulses_between,
    response_curve,
    weight_after_change,
    weight_after_pulses,
)
from theory.predictions._notation import table_symbol
from theory.predictions.pulses import Direction, NoClosedForm, pulses_in_the_limit
from theory.symbols import tau, w

UP, DOWN = 1 - w / tau, 1 + w / tau
EXPONENTIAL = (exp(2) - exp(2 * w / tau)) / (exp(2) - 1)
# n products of a number near one, each rounded to 1.1e-16, against one power: n ≤ 1000.
TWIN = 1e-12


def sent_one_by_one(weight: float, pulses: int, tau: float, size: float, side: int) -> float:
    for _ in range(pulses):
        weight += side * size * (1 - side * weight / tau)
    return weight


@pytest.mark.parametrize(("direction", "side"), [("up", 1), ("down", -1)])
@pytest.mark.parametrize("pulses", [0, 1, 7, 1000])
@pytest.mark.parametrize("start", [-1.5, -0.3, 0.0, 1.2])
def test_the_closed_form_is_pulses_sent_one_by_one(direction: Direction, side: int, pulses: int, start: float) -> None:
    found = weight_after_pulses(start, pulses, tau=1.5, pulse_size=0.01, direction=direction)
    assert found == pytest.approx(sent_one_by_one(start, pulses, 1.5, 0.01, side), rel=TWIN, abs=TWIN)
    moves = pulses > 0 and start != side * 1.5
    assert moves == (found != pytest.approx(sent_one_by_one(start, max(pulses - 1, 0), 1.5, 0.01, side), rel=1e-9))


@pytest.mark.parametrize("direction", ["up", "down"])
def test_the_printed_curve_solves_the_recursion_exactly(direction: Direction) -> None:
    curve, side = pulse_curve(direction), {"up": 1, "down": -1}[direction]
    n, size, start = Symbol("pulses", integer=True, nonnegative=True), Symbol("pulse_size", positive=True), "start"
    assert curve.subs(n, 0) == Symbol(start, real=True)
    step = curve.subs(n, n + 1) - curve - side * size * (1 - side * curve / tau)
    assert simplify(step) == 0
    assert simplify(step + size * curve / tau) != 0


def test_the_least_number_of_pulses_reaches_and_one_less_does_not() -> None:
    rng = np.random.default_rng(0)
    start, stop = rng.uniform(-1.4, 1.4, (2, 200))
    count = pulses_between(start, stop, tau=1.5, pulse_size=0.01)
    for a, b, n in zip(start, stop, count, strict=True):
        side = 1 if b >= a else -1
        assert side * sent_one_by_one(a, n, 1.5, 0.01, side) >= side * b - 1e-12
        assert n == 0 or side * sent_one_by_one(a, n - 1, 1.5, 0.01, side) < side * b


@pytest.mark.parametrize("pulses", [0, 1, 2, 10, 137, 5000])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_counting_undoes_sending(pulses: int, direction: Direction) -> None:
    reached = weight_after_pulses(0.2, pulses, tau=1.0, pulse_size=0.001, direction=direction)
    assert pulses_between(0.2, reached, tau=1.0, pulse_size=0.001) == pulses


@pytest.mark.parametrize(
    ("change", "count"), [(0.0, 0), (0.1, 1), (-0.1, 1), (0.3, 3), (0.7, 7), (1.1, 11), (0.30001, 4), (1e-300, 1)]
)
def test_a_change_asks_for_that_many_pulses(change: float, count: int) -> None:
    assert pulse_count(change, pulse_size=0.1) == count


def test_counts_have_the_shape_of_the_changes() -> None:
    assert pulse_count([[0.25], [-0.5]], pulse_size=0.2).tolist() == [[2], [3]]


@pytest.mark.parametrize(("change", "most"), [(1e300, 2**53), (3.21, 32), (1e308, 10)])
def test_too_many_pulses_are_refused(change: float, most: int) -> None:
    with pytest.raises(TooManyPulses, match=f"change must need at most {most} pulses of 0.1, got"):
        pulse_count(change, pulse_size=0.1, most=most)
    assert pulse_count(3.2, pulse_size=0.1, most=32) == 32


def test_an_infinite_quotient_is_refused() -> None:
    with pytest.raises(TooManyPulses):
        pulse_count(1e300, pulse_size=1e-300)


@pytest.mark.parametrize("stop", [1.5, -1.5, 2.0])
def test_the_bounds_are_never_reached(stop: float) -> None:
    with pytest.raises(Unreachable, match=r"stop must be inside \(-1.5, 1.5\)"):
        pulses_between(0.0, stop, tau=1.5, pulse_size=0.01)


def test_pulses_that_rounding_hides_are_not_counted() -> None:
    with pytest.raises(Unreachable, match=r"stop must be farther from ±1.5"):
        pulses_between(0.0, np.nextafter(1.5, 0), tau=1.5, pulse_size=0.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": 2.0}, r"weights must be in \[-1.5, 1.5\], got 2"),
        ({"pulses": -1}, "pulses must be integers >= 0"),
        ({"pulse_size": 1.5}, "pulse_size must be below tau = 1.5, got 1.5"),
        ({"direction": "left"}, "direction must be 'up' or 'down', got 'left'"),
    ],
)
def test_bad_input_is_named(arguments: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"weights": 0.0, "pulses": 1, "tau": 1.5, "pulse_size": 0.1, "direction": "up"}
    with pytest.raises(ValueError, match=message):
        weight_after_pulses(**good | arguments)


@pytest.mark.parametrize(
    ("gain", "direction"),
    [
        (UP, "up"),
        (DOWN, "down"),
        (Rational(11, 10) * UP, "up"),
        (UP**2, "up"),
        (UP**3, "up"),
        (UP ** Rational(1, 2), "up"),
        (DOWN**2, "down"),
    ],
)
def test_closed_curves_are_the_inverted_integral(gain: Any, direction: Direction) -> None:
    curve = response_curve(gain, direction)
    at = lambdify([Symbol("start", real=True), Symbol("change", positive=True), tau], curve)
    bound = 1.5 if direction == "up" else -1.5
    for start, change in ((0.0, 0.4), (-0.3, 1.0)):
        inverted = weight_after_change(gain, start, change, direction=direction, limit=0.999 * bound, tau=1.5)
        assert at(start, change, 1.5) == pytest.approx(inverted, rel=1e-11)  # quadrature, 1e-12, over its slope
        assert at(start, 1.01 * change, 1.5) != pytest.approx(inverted, rel=1e-6)


def test_the_linear_device_approaches_its_bound_exponentially() -> None:
    start, change = Symbol("start", real=True), Symbol("change", positive=True)
    assert simplify(response_curve(UP, "up") - (tau - (tau - start) * exp(-change / tau))) == 0


def test_where_no_closed_form_is_found_quadrature_is_left() -> None:
    with pytest.raises(NoClosedForm, match="SymPy finds no closed form"):
        response_curve(EXPONENTIAL, "up")
    there = weight_after_change(EXPONENTIAL, 0.0, 0.5, direction="up", limit=1.4, tau=1.5)
    assert change_between(EXPONENTIAL, 0.0, there, tau=1.5) == pytest.approx(0.5, rel=1e-11)
    steps = 20_000
    here, gain = 0.0, lambdify(w, EXPONENTIAL.subs(tau, 1.5))
    for _ in range(steps):
        here += 0.5 / steps * gain(here)
    assert there == pytest.approx(here, abs=1e-4)  # Euler's error is at most 0.5²/(2·20000)·|q q'| < 1e-4


def test_small_pulses_tend_to_the_curve_at_first_order() -> None:
    start, change = -0.2, 0.8
    limit = weight_after_change(UP, start, change, direction="up", limit=1.49, tau=1.5)
    errors = []
    for pulses in (100, 200, 400):
        after = weight_after_pulses(start, pulses, tau=1.5, pulse_size=change / pulses, direction="up")
        errors.append(float(after) - limit)
    # (1 − Δ/τ)^{x/Δ} = e^{−x/τ}(1 − xΔ/2τ² + …), of which the next order is Δ = 0.8 % at most.
    predicted = [(1.5 - start) * np.exp(-change / 1.5) * change**2 / n / (2 * 1.5**2) for n in (100, 200, 400)]
    assert errors == pytest.approx(predicted, rel=0.02)


def test_the_pulse_count_tends_to_the_change() -> None:
    start = Symbol("start", real=True)
    assert simplify(pulses_in_the_limit() + tau * log((tau - w) / (tau - start))) == 0
    assert change_between(UP, -0.2, 0.9, tau=1.5) == pytest.approx(-1.5 * np.log(0.6 / 1.7), rel=1e-11)


def test_a_gain_that_vanishes_on_the_way_is_refused() -> None:
    with pytest.raises(Unreachable, match="gain must be positive between start and stop"):
        change_between(UP, 0.0, 1.5, tau=1.5)
    with pytest.raises(NoBracket):
        weight_after_change(UP, 0.0, 1e3, direction="up", limit=1.4, tau=1.5)
    with pytest.raises(ValueError, match="limit must lie down from start"):
        weight_after_change(DOWN, 0.0, 1.0, direction="down", limit=1.0, tau=1.5)


def test_a_gain_with_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(ValueError, match=r"gain 1 - weights/tau needs a value for tau"):
        change_between(UP, 0.0, 0.5)


def test_a_symbol_has_one_sign_everywhere() -> None:
    with pytest.raises(ValueError, match="step_size is positive in the notation table, real here"):
        table_symbol("step_size", "real")
