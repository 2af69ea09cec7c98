"""Each device by hand: values that can be checked on paper, limits, ends of the range, and bad fields."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, NOISES, PROBLEMS, lookup, run
from simulation.devices import asymmetric_linear
from tests.tolerance import TWIN

ALD = DEVICES["asymmetric_linear"]
THREE = np.array([-1.0, 0.0, 1.0])


def gains(device: Any, weights: np.ndarray) -> tuple[list[float], list[float]]:
    return device.q_plus(weights).tolist(), device.q_minus(weights).tolist()


def test_linear_offset_by_hand() -> None:
    device = DEVICES["linear_offset"](tau=2.0, offset=0.5)
    assert gains(device, THREE) == ([2.25, 1.5, 0.75], [0.25, 0.5, 0.75])
    assert device.symmetric_point == 1.0
    assert device.asymmetric(np.array(1.0)) == 0.0
    assert gains(DEVICES["linear_offset"](tau=2.0, offset=0.0), THREE) == gains(ALD(tau=2.0), THREE)


def test_power_by_hand_and_beyond_its_range() -> None:
    device = DEVICES["power"](tau=2.0, gamma=2.0)
    assert gains(device, THREE) == ([2.25, 1.0, 0.25], [0.25, 1.0, 2.25])
    rough = DEVICES["power"](tau=1.0, gamma=0.5)  # (1 − w)^½ would be NaN beyond the end
    assert gains(rough, np.array([1.0, 3.0])) == ([0.0, 0.0], [2**0.5, 2.0])
    assert rough.saturation(np.array([1.0, 3.0])).tolist() == [1.0, 1.0]
    assert gains(DEVICES["power"](tau=2.0, gamma=1.0), THREE) == gains(ALD(tau=2.0), THREE)


@settings(deadline=None, max_examples=25)
@given(w=st.floats(-0.99, 0.99), gamma=st.floats(0.1, 5.0))
def test_exponential_equals_its_formula(w: float, gamma: float) -> None:
    device, top = DEVICES["exponential"](tau=1.0, gamma=gamma), np.exp(gamma)
    expected = [(top - np.exp(sign * gamma * w)) / (top - 1) for sign in (1, -1)]
    # The formula as written cancels: near the end of the range it keeps 14 digits at γ ≥ 0.1.
    actual = [device.q_plus(np.array(w)), device.q_minus(np.array(w))]
    np.testing.assert_allclose(actual, expected, rtol=0, atol=100 * TWIN)


def test_exponential_tends_to_the_linear_device_and_stays_finite() -> None:
    weights, linear = np.linspace(-0.9, 0.9, 7), ALD(tau=1.0)
    gaps = [
        np.abs(DEVICES["exponential"](tau=1.0, gamma=g).q_plus(weights) - linear.q_plus(weights)).max()
        for g in (1e-1, 1e-2, 1e-3)
    ]
    # The gap is γ·(1 − w²)/2 + O(γ²): a tenth of γ, a tenth of the gap, up to a relative error of the order of γ.
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=0.1)
    assert gaps[1] / gaps[2] == pytest.approx(10, rel=0.01)
    assert gains(DEVICES["exponential"](tau=1.0, gamma=1e4), THREE / 2) == ([1.0, 1.0, 1.0], [1.0, 1.0, 1.0])


def test_constant_step_ends_at_its_bounds() -> None:
    device = DEVICES["constant_step"](lower=-1.0, upper=0.5, gain_up=1.0, gain_down=0.75)
    weights = np.array([-1.0, 0.0, 0.5])
    assert gains(device, weights) == ([1.0, 1.0, 0.0], [0.0, 0.75, 0.75])
    assert device.settle(np.array([-3.0, 0.25, 0.75])).tolist() == [-1.0, 0.25, 0.5]
    assert np.isnan(device.symmetric_point)
    assert DEVICES["constant_step"](lower=-1.0, upper=0.5).symmetric_point == -0.25


def test_linear_step_by_hand() -> None:
    device = DEVICES["linear_step"](lower=-1.0, upper=2.0, gamma_up=0.5, gamma_down=0.25, gain_up=1.0, gain_down=0.5)
    weights = np.array([-1.0, 0.0, 1.0, 2.0])
    assert gains(device, weights) == ([1.25, 1.0, 0.75, 0.0], [0.0, 0.5, 0.625, 0.75])
    # 1 − w/4 = (1 + w/4)/2 at w = 4/3.
    assert device.symmetric_point == pytest.approx(4 / 3, rel=TWIN)
    soft = DEVICES["linear_step"](lower=-2.0, upper=2.0, gamma_up=1.0, gamma_down=1.0)
    assert gains(soft, THREE) == gains(ALD(tau=2.0), THREE)


def test_piecewise_linear_by_hand() -> None:
    device = DEVICES["piecewise_linear"](nodes=[-1, 0, 1], gains_up=[1.5, 1.0, 0.5], gains_down=[0.25, 1.0, 1.5])
    weights = np.array([-1.0, -0.5, 0.5, 1.0])
    assert gains(device, weights) == ([1.5, 1.25, 0.75, 0.0], [0.0, 0.625, 1.25, 1.5])
    assert device.symmetric_point == 0.0
    shifted = DEVICES["piecewise_linear"](nodes=[-1, 1], gains_up=[2.0, 0.0], gains_down=[0.0, 1.0])
    assert shifted.symmetric_point == pytest.approx(1 / 3, rel=TWIN)  # 1 − w = (1 + w)/2


def test_exponential_step_by_hand() -> None:
    device = DEVICES["exponential_step"](amplitude_up=0.5, amplitude_down=-1.0, gamma_up=2.0, gamma_down=1.0, shift=0.5)
    # z = w + ½: at w = −½ both exponents are 0.
    assert gains(device, np.array([-0.5])) == ([0.5], [2.0])
    assert device.q_plus(np.array(0.5)) == 0.0  # 1 − e²/2 < 0 counts as 0


FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("linear_offset", {"tau": 1.0, "offset": 1.0}, r"offset must be in -1 < offset < 1, got 1\.0"),
    ("linear_offset", {"tau": 1.0, "offset": np.nan}, "offset must be finite, got nan"),
    ("linear_offset", {"tau": 0.0, "offset": 0.0}, "tau must be finite and > 0"),
    ("power", {"tau": 1.0, "gamma": 0.0}, "gamma must be finite and > 0"),
    ("exponential", {"tau": 1.0, "gamma": -1.0}, "gamma must be finite and > 0"),
    ("constant_step", {"lower": 0.0}, r"lower must be < 0, got 0\.0"),
    ("constant_step", {"upper": [1.0, -1.0]}, r"upper must be > 0, got -1\.0"),
    ("constant_step", {"gain_up": 0.0}, "gain_up must be finite and > 0"),
    ("linear_step", {"gamma_up": 1.5, "gamma_down": 0.0}, r"q_plus must be finite and >= 0 .*, got -0\.5 at 1\.0"),
    ("linear_step", {"gamma_up": 0.0, "gamma_down": -1.5}, r"q_minus must be finite and >= 0 .*, got -0\.5 at 1\.0"),
    ("piecewise_linear", {"nodes": [0, 0], "gains_up": [1, 1], "gains_down": [1, 1]}, "nodes must be at least two"),
    ("piecewise_linear", {"nodes": [0, 1], "gains_up": [1, -1], "gains_down": [1, 1]}, r"gains_up .*>= 0, got -1\.0"),
    ("piecewise_linear", {"nodes": [0, 1], "gains_up": [1], "gains_down": [1, 1]}, r"gains_up must have shape \(2,\)"),
    ("piecewise_linear", {"nodes": [0, 1], "gains_up": [1, 1], "gains_down": [1, np.inf]}, "gains_down .* got inf"),
    (
        "exponential_step",
        {"amplitude_up": 0.1, "amplitude_down": -1.0, "gamma_up": 1.0, "gamma_down": 1e3},
        r"q_minus must be finite .*, got inf at -1\.0",
    ),
    ("varied", {"base": "ideal"}, "base must be a device, got 'ideal'"),
    ("varied", {"base": ALD(tau=1.0), "factor_up": -1.0}, "factor_up must be finite and > 0"),
    ("stuck", {"base": ALD(tau=1.0), "stuck": [0, 1]}, "stuck must be booleans, got int64"),
    ("stuck", {"base": 3, "stuck": True}, "base must be a device, got 3"),
]


@pytest.mark.parametrize(("name", "fields", "message"), FIELDS)
def test_bad_fields_are_named(name: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lookup(DEVICES, name)(**fields)


def test_a_run_that_reaches_a_hard_bound_is_reported() -> None:
    problem = PROBLEMS["quadratic"](spectrum=[1.0], optimum=3.0, noise=NOISES["none"]())
    device = DEVICES["constant_step"](lower=-1.0, upper=1.0)
    trace = run(problem, device, step_size=0.5, steps=5, runs=1, seed=0)
    # 0 → 1.5, clipped to 1 after the first update.
    assert trace.final_weights[0, 0, 0] == 1.0
    assert trace.first_violation[0, 0] == 1
    with pytest.raises(ValueError, match="at step 1: saturation 1"):
        trace.require_valid()


def test_a_run_starts_with_what_the_device_can_hold() -> None:
    problem = PROBLEMS["quadratic"](spectrum=[2.0], initial=[4.0], noise=NOISES["none"]())
    trace = run(problem, DEVICES["constant_step"](upper=1.0), step_size=0.25, steps=1, runs=1, seed=0)
    assert trace.initial_gap[0, 0] == 1.0  # f(1), not f(4)
    assert trace.first_violation[0, 0] == 0


class Negative(asymmetric_linear.Device):
    """Planted fault: a response that turns negative inside the range."""

    def asymmetric(self, weights: np.ndarray) -> np.ndarray:
        return 4 * super().asymmetric(weights)


def test_a_negative_response_on_the_range_used_is_a_violation() -> None:
    problem = PROBLEMS["quadratic"](spectrum=[1.0], optimum=0.5, noise=NOISES["none"]())
    good = run(problem, ALD(tau=1.0), step_size=0.5, steps=9, runs=1, seed=0)
    bad = run(problem, Negative(tau=1.0), step_size=0.5, steps=9, runs=1, seed=0)
    assert good.first_violation[0, 0] == -1
    assert bad.first_violation[0, 0] == 1
