"""Violations are reported, never averaged over; bad arguments are named; a trace is frozen."""

from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, NOISES, PROBLEMS, Trace, run
from simulation.devices import Gains, ideal
from simulation.statistics import STATISTICS
from simulation.watch import Watch

ALD, IDEAL = DEVICES["asymmetric_linear"], DEVICES["ideal"]
NONE, QUADRATIC = NOISES["none"], PROBLEMS["quadratic"]


def pair() -> dict[str, Any]:
    """Two settings that differ in range and step size, two coordinates."""
    problem = QUADRATIC(spectrum=[1.0, 0.25], noise=NOISES["gaussian"](standard_deviation=0.5))
    device = ALD(tau=np.array([1.5, 4.0]).reshape(2, 1, 1))
    return {"problem": problem, "device": device, "step_size": [0.1, 0.2]}


def test_first_violation_names_setting_run_and_step() -> None:
    # One step of α = 3 from 0 towards 1 lands on 3 (α = 0.5: on ½); the range is 2.
    problem = QUADRATIC(spectrum=[1.0], optimum=1.0, noise=NONE())
    trace = run(problem, ALD(tau=2.0), step_size=[0.5, 3.0], steps=2, runs=2, seed=0)
    np.testing.assert_array_equal(trace.first_violation, [[-1, -1], [1, 1]])
    np.testing.assert_array_equal(trace.violation_saturation, [[np.nan] * 2, [1.5] * 2])
    assert (trace.peak_saturation[1] >= 1.5).all()
    message = r"violation in 2 of 4 runs, first in setting 1, run 0 at step 1: saturation 1\.5"
    with pytest.raises(ValueError, match=message):
        trace.require_valid()
    good = run(problem, ALD(tau=2.0), step_size=0.5, steps=2, runs=2, seed=0)
    assert good.require_valid() is good


def test_the_last_weights_are_watched_too() -> None:
    problem = QUADRATIC(spectrum=[1.0], optimum=1.0, noise=NONE())
    trace = run(problem, ALD(tau=2.0), step_size=3.0, steps=1, runs=1, seed=0)
    assert trace.first_violation[0, 0] == 1


def test_a_constant_gain_divides_too() -> None:
    shape = (1, 2, 3)
    gains = Gains(np.broadcast_to(np.array(2.0), shape), np.full(shape, -0.5))
    watch = Watch(shape, np.dtype(np.float64))
    watch.look(0, np.zeros(shape), gains)
    np.testing.assert_array_equal(watch.results()["peak_saturation"], [[0.25, 0.25]])
    np.testing.assert_array_equal(watch.results()["peak_symmetric"], [[2.0, 2.0]])


def test_a_lost_run_has_no_averages_and_spoils_no_other() -> None:
    # α = 1e200 overflows in two steps: W_1 = 1e200, W_2 = −inf.
    problem = QUADRATIC(spectrum=[1.0], optimum=1.0, noise=NONE())
    trace = run(problem, IDEAL(), step_size=[0.1, 1e200], steps=4, runs=1, seed=0, checkpoints=[1, 2, 4])
    np.testing.assert_array_equal(trace.first_violation[:, 0], [-1, 2])
    assert np.isfinite(trace.gradient_norm[:, 0]).all()
    assert trace.gradient_norm[0, 1, 0] == 1.0
    assert np.isnan(np.stack([getattr(trace, name)[1:, 1] for name in STATISTICS])).all()
    with pytest.raises(ValueError, match="setting 1, run 0 at step 2"):
        trace.require_valid()


def test_a_lost_run_has_no_sampled_averages() -> None:
    problem = QUADRATIC(spectrum=[1.0], optimum=1.0, noise=NONE())
    trace = run(problem, IDEAL(), step_size=1e200, steps=4, runs=1, seed=0, evaluations=1)
    assert all(np.isnan(getattr(trace, name)).all() for name in STATISTICS)


class Inverted(ideal.Device):
    """Gains that are both negative."""

    def symmetric(self, weights: np.ndarray) -> np.ndarray:
        return -np.ones_like(weights)


def test_negative_gains_are_a_violation_although_saturation_is_small() -> None:
    problem = QUADRATIC(spectrum=[1.0], optimum=1.0, noise=NONE())
    trace = run(problem, Inverted(), step_size=0.1, steps=2, runs=1, seed=0)
    assert trace.first_violation[0, 0] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "steps must be an integer >= 1, got 0"),
        ({"steps": 2.0}, "steps must be an integer >= 1, got 2.0"),
        ({"steps": True}, "steps must be an integer >= 1, got True"),
        ({"runs": 0}, "runs must be an integer >= 1, got 0"),
        ({"seed": -1}, "seed must be an integer >= 0, got -1"),
        ({"seed": "a"}, "seed must be an integer >= 0, got 'a'"),
        ({"step_size": 0.0}, "step_size must be finite and > 0, got 0"),
        ({"step_size": [0.1, np.nan]}, "step_size must be finite and > 0, got nan"),
        ({"step_size": [[0.1]]}, r"step_size must be a number or have shape \(settings,\), got shape \(1, 1\)"),
        ({"step_size": [0.1, 0.1, 0.1]}, "fields of problem and device and step_size must broadcast"),
        ({"checkpoints": []}, r"checkpoints must be increasing and not empty, got \(\)"),
        ({"checkpoints": [5, 5]}, r"checkpoints must be increasing and not empty, got \(5, 5\)"),
        ({"checkpoints": [0, 5]}, r"checkpoints must be an integer in 1\.\.10, got 0"),
        ({"checkpoints": [11]}, r"checkpoints must be an integer in 1\.\.10, got 11"),
        ({"evaluations": 0}, r"evaluations must be an integer in 1\.\.10, got 0"),
        ({"evaluations": 11}, r"evaluations must be an integer in 1\.\.10, got 11"),
        ({"evaluations": 2, "checkpoints": [5, 10]}, r"checkpoints must be \(10,\) when .* got \(5, 10\)"),
        ({"evaluations": 2, "checkpoints": [5]}, r"checkpoints must be \(10,\) when .* got \(5,\)"),
        ({"device": ALD(tau=np.ones((1, 7, 1)))}, r"broadcast to \(settings, 3, 2\)|must broadcast"),
        ({"device": ALD(tau=np.ones((1, 1, 5)))}, "must broadcast"),
        ({"device": ALD(tau=np.ones((1, 1, 1, 1)))}, r"must broadcast to \(settings, 3, 2\), got shape"),
    ],
)
def test_bad_arguments_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(**(pair() | {"steps": 10, "runs": 3, "seed": 0} | change))


def test_a_trace_is_frozen_and_checks_its_shapes() -> None:
    trace = run(**pair(), steps=3, runs=2, seed=0)
    with pytest.raises(ValueError, match="read-only"):
        trace.gradient_norm[:] = 0
    fields = {name: getattr(trace, name) for name in Trace.__dataclass_fields__}
    with pytest.raises(ValueError, match=r"drift_variance must have shape \(1, 2, 2\), got \(1,\)"):
        Trace(**(fields | {"drift_variance": np.zeros(1)}))
    assert (trace.steps, trace.runs, trace.seed, trace.checkpoints) == (3, 2, 0, (3,))
    assert trace.evaluations is None
