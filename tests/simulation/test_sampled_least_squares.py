"""Least squares on mini-batches: its moments by enumeration of all batches, a scalar twin, and its limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, NOISES, PROBLEMS, run
from simulation.problems.sampled_least_squares import Problem
from tests.simulation.cases import SEEDS, rng
from tests.tolerance import STANDARD_ERRORS, TWIN

QUICK = settings(deadline=None, max_examples=20)


def made(seed: int = 1, batch: int = 2, rows: int = 5, residual: float = 0.5) -> Problem:
    return Problem.random(samples=rows, dimension=3, seed=seed, batch=batch, residual=residual)


def all_batches(count: int, batch: int) -> np.ndarray:
    """Every ordered batch drawn with replacement: all are equally likely."""
    return np.stack(np.meshgrid(*[np.arange(count)] * batch), axis=-1).reshape(-1, batch)


def check_moments(problem: Problem, weights: np.ndarray, batches: np.ndarray) -> None:
    """The claimed moments are those of the signal over equally likely batches."""
    signals = problem.signal(np.tile(weights, (1, len(batches), 1)), batches)[0]
    claimed = problem.moments(weights.reshape(1, 1, -1))
    # Absolute: E g² − (E g)² cancels terms of order 100.
    np.testing.assert_allclose(claimed.gradient[0, 0], signals.mean(axis=0), rtol=TWIN, atol=100 * TWIN)
    np.testing.assert_allclose(claimed.noise_variance[0, 0], signals.var(axis=0), rtol=TWIN, atol=100 * TWIN)


@pytest.mark.parametrize("batch", [1, 2, 3])
@QUICK
@given(seed=SEEDS)
def test_moments_are_those_over_all_batches(batch: int, seed: int) -> None:
    check_moments(made(seed, batch), rng(seed).standard_normal(3), all_batches(5, batch))


def test_drawing_without_replacement_is_caught() -> None:
    pairs = all_batches(5, 2)
    with pytest.raises(AssertionError):
        check_moments(made(), np.ones(3), pairs[pairs[:, 0] != pairs[:, 1]])


def test_every_ordered_batch_is_drawn_equally_often() -> None:
    raw, share = made(rows=3).draw(rng(4), 20_000), 1 / 9
    seen = np.bincount(3 * raw[:, 0] + raw[:, 1], minlength=9) / len(raw)
    assert (np.abs(seen - share) <= STANDARD_ERRORS * np.sqrt(share * (1 - share) / len(raw))).all()


def slow_row(problem: Problem, weights: list[float], row: int) -> tuple[float, list[float]]:
    """Loss and gradient of one row, in scalars."""
    entries = [float(a) for a in problem.matrix[row]]
    residual = sum(a * w for a, w in zip(entries, weights, strict=True)) - float(problem.target[row])
    return residual**2 / 2, [a * residual for a in entries]


@QUICK
@given(seed=SEEDS, batch=st.integers(1, 6))
def test_signal_and_moments_equal_their_scalar_twins(seed: int, batch: int) -> None:
    problem, weights = made(seed, batch), rng(seed).standard_normal((2, 4, 3))
    raw = problem.draw(rng(seed + 1), 4)
    assert raw.shape == (4, batch)
    signal, moments = problem.signal(weights, raw), problem.moments(weights)
    for setting, index in np.ndindex(2, 4):
        w = weights[setting, index].tolist()
        rows = [slow_row(problem, w, row) for row in range(5)]
        chosen = [rows[int(row)][1] for row in raw[index]]
        loss = sum(value for value, _ in rows) / 5
        mean = [sum(gradient[d] for _, gradient in rows) / 5 for d in range(3)]
        square = [sum(gradient[d] ** 2 for _, gradient in rows) / 5 for d in range(3)]
        variance = [(square[d] - mean[d] ** 2) / batch for d in range(3)]
        expected = [sum(gradient[d] for gradient in chosen) / batch for d in range(3)]
        # Absolute: sums of terms of order 100 cancel.
        assert moments.objective[setting, index] == pytest.approx(loss, rel=TWIN)
        np.testing.assert_allclose(signal[setting, index], expected, rtol=TWIN, atol=100 * TWIN)
        np.testing.assert_allclose(moments.gradient[setting, index], mean, rtol=TWIN, atol=100 * TWIN)
        np.testing.assert_allclose(moments.noise_variance[setting, index], variance, rtol=TWIN, atol=100 * TWIN)


def test_all_rows_in_a_batch_are_the_gradient() -> None:
    problem, weights = made(batch=5), rng().standard_normal((1, 2, 3))
    every = np.tile(np.arange(5), (2, 1))
    np.testing.assert_allclose(problem.signal(weights, every), problem.moments(weights).gradient, TWIN, TWIN)


def test_rows_that_agree_have_no_noise_at_the_optimum() -> None:
    problem = made(residual=0.0)
    at_rest = problem.moments(problem.optimum.reshape(1, 1, 3)).noise_variance
    assert at_rest.max() < 1e-25  # squares of residuals of some 1e-15
    assert made().moments(made().optimum.reshape(1, 1, 3)).noise_variance.min() > 1e-3


def test_a_variance_that_rounds_to_less_than_nothing_is_nothing() -> None:
    problem, weights = made(rows=1), rng().standard_normal((1, 40, 3))
    assert problem.moments(weights).noise_variance.min() == 0  # one row: E g² and (E g)² differ by rounding alone


def test_it_is_the_objective_of_least_squares_with_additive_noise() -> None:
    plain = PROBLEMS["least_squares"].random(
        samples=5, dimension=3, seed=1, residual=0.5, noise=NOISES["gaussian"](standard_deviation=1.0)
    )
    weights = rng().standard_normal((1, 4, 3))
    np.testing.assert_array_equal(made().moments(weights).gradient, plain.moments(weights).gradient)
    np.testing.assert_array_equal(made().moments(weights).objective, plain.moments(weights).objective)
    assert made().smoothness == plain.smoothness


def test_a_run_averages_the_variance_along_its_way() -> None:
    arguments = {"step_size": [0.02, 0.05], "steps": 3, "runs": 2, "seed": 3}
    device, problem = DEVICES["asymmetric_linear"](tau=8.0), made()
    trace = run(problem, device, **arguments, checkpoints=[1, 3])  # type: ignore[arg-type]
    start = problem.moments(np.zeros((2, 2, 3))).noise_variance.sum(axis=-1)
    np.testing.assert_allclose(trace.noise_variance[0], start, rtol=TWIN)
    assert (trace.noise_variance[1] != trace.noise_variance[0]).all()


@pytest.mark.parametrize("batch", [0, -1, 1.5, True, "all"])
def test_a_bad_batch_is_named(batch: object) -> None:
    with pytest.raises(ValueError, match="batch must be an integer >= 1, got"):
        Problem(matrix=np.ones((2, 2)), target=np.zeros(2), batch=batch)  # type: ignore[arg-type]
