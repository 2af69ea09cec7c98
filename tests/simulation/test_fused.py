"""One pass instead of numpy's: the same trace to the last bit, for every device, noise and fate of the runs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import (
    DEVICES,
    FIDELITIES,
    NOISES,
    PROBLEMS,
    _compiled,
    _fused,
    _loop,
    _loops,
    plan,
    run,
    run_batched,
    run_delayed,
)
from simulation.problems import quadratic
from simulation.problems._problem import Additive, additive
from simulation.signals import Signals
from simulation.trace import Trace
from simulation.update import step
from simulation.watch import Watch
from tests.simulation.cases import devices, rng
from tests.simulation.test_blocks import Killed, kill_at
from tests.simulation.test_compiled import COMPILERS, as_python
from tests.tolerance import TWIN

ALD = DEVICES["asymmetric_linear"]
NEVER = 10**18
FIELDS = {"gaussian": {"standard_deviation": 0.2}, "heavy_tailed": {"standard_deviation": 0.2, "degrees": 3.0},
          "none": {}, "two_point": {"standard_deviation": 0.2}}  # fmt: skip
UNREADABLE = {"two_point"}  # takes the sign of one number for another, which is not among what is read


@pytest.fixture(params=COMPILERS)
def compiler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if name == "python":
        as_python(monkeypatch)
    return name


def problem(noise: str = "gaussian", kind: str = "least_squares") -> Any:
    drawn = NOISES[noise](**FIELDS[noise])
    if kind == "quadratic":
        return PROBLEMS["quadratic"](spectrum=np.linspace(0.1, 2, 10), optimum=0.3, noise=drawn)
    return PROBLEMS["least_squares"].random(samples=30, dimension=10, seed=1, noise=drawn)


def arguments(**changes: Any) -> dict[str, Any]:
    return {"step_size": [0.02, 0.05], "steps": 12, "runs": 7, "seed": 4} | changes


def both(make: Callable[[], Trace]) -> int:
    """Check that the pass changes nothing; how often it was made."""
    made = 0
    moved = _fused.Fused.moved

    def noted(*given: Any) -> Any:
        nonlocal made
        found = moved(*given)
        made += found is not None
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_fused, "PAYS_AFTER", NEVER)
        plain = make()
        patch.setattr(_fused, "PAYS_AFTER", 0)
        patch.setattr(_fused.Fused, "moved", noted)
        once = make()
    for name, values in vars(plain).items():
        np.testing.assert_array_equal(getattr(once, name), values, err_msg=name)
    return made


@pytest.mark.parametrize("noise", sorted(NOISES))
@pytest.mark.parametrize("kind", ["least_squares", "quadratic"])
@pytest.mark.parametrize("changes", [{}, {"precision": "float32", "checkpoints": [3, 12]}, {"evaluations": 3}])
def test_every_noise_is_the_same_in_one_pass(compiler: str, noise: str, kind: str, changes: dict[str, Any]) -> None:
    made = both(lambda: run(problem(noise, kind), ALD(tau=6.0), **arguments(**changes)))
    assert made == (0 if noise in UNREADABLE else 11)  # all but the first step


@pytest.mark.parametrize("name", sorted(DEVICES))
@settings(deadline=None, max_examples=3, derandomize=True)
@given(data=st.data())
def test_every_device_is_the_same_in_one_pass(name: str, data: st.DataObject) -> None:
    device = data.draw(devices(name))
    with pytest.MonkeyPatch.context() as patch:
        as_python(patch)
        made = both(lambda: run(problem(), device, **arguments()))
    read = _compiled._plan(step, device, np.zeros(1))
    assert made == (11 if read is not None and read.program is not None else 0)


DEVICES_OF_MANY_KINDS = {
    "range over settings": ALD(tau=np.array([1.5, 4.0]).reshape(2, 1, 1)),
    "range over runs": ALD(tau=np.linspace(3.0, 9.0, 7)[:, np.newaxis]),
    "range over coordinates": ALD(tau=np.linspace(3.0, 9.0, 10)),
    "two gains": DEVICES["linear_offset"](tau=6.0, offset=0.3),
    "ideal": DEVICES["ideal"](),
}


@pytest.mark.parametrize("device", DEVICES_OF_MANY_KINDS.values(), ids=DEVICES_OF_MANY_KINDS.keys())
def test_fields_may_vary_over_any_axis(compiler: str, device: Any) -> None:
    assert both(lambda: run(problem(), device, **arguments(precision="float32"))) == 11


@pytest.mark.parametrize("step_size", [[0.7, 0.05], [1e30, 1e200]])
def test_runs_that_leave_the_model_are_told_of_alike(compiler: str, step_size: list[float]) -> None:
    given = arguments(step_size=step_size, steps=40)
    trace = run(problem(), ALD(tau=0.9), **given)
    assert (trace.first_violation >= 0).any()
    assert np.isnan(trace.gradient_norm).any()
    assert both(lambda: run(problem(), ALD(tau=0.9), **given)) == 39


def test_stale_gradients_too(compiler: str) -> None:
    assert both(lambda: run_delayed(problem(), ALD(tau=6.0), delays=[3, 0] * 5, **arguments())) == 11


class Doubled(quadratic.Problem):
    """Its signal is another one than the noise of its gradient."""

    def signal(self, weights: np.ndarray, raw: np.ndarray) -> np.ndarray:
        return 2 * super().signal(weights, raw)


def test_a_subclass_has_the_signal_that_it_says(compiler: str) -> None:
    plain = problem(kind="quadratic")
    doubled = Doubled(spectrum=plain.spectrum, noise=plain.noise, optimum=0.3)
    for execute in (run, partial(run_delayed, delays=0)):
        assert both(lambda execute=execute: execute(doubled, ALD(tau=6.0), **arguments(step_size=0.02))) == 0  # type: ignore[misc]
        twice = execute(plain, ALD(tau=6.0), **arguments(step_size=0.04)).final_weights
        once = execute(doubled, ALD(tau=6.0), **arguments(step_size=0.02)).final_weights
        np.testing.assert_allclose(once, twice, rtol=TWIN)


@pytest.mark.parametrize("kind", [Signals, Additive])
def test_a_replaced_signal_is_asked_for(kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run(problem(), ALD(tau=6.0), **arguments()).final_weights
    monkeypatch.setattr(kind, "signal", lambda self, weights, raw: np.zeros_like(weights))
    np.testing.assert_array_equal(run(problem(), ALD(tau=6.0), **arguments()).final_weights, 0)
    assert plain.any()


def test_what_is_no_noise_around_a_gradient_is_left_to_numpy(compiler: str) -> None:
    given = arguments()
    assert both(lambda: run_batched(problem(), ALD(tau=6.0), microbatches=2, rule="accumulated", **given)) == 0
    assert both(lambda: run(problem(), ALD(tau=6.0), fidelity="pulses", **given)) == 0
    assert both(lambda: run(problem(), ALD(tau=6.0), fidelity=FIDELITIES["mean"](kernel="numpy"), **given)) == 0


def test_a_killed_run_continues_to_the_same_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiler: str) -> None:
    monkeypatch.setattr(_loop, "_SAVE_SECONDS", 0.0)
    monkeypatch.setattr(_fused, "PAYS_AFTER", 0)
    monkeypatch.setattr(plan, "BLOCK", 40)
    whole = run(problem(), ALD(tau=6.0), **arguments())
    with pytest.raises(Killed):
        run(problem(), ALD(tau=6.0), **arguments(resume=tmp_path / "state", progress=kill_at(5)))
    resumed = run(problem(), ALD(tau=6.0), **arguments(resume=tmp_path / "state"))
    for name, values in vars(whole).items():
        np.testing.assert_array_equal(getattr(resumed, name), values, err_msg=name)


def test_the_pass_is_made_when_enough_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    as_python(monkeypatch)
    monkeypatch.setattr(_loops, "_done", {})
    weights, device = rng(1).normal(0, 0.3, (1, 4, 5)), ALD(tau=2.0)
    monkeypatch.setattr(_fused, "PAYS_AFTER", 3 * weights.size)
    fused = _fused.Fused(NOISES["none"](), device, FIDELITIES["mean"](), np.array(-0.1).reshape(1, 1, 1))
    watch = Watch((1, 4, 5), weights.dtype)
    watch.look(0, weights, device.gains(weights))
    found = [fused.moved(k, weights, weights.copy(), np.zeros((4, 5)), watch) is not None for k in range(6)]
    assert found == [False, False, False, True, True, True]


@pytest.mark.parametrize("fault", [lambda peak, value: peak, lambda peak, value: value])
def test_a_wrong_peak_is_caught(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_python(monkeypatch)
    monkeypatch.setattr(_fused, "_maximum", fault)
    with pytest.raises(AssertionError, match="peak_saturation"):  # steps so large that the last weights are no peak
        both(lambda: run(problem(), ALD(tau=6.0), **arguments(step_size=[0.3, 0.4], steps=30)))


def test_a_peak_over_what_is_no_number_is_none() -> None:
    for peak, value in [(np.nan, 1.0), (1.0, np.nan), (np.nan, np.nan), (1.0, 2.0), (2.0, 1.0), (-np.inf, 0.0)]:
        np.testing.assert_array_equal(_fused._maximum(np.array(peak), np.array(value)), np.maximum(peak, value))


@pytest.mark.parametrize("kind", ["least_squares", "quadratic"])
def test_the_gradient_is_that_of_the_moments(kind: str) -> None:
    made, weights = problem(kind=kind), rng(3).normal(0, 1, (2, 7, 10))
    found: Any = additive(made)
    assert found is made
    np.testing.assert_array_equal(made.gradient(weights), made.moments(weights).gradient)
    raw = made.draw(rng(4), 7)
    np.testing.assert_array_equal(made.signal(weights, raw), made.noise.apply(made.gradient(weights), raw))
