"""The analog update against its scalar twin, by hand, and in its degenerate cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES
from simulation.devices import Response
from simulation.update import analog_update, response
from tests.tolerance import TWIN

ALD = DEVICES["asymmetric_linear"]
NUMBERS = st.floats(-1.0, 1.0)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=10)


def slow_update(device: Response, weights: np.ndarray, change: np.ndarray) -> np.ndarray:
    """A positive change moves with the gain of positive pulses, a negative one with that of negative."""
    result = np.empty_like(weights)
    for i in range(weights.size):
        gain = device.q_plus(weights[i : i + 1]) if change[i] > 0 else device.q_minus(weights[i : i + 1])
        result[i] = weights[i] + change[i] * float(gain[0])
    return result


def dropped_drift(device: Response, weights: np.ndarray, change: np.ndarray) -> np.ndarray:
    return np.asarray(weights + change * device.symmetric(weights))


@settings(deadline=None, max_examples=40)
@given(pairs=PAIRS, tau=st.floats(1.1, 50.0))
def test_update_equals_scalar_twin(pairs: list[tuple[float, float]], tau: float) -> None:
    weights, change = np.array(pairs).T
    fast = analog_update(ALD(tau=tau), weights, change)
    # Absolute too: w + x·q may cancel to near 0, with an error of the size of the rounding of w.
    np.testing.assert_allclose(fast, slow_update(ALD(tau=tau), weights, change), rtol=TWIN, atol=TWIN)


def test_an_update_without_its_drift_fails_the_twin() -> None:
    weights, change = np.array([0.5, 0.5]), np.array([0.1, -0.1])
    slow = slow_update(ALD(tau=1.0), weights, change)
    assert not np.allclose(dropped_drift(ALD(tau=1.0), weights, change), slow, rtol=TWIN, atol=TWIN)


def test_update_by_hand() -> None:
    # τ = 2, w = 1: F = 1, G = 1/2. Up: 1 + ¼ − ⅛. Down: 1 − ¼ − ⅛. All numbers are exact in binary.
    device = ALD(tau=2.0)
    result = analog_update(device, np.array([1.0, 1.0]), np.array([0.25, -0.25]))
    np.testing.assert_array_equal(result, [1.125, 0.625])
    np.testing.assert_array_equal(response(device, np.array([1.0, 1.0]), np.array([0.25, -0.25])), [0.375, -0.125])


@settings(deadline=None, max_examples=40)
@given(pairs=PAIRS, rate=st.floats(1e-3, 1.0))
def test_update_is_a_step_along_the_response(pairs: list[tuple[float, float]], rate: float) -> None:
    weights, signal = np.array(pairs).T
    device = ALD(tau=3.0)
    step = weights - rate * response(device, weights, signal)
    np.testing.assert_allclose(analog_update(device, weights, -rate * signal), step, rtol=TWIN, atol=TWIN)


@settings(deadline=None, max_examples=40)
@given(pairs=PAIRS)
def test_ideal_update_is_digital_bitwise(pairs: list[tuple[float, float]]) -> None:
    weights, change = np.array(pairs).T
    np.testing.assert_array_equal(analog_update(DEVICES["ideal"](), weights, change), weights + change)


def test_a_wide_range_tends_to_digital() -> None:
    weights, change = np.array([0.7, -0.4]), np.array([0.1, 0.2])
    gaps = [
        np.abs(analog_update(ALD(tau=tau), weights, change) - (weights + change)).max() for tau in (1e2, 1e4, 1e300)
    ]
    assert gaps[0] > gaps[1] > gaps[2] == 0.0


def test_precomputed_gains_change_nothing() -> None:
    device, weights, change = ALD(tau=1.0), np.array([0.3, -0.6]), np.array([0.1, 0.2])
    given_gains = analog_update(device, weights, change, gains=device.gains(weights))
    np.testing.assert_array_equal(given_gains, analog_update(device, weights, change))


def test_the_weight_never_crosses_the_range() -> None:
    # At w = τ an up-pulse does nothing; any |x| ≤ τ/2 keeps |w| ≤ τ.
    device, edge = ALD(tau=1.0), np.array([1.0])
    np.testing.assert_array_equal(analog_update(device, edge, np.array([0.3])), edge)
    assert analog_update(device, edge, np.array([-0.25]))[0] == pytest.approx(0.5, rel=TWIN)


def test_shapes_that_do_not_fit_raise() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        analog_update(ALD(tau=1.0), np.zeros(2), np.zeros(3))


def test_what_is_given_to_receive_the_result_is_the_result() -> None:
    weights, change, out = np.array([0.5, -0.5]), np.array([0.1, -0.1]), np.zeros(2)
    assert analog_update(ALD(tau=1.0), weights, change, out=out) is out
    np.testing.assert_array_equal(out, analog_update(ALD(tau=1.0), weights, change))
