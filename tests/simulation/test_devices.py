"""Properties that every discovered device must have, and the hand-computed values of each."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES
from simulation.devices import Response, asymmetric_linear
from simulation.experiment import Experiment
from tests.simulation.cases import devices
from tests.tolerance import TWIN

# Fractions of the range: strictly inside, where both gains are positive.
FRACTIONS = st.lists(st.floats(-0.99, 0.99), min_size=1, max_size=8)
QUICK = settings(deadline=None, max_examples=25)


def inside(device: Response, fractions: list[float]) -> np.ndarray:
    """Weights at these fractions of the domain; an unbounded one is sampled in −1..1."""
    finite = bool(np.isfinite(device.domain).all())
    lower, upper = device.domain if finite else (np.array(-1.0), np.array(1.0))
    return np.asarray((lower + upper) / 2 + np.array(fractions) * (upper - lower) / 2)


def check_parts(device: Response, weights: np.ndarray) -> None:
    plus, minus = device.q_plus(weights), device.q_minus(weights)
    symmetric, asymmetric = (minus + plus) / 2, (minus - plus) / 2
    pairs = [
        (device.symmetric(weights), symmetric),
        (device.asymmetric(weights), asymmetric),
        (device.max_gain(weights), np.maximum(plus, minus)),
        (device.saturation(weights), np.abs(asymmetric) / symmetric),
    ]
    for actual, expected in pairs:
        # Absolute too: G passes through 0 while the gains are of order 1, and so are their roundings.
        np.testing.assert_allclose(actual, expected, rtol=TWIN, atol=TWIN)
    for actual, expected in zip(device.gains(weights), (pairs[0][0], pairs[1][0]), strict=True):
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), fractions=FRACTIONS)
def test_parts_equal_their_definitions(name: str, data: st.DataObject, fractions: list[float]) -> None:
    device = data.draw(devices(name))
    check_parts(device, inside(device, fractions))


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), fractions=FRACTIONS)
def test_gains_are_positive_inside_the_range(name: str, data: st.DataObject, fractions: list[float]) -> None:
    device = data.draw(devices(name))
    weights = inside(device, fractions)
    for gain in (device.q_plus(weights), device.q_minus(weights)):
        assert gain.shape == weights.shape
        assert (gain > 0).all()
    assert (device.saturation(weights) < 1).all()


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data())
def test_the_drift_vanishes_at_the_symmetric_point(name: str, data: st.DataObject) -> None:
    check_symmetric_point(data.draw(devices(name)))


def check_symmetric_point(device: Response) -> None:
    """G is 0 at w⋄ up to the rounding of w⋄ itself; where there is none, G keeps its sign."""
    point = device.symmetric_point
    lower, upper = device.domain
    assert point.shape == np.broadcast_shapes(point.shape, np.shape(lower))
    grid = inside(device, list(np.linspace(-0.999, 0.999, 41)))
    if np.isnan(point).any():
        signs = np.sign(device.asymmetric(grid))
        assert (signs == signs[0]).all()
        return
    assert ((lower <= point) & (point <= upper)).all()
    # A gain of order 1 that changes by at most 100 over the range turns one rounding of w⋄ into 1e-13.
    np.testing.assert_allclose(device.asymmetric(point), 0.0, atol=TWIN)


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), fractions=FRACTIONS)
def test_affine_coefficients_give_the_gains(name: str, data: st.DataObject, fractions: list[float]) -> None:
    device = data.draw(devices(name))
    weights, lines = inside(device, fractions), device.affine
    if lines is None:
        assert name not in {"ideal", "asymmetric_linear", "linear_offset", "linear_step", "constant_step"}
        return
    for line, gain in ((lines.plus, device.q_plus), (lines.minus, device.q_minus)):
        np.testing.assert_allclose(line.level + line.slope * weights, gain(weights), rtol=TWIN, atol=TWIN)


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), weights=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5))
def test_settling_is_a_projection_that_leaves_the_inside_alone(
    name: str, data: st.DataObject, weights: list[float]
) -> None:
    device = data.draw(devices(name))
    settled = device.settle(np.array(weights))
    np.testing.assert_array_equal(device.settle(settled), settled)
    kept = inside(device, [-0.5, 0.0, 0.5])
    np.testing.assert_array_equal(device.settle(kept), kept)


def test_a_small_drift_of_one_sign_has_no_symmetric_point() -> None:
    kind, same = DEVICES["exponential_step"], {"gamma_up": 0.0, "gamma_down": 0.0}
    for up, down in ((2.0**-24, 0.0), (0.0, 2.0**-24)):
        assert np.isnan(kind(amplitude_up=up, amplitude_down=down, **same).symmetric_point)
    assert not np.isnan(kind(amplitude_up=0.1, amplitude_down=0.2, gamma_up=1.0, gamma_down=1.5).symmetric_point)


class MisplacedPoint(asymmetric_linear.Device):
    """Planted fault: claims another symmetric point."""

    @property
    def symmetric_point(self) -> np.ndarray:
        return np.array(1e-6)


def test_a_wrong_symmetric_point_is_caught() -> None:
    with pytest.raises(AssertionError):
        check_symmetric_point(MisplacedPoint(tau=1.0))


class DoubledDrift(asymmetric_linear.Device):
    """Planted fault: a shortcut that is not its definition."""

    def asymmetric(self, weights: np.ndarray) -> np.ndarray:
        return 2 * super().asymmetric(weights)


def test_a_shortcut_that_is_wrong_is_caught() -> None:
    with pytest.raises(AssertionError):
        check_parts(DoubledDrift(tau=1.0), np.array([0.25]))


def test_asymmetric_linear_by_hand() -> None:
    device = DEVICES["asymmetric_linear"](tau=2.0)
    weights = np.array([-1.0, 0.0, 1.0])
    np.testing.assert_array_equal(device.q_plus(weights), [1.5, 1.0, 0.5])
    np.testing.assert_array_equal(device.q_minus(weights), [0.5, 1.0, 1.5])
    np.testing.assert_array_equal(device.symmetric(weights), [1.0, 1.0, 1.0])
    np.testing.assert_array_equal(device.asymmetric(weights), [-0.5, 0.0, 0.5])
    np.testing.assert_array_equal(device.max_gain(weights), [1.5, 1.0, 1.5])
    np.testing.assert_array_equal(device.saturation(weights), [0.5, 0.0, 0.5])


def test_ideal_is_unity() -> None:
    device = DEVICES["ideal"]()
    weights = np.array([-3.0, 0.0, 1e9])
    np.testing.assert_array_equal(device.q_plus(weights), 1.0)
    np.testing.assert_array_equal(device.q_minus(weights), 1.0)
    np.testing.assert_array_equal(device.saturation(weights), 0.0)


def test_tau_may_vary_over_settings_and_is_private() -> None:
    tau = np.array([1.0, 2.0]).reshape(2, 1, 1)
    device = DEVICES["asymmetric_linear"](tau=tau)
    tau[:] = 7.0
    saturation = device.saturation(np.full((2, 3, 4), 0.5))
    assert saturation.shape == (2, 3, 4)
    np.testing.assert_array_equal(saturation[:, 0, 0], [0.5, 0.25])
    with pytest.raises(ValueError, match="read-only"):
        device.tau[0] = 3.0


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf, [1.0, 0.0], "wide", []])
def test_bad_tau_is_named(bad: object) -> None:
    with pytest.raises(ValueError, match="tau must be finite and > 0"):
        DEVICES["asymmetric_linear"](tau=bad)


def test_fields_are_keyword_only_and_frozen() -> None:
    make: Callable[..., Response] = DEVICES["asymmetric_linear"]
    with pytest.raises(TypeError):
        make(1.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        make(tau=1.0).tau = 2.0  # type: ignore[attr-defined]  # that it cannot is the point


@pytest.mark.parametrize("name", sorted(DEVICES))
def test_a_device_gives_an_example_whose_gains_are_positive_about_zero(name: str) -> None:
    problem = {"name": "quadratic", "spectrum": [1.0], "noise": {"name": "none"}}
    tables = {"steps": 1, "runs": 1, "step_size": 0.1, "problem": problem}
    device = Experiment.of({**tables, "device": {"name": name, **DEVICES[name].EXAMPLE}}, name=name).device
    weights = np.linspace(-0.4, 0.4, 9)
    assert (device.q_plus(weights) > 0).all()
    assert (device.q_minus(weights) > 0).all()
