"""Properties of every device under every fidelity, all discovered: what holds whatever files the folders hold."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulation
from simulation import DEVICES, FIDELITIES, NOISES, PROBLEMS, SCHEDULES, run
from simulation.devices import Response
from simulation.devices._check import require_responses
from simulation.fidelities import UpdateRule, mean
from simulation.update import analog_update
from tests.simulation.cases import SEEDS, any_of, built, devices, fidelities, problems, rng
from tests.simulation.test_devices import inside
from tests.tolerance import TWIN

QUICK = settings(deadline=None, max_examples=6)
PAIRS = [(device, fidelity) for device in sorted(DEVICES) for fidelity in sorted(FIDELITIES)]
EVERY_PAIR = pytest.mark.parametrize(("name", "fidelity"), PAIRS)
SHAPE = (2, 3, 4)
"""Settings, runs and coordinates."""
FOLDERS = {
    "devices": DEVICES,
    "fidelities": FIDELITIES,
    "noises": NOISES,
    "problems": PROBLEMS,
    "schedules": SCHEDULES,
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_a_folder_is_a_case(folder: str) -> None:
    root = Path(simulation.__file__).parent / folder
    assert set(FOLDERS[folder]) == {path.stem for path in root.glob("[!_]*.py")}


def test_a_field_without_a_strategy_is_named() -> None:
    with pytest.raises(KeyError, match=r"gaussian has the field 'standard_deviation': give it a strategy in .*cases"):
        built(NOISES["gaussian"], {})


@QUICK
@given(device=built(DEVICES["power"], {"gamma": st.just(3.0)}))
def test_a_device_without_strategies_is_its_own_example(device: Any) -> None:
    assert (device.tau, device.gamma) == (DEVICES["power"].EXAMPLE["tau"], 3.0)


def drawn(data: st.DataObject, name: str, fidelity: str, seed: int) -> tuple[Response, UpdateRule, np.ndarray]:
    """A device, a fidelity, and weights inside the device's range."""
    device, rule = data.draw(devices(name)), data.draw(fidelities(fidelity))
    return device, rule, inside(device, rng(seed).uniform(-0.8, 0.8, SHAPE).tolist())


@EVERY_PAIR
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_nothing_asked_for_moves_nothing(name: str, fidelity: str, data: st.DataObject, seed: int) -> None:
    device, rule, weights = drawn(data, name, fidelity, seed)
    np.testing.assert_array_equal(rule.update(device, weights, np.zeros(SHAPE), rng=rng(seed)), weights)


@EVERY_PAIR
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_settings_do_not_see_each_other(name: str, fidelity: str, data: st.DataObject, seed: int) -> None:
    device, rule, weights = drawn(data, name, fidelity, seed)
    change = 0.05 * rng(seed + 1).standard_normal(SHAPE)
    together = rule.update(device, weights, change, rng=rng(seed))
    assert together.shape == SHAPE
    for setting in range(2):
        part = slice(setting, setting + 1)
        alone = rule.update(device, weights[part], change[part], rng=rng(seed))
        np.testing.assert_array_equal(together[part], alone)


@EVERY_PAIR
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_gains_in_hand_change_nothing(name: str, fidelity: str, data: st.DataObject, seed: int) -> None:
    device, rule, weights = drawn(data, name, fidelity, seed)
    change = 0.05 * rng(seed + 1).standard_normal(SHAPE)
    given_gains = rule.update(device, weights, change, gains=device.gains(weights), rng=rng(seed))
    np.testing.assert_array_equal(given_gains, rule.update(device, weights, change, rng=rng(seed)))


def noise_free(rule: UpdateRule) -> bool:
    return not np.any(getattr(rule, "cycle_noise", 0.0))


def check_direction(device: Response, rule: UpdateRule, weights: np.ndarray, change: np.ndarray, seed: int) -> None:
    """A weight moves in the direction asked for or stays, and never leaves hard bounds."""
    after = rule.update(device, weights, change, rng=rng(seed))
    np.testing.assert_array_equal(device.settle(after), after)
    if noise_free(rule):
        # A move of less than a rounding of the weight is a move of 0.
        assert ((after - weights) * np.sign(change) >= -TWIN).all()


