"""The engine against a scalar twin, against itself, and against an exact prediction."""

import math
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, NOISES, PROBLEMS, _arithmetic, _loop, run
from simulation.devices import Gains, Response
from simulation.fidelities import mean
from simulation.plan import generators
from simulation.problems import quadratic
from simulation.statistics import STATISTICS
from tests.tolerance import STANDARD_ERRORS, TWIN

ALD, IDEAL = DEVICES["asymmetric_linear"], DEVICES["ideal"]
GAUSSIAN, TWO_POINT, NONE = NOISES["gaussian"], NOISES["two_point"], NOISES["none"]
QUADRATIC = PROBLEMS["quadratic"]
ARRAYS = (*STATISTICS, "peak_saturation", "peak_symmetric", "initial_gap", "final_objective", "final_weights")

SPECTRUM, OPTIMUM, DEVIATION = (1.0, 0.25), (0.4, -0.3), 0.5
TAUS, RATES = (1.5, 4.0), (0.1, 0.2)


def pair() -> dict[str, Any]:
    """Two settings that differ in range and step size, two coordinates, Gaussian noise."""
    problem = QUADRATIC(spectrum=SPECTRUM, optimum=OPTIMUM, noise=GAUSSIAN(standard_deviation=DEVIATION))
    device = ALD(tau=np.array(TAUS).reshape(2, 1, 1))
    return {"problem": problem, "device": device, "step_size": RATES}


def slow_run(setting: int, run_index: int, raws: list[np.ndarray], points: tuple[int, ...]) -> dict[str, Any]:
    """One run of `pair()` in scalars, straight from the formulas."""
    tau, rate, weights = TAUS[setting], RATES[setting], [0.0, 0.0]
    sums, averages, peak = [0.0] * 5, [], 0.0
    for step, raw in enumerate(raws):
        for d in range(2):
            w = weights[d]
            h, plus, minus = SPECTRUM[d] * (w - OPTIMUM[d]), 1 - w / tau, 1 + w / tau
            big_f, big_g = (minus + plus) / 2, (minus - plus) / 2
            peak = max(peak, abs(big_g) / big_f)
            sums[0] += h**2
            sums[1] += (big_f**2 - big_g**2) / big_f * h**2
            sums[2] += max(plus, minus) ** 2 * DEVIATION**2
            sums[3] += big_g**2 / big_f * DEVIATION**2
            sums[4] += DEVIATION**2
            change = -rate * (h + DEVIATION * float(raw[run_index, d]))
            weights[d] = w + change * (plus if change > 0 else minus)
        if step + 1 in points:
            averages.append([total / (step + 1) for total in sums])
    final = sum(s * (w - o) ** 2 / 2 for s, w, o in zip(SPECTRUM, weights, OPTIMUM, strict=True))
    peak = max(peak, *(abs(w) / tau for w in weights))
    return {"averages": averages, "weights": weights, "peak": peak, "objective": final}


def check_against_twin() -> None:
    steps, runs, points = 9, 3, (2, 9)
    arguments = pair()
    trace = run(**arguments, steps=steps, runs=runs, seed=11, checkpoints=points)
    rng, _ = generators(11)
    raws = [arguments["problem"].draw(rng, runs) for _ in range(steps)]
    for setting in range(2):
        for index in range(runs):
            slow = slow_run(setting, index, raws, points)
            fast = np.stack([getattr(trace, name)[:, setting, index] for name in STATISTICS], axis=-1)
            where = setting, index
            np.testing.assert_allclose(fast, slow["averages"], rtol=TWIN)
            np.testing.assert_allclose(trace.final_weights[where], slow["weights"], rtol=TWIN)
            np.testing.assert_allclose(trace.peak_saturation[where], slow["peak"], rtol=TWIN)
            np.testing.assert_allclose(trace.final_objective[where], slow["objective"], rtol=TWIN)
    # f(0) − f* = ½(1·0.16 + 0.25·0.09)
    np.testing.assert_allclose(trace.initial_gap, 0.09125, rtol=TWIN)
    np.testing.assert_array_equal(trace.peak_symmetric, 1.0)