@EVERY_PAIR
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_a_weight_moves_in_the_direction_asked_for(name: str, fidelity: str, data: st.DataObject, seed: int) -> None:
    device, rule, weights = drawn(data, name, fidelity, seed)
    # The steepest gains drawn (γ = 5, τ = 0.1) fall to 0 in a pulse of 0.02, the largest drawn: none oversteps its end.
    changes = data.draw(st.floats(1e-6, 1e-3)) * rng(seed + 1).standard_normal(SHAPE)
    check_direction(device, rule, weights, changes, seed)


class Backwards(mean.Fidelity):
    """Planted fault: the change is subtracted."""

    def update(self, device: Response, weights: np.ndarray, change: np.ndarray, **given: Any) -> np.ndarray:
        return np.asarray(super().update(device, weights, -change, **given))


class Unbounded(mean.Fidelity):
    """Planted fault: bounds are not applied."""

    def update(self, device: Response, weights: np.ndarray, change: np.ndarray, **given: Any) -> np.ndarray:
        return np.asarray(weights + change)


@pytest.mark.parametrize("fault", [Backwards(), Unbounded()])
def test_a_wrong_update_is_caught(fault: UpdateRule) -> None:
    device, weights = DEVICES["constant_step"](), np.full(SHAPE, 0.9)
    check_direction(device, mean.Fidelity(), weights, np.full(SHAPE, 0.5), 0)
    with pytest.raises(AssertionError):
        check_direction(device, fault, weights, np.full(SHAPE, 0.5), 0)


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_every_device_passes_the_check_before_a_run(name: str, data: st.DataObject, seed: int) -> None:
    device = data.draw(devices(name))
    weights = inside(device, rng(seed).uniform(-0.9, 0.9, SHAPE).tolist())
    require_responses(device, weights)
    object.__setattr__(device, "q_minus", lambda at: np.where(at == at.max(), -1.0, 1.0))  # the falsifier
    with pytest.raises(ValueError, match="q_minus must be finite and >= 0"):
        require_responses(device, weights)


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_the_mean_update_is_the_formula(name: str, data: st.DataObject, seed: int) -> None:
    """w + x·F(w) − |x|·G(w), then the bounds."""
    device = data.draw(devices(name))
    weights = inside(device, rng(seed).uniform(-0.8, 0.8, SHAPE).tolist())
    change = rng(seed + 1).standard_normal(SHAPE)
    plus, minus = device.q_plus(weights), device.q_minus(weights)
    expected = device.settle(weights + change * (minus + plus) / 2 - np.abs(change) * (minus - plus) / 2)
    np.testing.assert_allclose(analog_update(device, weights, change), expected, rtol=10 * TWIN, atol=10 * TWIN)


@pytest.mark.parametrize("name", sorted(PROBLEMS))
@settings(deadline=None, max_examples=4)
@given(data=st.data(), seed=SEEDS)
def test_every_problem_runs_on_any_device_under_any_fidelity(name: str, data: st.DataObject, seed: int) -> None:
    """The same seed gives the same numbers, and settings of one call those of two calls, to the last bit."""
    problem = data.draw(problems(name))
    device, rule = data.draw(any_of(devices, DEVICES)), data.draw(any_of(fidelities, FIDELITIES))
    arguments: dict[str, Any] = {"steps": 4, "runs": 3, "seed": seed, "fidelity": rule}
    both = run(problem, device, step_size=[0.002, 0.01], **arguments)
    assert both.final_weights.shape == (2, 3, problem.dimension)
    for setting, rate in enumerate((0.002, 0.01)):
        alone = run(problem, device, step_size=rate, **arguments)
        np.testing.assert_array_equal(alone.final_weights[0], both.final_weights[setting])
        np.testing.assert_array_equal(alone.gradient_norm[:, 0], both.gradient_norm[:, setting])