def test_engine_equals_scalar_twin() -> None:
    check_against_twin()


def without_drift(device: Response, weights: np.ndarray, change: np.ndarray, *, gains: Gains, **_: Any) -> np.ndarray:
    return np.asarray(weights + change * gains.symmetric)


def with_half_drift(device: Response, weights: np.ndarray, change: np.ndarray, *, gains: Gains, **_: Any) -> np.ndarray:
    return np.asarray(weights + change * gains.symmetric - np.abs(change) * gains.asymmetric / 2)


@pytest.mark.parametrize("fault", [without_drift, with_half_drift])
def test_a_wrong_update_fails_the_twin(fault: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mean, "analog_update", fault)
    with pytest.raises(AssertionError):
        check_against_twin()


def test_ideal_device_is_digital_descent_bitwise() -> None:
    problem = QUADRATIC(spectrum=SPECTRUM, optimum=OPTIMUM, noise=GAUSSIAN(standard_deviation=DEVIATION))
    trace = run(problem, IDEAL(), step_size=0.1, steps=50, runs=4, seed=2)
    rng, _ = generators(2)
    weights = np.zeros((1, 4, 2))
    for _ in range(50):
        weights = weights - 0.1 * problem.signal(weights, problem.draw(rng, 4))
    np.testing.assert_array_equal(trace.final_weights, weights)
    np.testing.assert_array_equal(trace.drift_variance, 0.0)
    np.testing.assert_array_equal(trace.weighted_gradient_norm, trace.gradient_norm)
    np.testing.assert_array_equal(trace.gain_variance, trace.noise_variance)


def test_an_infinite_range_is_the_ideal_device() -> None:
    arguments = pair() | {"step_size": 0.1}
    wide = run(**(arguments | {"device": ALD(tau=1e300)}), steps=30, runs=2, seed=0)
    ideal = run(**(arguments | {"device": IDEAL()}), steps=30, runs=2, seed=0)
    np.testing.assert_array_equal(wide.final_weights, ideal.final_weights)


def test_settings_see_the_same_random_numbers_bitwise() -> None:
    both = run(**pair(), steps=40, runs=5, seed=3, checkpoints=[7, 40])
    for setting in range(2):
        single = pair() | {"device": ALD(tau=TAUS[setting]), "step_size": RATES[setting]}
        alone = run(**single, steps=40, runs=5, seed=3, checkpoints=[7, 40])
        for name in ARRAYS:
            axis = 1 if name in STATISTICS else 0
            part = np.take(getattr(both, name), [setting], axis=axis)
            np.testing.assert_array_equal(part, getattr(alone, name), err_msg=name)


def test_settings_of_noise_and_optimum_broadcast() -> None:
    noise = TWO_POINT(standard_deviation=np.array([0.1, 0.2, 0.3]).reshape(3, 1, 1))
    problem = QUADRATIC(spectrum=[1.0, 2.0], optimum=np.full((3, 1, 2), 0.2), noise=noise)
    trace = run(problem, IDEAL(), step_size=0.1, steps=5, runs=4, seed=0)
    assert trace.final_weights.shape == (3, 4, 2)
    assert trace.step_size.shape == (3,)
    np.testing.assert_allclose(trace.noise_variance[0, :, 0], [0.02, 0.08, 0.18], rtol=TWIN)


def test_streamed_averages_equal_those_of_the_stored_trajectory() -> None:
    problem = PROBLEMS["least_squares"].random(samples=12, dimension=3, seed=1, noise=TWO_POINT(standard_deviation=0.4))
    device = ALD(tau=5.0)
    points = (1, 4, 25)
    trace = run(problem, device, step_size=0.05, steps=25, runs=6, seed=5, checkpoints=points)
    path = run(problem, device, step_size=0.05, steps=25, runs=6, seed=5, keep_path=True).path
    states = [np.broadcast_to(problem.initial, (1, 6, 3))]
    states += [run(problem, device, step_size=0.05, steps=k, runs=6, seed=5).final_weights for k in range(1, 26)]
    assert path is not None
    np.testing.assert_array_equal(path[:, 0], np.concatenate(states))
    stored = np.concatenate(states[:25])  # (steps, runs, dimension)
    norms = np.square(problem.moments(stored).gradient).sum(axis=-1)
    drifts = 0.16 * np.square(device.asymmetric(stored)).sum(axis=-1)
    for row, point in enumerate(points):
        np.testing.assert_allclose(trace.gradient_norm[row, 0], norms[:point].mean(axis=0), rtol=TWIN)
        np.testing.assert_allclose(trace.drift_variance[row, 0], drifts[:point].mean(axis=0), rtol=TWIN)
    saturation = device.saturation(np.concatenate(states)).max(axis=(0, 2))
    np.testing.assert_array_equal(trace.peak_saturation[0], saturation)


def test_a_path_is_kept_only_if_asked_for_and_never_by_halves(tmp_path: Path) -> None:
    problem = QUADRATIC(spectrum=[1.0], optimum=0.2, noise=TWO_POINT(standard_deviation=0.4))
    asked: dict[str, Any] = {"step_size": 0.1, "steps": 3, "runs": 2, "seed": 0}
    assert run(problem, IDEAL(), **asked).path is None
    with pytest.raises(ValueError, match="keep_path must be False with resume"):
        run(problem, IDEAL(), **asked, keep_path=True, resume=tmp_path)


def test_initial_gap_is_above_the_optimal_value() -> None:
    problem = PROBLEMS["least_squares"].random(samples=9, dimension=2, seed=1, noise=NONE(), residual=1.0)
    trace = run(problem, IDEAL(), step_size=0.01, steps=1, runs=1, seed=0)
    start = float(problem.target @ problem.target) / 18  # f(0)
    assert problem.optimal_value > 0.1  # else the difference could not be told
    assert trace.initial_gap[0, 0] == pytest.approx(start - problem.optimal_value, rel=TWIN)


def sampled_arguments() -> dict[str, Any]:
    return pair() | {"steps": 23, "runs": 4000, "seed": 9}


def check_unbiased() -> None:
    """Sampled minus exact average of the same run: mean 0 within the accepted standard errors."""
    exact = run(**sampled_arguments())
    sampled = run(**sampled_arguments(), evaluations=5)  # strata of 4 and of 5 steps
    for name in STATISTICS[:4]:
        gaps = getattr(sampled, name)[0] - getattr(exact, name)[0]
        error = gaps.std(axis=1) / math.sqrt(gaps.shape[1])
        assert (error < 0.01 * getattr(exact, name)[0].mean(axis=1)).all()  # else noise could hide a bias
        assert (np.abs(gaps.mean(axis=1)) <= STANDARD_ERRORS * error).all(), name


def test_sampled_evaluations_are_unbiased() -> None:
    check_unbiased()


class FirstStep:
    """Planted fault: observes the first step of each stratum instead of a random one."""

    def integers(self, start: int, stop: int, size: int) -> np.ndarray:
        return np.full(size, start)


def test_a_fixed_choice_of_steps_is_caught_as_biased(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_loop, "generators", lambda seed, block: (generators(seed, block)[0], FirstStep()))
    with pytest.raises(AssertionError):
        check_unbiased()


def test_sampling_changes_no_trajectory_and_is_independent_across_runs() -> None:
    problem = QUADRATIC(spectrum=[1.0], optimum=1.0, noise=NONE())
    arguments: dict[str, Any] = {"step_size": 0.1, "steps": 30, "runs": 50, "seed": 1}
    exact = run(problem, ALD(tau=3.0), **arguments)
    sampled = run(problem, ALD(tau=3.0), **arguments, evaluations=2)
    for name in ("final_weights", "peak_saturation", "final_objective"):
        np.testing.assert_array_equal(getattr(sampled, name), getattr(exact, name))
    assert np.unique(exact.gradient_norm).size == 1  # without noise all runs are the same run
    assert np.unique(sampled.gradient_norm).size > 25  # but each is observed at steps of its own


def test_one_evaluation_a_step_is_exact() -> None:
    exact = run(**pair(), steps=12, runs=3, seed=1)
    sampled = run(**pair(), steps=12, runs=3, seed=1, evaluations=12)
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(sampled, name), getattr(exact, name), rtol=TWIN)


def test_sampled_softmax_regression_runs_on_the_engine() -> None:
    rng = np.random.Generator(np.random.SFC64(0))
    problem = PROBLEMS["softmax_regression"](features=rng.random((40, 5)), labels=np.arange(40) % 3, classes=3, batch=4)
    trace = run(problem, ALD(tau=2.0), step_size=[0.1, 0.3], steps=60, runs=3, seed=0, evaluations=6)
    assert trace.require_valid().gradient_norm.shape == (1, 2, 3)
    assert (trace.noise_variance <= problem.variance_bound).all()
    assert (trace.final_objective < np.log(3)).all()


def test_stationary_variance_of_digital_descent() -> None:
    # Exact: α²σ²/(a(2 − a)), a = αλ. After 200 steps the start has decayed by 0.8²⁰⁰ < 1e-19.
    rate, deviation, runs = 0.2, 0.3, 20_000
    problem = QUADRATIC(spectrum=[1.0], noise=GAUSSIAN(standard_deviation=deviation))
    trace = run(problem, IDEAL(), step_size=rate, steps=200, runs=runs, seed=4)
    variance = float(np.square(trace.final_weights).mean())
    predicted = rate**2 * deviation**2 / (rate * (2 - rate))
    error = predicted * math.sqrt(2 / runs)  # of a mean of squares of normal numbers
    assert abs(variance - predicted) <= STANDARD_ERRORS * error
    # The falsifier: the prediction for a delay of one update, α²σ²(1 + a)/(a(1 − a)(2 + a)).
    delayed = rate**2 * deviation**2 * (1 + rate) / (rate * (1 - rate) * (2 + rate))
    assert abs(variance - delayed) > STANDARD_ERRORS * error


def test_the_same_seed_gives_the_same_numbers() -> None:
    sequence = np.random.SeedSequence(7)
    traces = [run(**pair(), steps=9, runs=2, seed=seed) for seed in (7, sequence, sequence)]
    other = run(**pair(), steps=9, runs=2, seed=sequence.spawn(1)[0])
    for trace in traces[1:]:
        np.testing.assert_array_equal(trace.final_weights, traces[0].final_weights)
    assert not np.array_equal(other.final_weights, traces[0].final_weights)


def test_training_and_observation_use_different_randomness() -> None:
    training, observation = generators(0)
    assert training.random() != observation.random()


def test_progress_is_told_now_and_then() -> None:
    calls: list[tuple[int, int]] = []
    run(**pair(), steps=1050, runs=1, seed=0, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (1050, 1050)
    assert 100 <= len(calls) <= 110
    assert calls == sorted(calls)


@dataclass(frozen=True, kw_only=True, eq=False)
class Hoarder(quadratic.Problem):
    """Planted fault: keeps every state."""

    kept: list[np.ndarray] = field(default_factory=list)

    def signal(self, weights: np.ndarray, raw: np.ndarray) -> np.ndarray:
        self.kept.append(weights)
        return super().signal(weights, raw)


def growth_of_memory(kind: type[quadratic.Problem], monkeypatch: pytest.MonkeyPatch) -> int:
    """Bytes by which the peak of 1000 steps exceeds that of 100."""
    monkeypatch.setattr(_arithmetic, "_keep_freed_memory", lambda: None)  # its 30 MiB would hide the rest
    peaks = []
    for steps in (100, 1000):
        problem = kind(spectrum=np.array(SPECTRUM), noise=GAUSSIAN(standard_deviation=DEVIATION))
        tracemalloc.start()
        run(problem, ALD(tau=9.0), step_size=0.1, steps=steps, runs=500, seed=0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return peaks[1] - peaks[0]


def test_memory_does_not_grow_with_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    # 900 states of 500 × 2 numbers are 7.2 MB; Python's own objects come to far less than a tenth of that.
    assert growth_of_memory(quadratic.Problem, monkeypatch) < 700_000
    assert growth_of_memory(Hoarder, monkeypatch) > 7_000_000
