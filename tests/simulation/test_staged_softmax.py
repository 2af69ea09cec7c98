"""Softmax regression in feature blocks: the regression itself, its executors bit for bit, and its constants."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, PROBLEMS, load_mnist
from simulation._precision import in_precision
from simulation.data import DataError
from simulation.pipeline import run_clocked, run_recursion
from simulation.pipeline_delayed import feature_delays, run_delayed
from simulation.schedules import SCHEDULES
from tests.tolerance import TWIN

ALD = DEVICES["asymmetric_linear"](tau=2.0)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def staged(**fields: Any) -> Any:
    data = {"features": rng(1).standard_normal((30, 5)), "labels": np.arange(30) % 3}
    return PROBLEMS["staged_softmax"](**(data | {"classes": 3, "batch": 4, "sizes": [2, 2, 1]} | fields))


def points(problem: Any, seed: int) -> np.ndarray:
    return rng(seed).standard_normal((2, 4, problem.dimension))


def in_order_of_classes(problem: Any, flat: np.ndarray) -> np.ndarray:
    """Blocks of matrices (classes, columns of the block) → one matrix (classes, columns), flat."""
    held = [flat[..., part].reshape(*flat.shape[:-1], problem.classes, -1) for part in problem.parts]
    return np.concatenate(held, axis=-1).reshape(*flat.shape[:-1], -1)


def slow_signal(problem: Any, ahead: np.ndarray, samples: list[int]) -> np.ndarray:
    """(1/batch) Σ (p − y) xᵀ in scalars, block by block."""
    total = [0.0] * problem.dimension
    for sample in samples:
        x = [float(value) for value in problem.features[sample]] + [1.0] * problem.bias
        powers = []
        for row in in_order_of_classes(problem, ahead).reshape(problem.classes, -1):
            powers.append(float(np.exp(sum(w * value for w, value in zip(row, x, strict=True)))))
        first, place = 0, 0
        for m, size in enumerate(problem.sizes):
            width = size + (problem.bias if m == len(problem.sizes) - 1 else 0)
            for c, power in enumerate(powers):
                for j in range(first, first + width):
                    total[place] += (power / sum(powers) - (c == problem.labels[sample])) * x[j] / len(samples)
                    place += 1
            first += size
    return np.array(total)


@pytest.mark.parametrize("bias", [True, False])
def test_the_delayed_signal_equals_its_scalar_twin(bias: bool) -> None:
    problem = staged(bias=bias)
    ahead, back, raw = points(problem, 4), points(problem, 5), problem.draw(rng(3), 4)
    signal = problem.delayed_signal(ahead, back, raw)
    for index in np.ndindex(2, 4):
        expected = slow_signal(problem, ahead[index], [int(i) for i in raw[index[1]]])
        # Absolute too: terms of order 1 may cancel.
        np.testing.assert_allclose(signal[index], expected, rtol=TWIN, atol=TWIN)
        wrong = slow_signal(problem, back[index], [int(i) for i in raw[index[1]]])
        assert not np.allclose(signal[index], wrong, rtol=1e-3)  # the falsifier: the passes' weights confused


def test_moments_are_those_of_the_regression() -> None:
    problem, weights = staged(), points(staged(), 6)
    plain = problem.whole.moments(in_order_of_classes(problem, weights))
    moments = problem.moments(weights)
    np.testing.assert_array_equal(moments.objective, plain.objective)
    np.testing.assert_array_equal(in_order_of_classes(problem, moments.gradient), plain.gradient)
    np.testing.assert_array_equal(in_order_of_classes(problem, moments.noise_variance), plain.noise_variance)
    assert not np.array_equal(moments.gradient, plain.gradient)  # the order of the weights is another


def test_it_trains_as_the_regression_with_delayed_features() -> None:
    problem, late = staged(), [4, 2, 0]
    plain = PROBLEMS["softmax_regression"](features=problem.features, labels=problem.labels, classes=3, batch=4)
    arguments: dict[str, Any] = {"step_size": 0.3, "steps": 15, "runs": 2, "seed": 3}
    trace = run_delayed(problem, ALD, delays=late, **arguments)
    delays = feature_delays(plain, sizes=[2, 2, 2], delays=late)
    expected = run_delayed(plain, ALD, delays=delays, **arguments)
    # Logits are added up in another order, and 15 steps carry the last bits on.
    final = in_order_of_classes(problem, trace.final_weights)
    np.testing.assert_allclose(final, expected.final_weights, rtol=1e-11, atol=TWIN)
    np.testing.assert_allclose(trace.staleness, expected.staleness, rtol=1e-11)


@pytest.mark.parametrize("name", ["vanilla", "asynchronous_1f1b", "asynchronous_concurrent"])
@pytest.mark.parametrize("stages", [1, 2, 3])
def test_executors_agree_to_the_last_bit(name: str, stages: int) -> None:
    problem, schedule = staged(), SCHEDULES[name](stages=stages)
    arguments: dict[str, Any] = {"step_size": [0.3, 0.1], "samples": 20, "runs": 3, "seed": 2}
    clocked = run_clocked(problem, ALD, schedule, **arguments).final_weights
    np.testing.assert_array_equal(clocked, run_recursion(problem, ALD, schedule, **arguments).final_weights)
    alone = run_recursion(problem, ALD, SCHEDULES["vanilla"](stages=1), **arguments).final_weights
    assert np.array_equal(clocked, alone) == (max(schedule.steady_delays()) == 0)


def test_blocks_of_other_sizes_train_alike() -> None:
    arguments: dict[str, Any] = {"step_size": 0.3, "steps": 10, "runs": 2, "seed": 2, "delays": 2}
    ends = [run_delayed(staged(sizes=sizes), ALD, **arguments).final_objective for sizes in ([2, 2, 1], [1, 4], [5])]
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-11)
    np.testing.assert_allclose(ends[0], ends[2], rtol=1e-11)


def staleness_slopes(problem: Any) -> np.ndarray:
    """‖h(U, W) − ∇f(W)‖/‖U − W‖ at nearby pairs, h the mean of the signals of all samples."""
    every = np.arange(len(problem.features), dtype=np.float64)
    whole_batch = staged(
        features=problem.features, labels=problem.labels, classes=problem.classes, batch=every.size, bias=problem.bias
    )
    ahead, back = 0.1 * points(problem, 1), 0.1 * points(problem, 2)
    signal = whole_batch.delayed_signal(ahead, back, np.tile(every, (4, 1)))
    gap = np.linalg.norm(ahead - back, axis=-1)
    return np.asarray(np.linalg.norm(signal - problem.moments(back).gradient, axis=-1) / gap)


def test_the_staleness_constant_holds() -> None:
    problem = staged()
    slopes = staleness_slopes(problem)
    assert slopes.max() <= problem.staleness_lipschitz
    # Random pairs are not the worst ones, but within a factor of 20: a twentieth of the constant is caught.
    assert slopes.max() > problem.staleness_lipschitz / 20


def test_the_staleness_constant_is_attained_with_two_classes() -> None:
    # One repeated sample, two classes, about W = 0: the Hessian is (I/2 − 11ᵀ/4) ⊗ xxᵀ with norm ‖x‖²/2 = L.
    x = np.array([[0.6, -0.3, 1.2]])
    fields = {"features": np.tile(x, (2, 1)), "labels": np.zeros(2, dtype=int), "classes": 2, "bias": False}
    problem = staged(**fields, sizes=[1, 2], batch=2)
    direction = 1e-5 * np.concatenate([np.outer([1, -1], part).ravel() for part in (x[0, :1], x[0, 1:])])
    back = np.zeros((1, 1, 6))
    change = problem.delayed_signal(back + direction, back, np.array([[0.0, 1.0]])) - problem.moments(back).gradient
    slope = np.linalg.norm(change) / np.linalg.norm(direction)
    assert slope == pytest.approx(problem.staleness_lipschitz, rel=1e-6)  # differences of width 1e-5
    curvature = problem.moments(back + direction).gradient - problem.moments(back).gradient
    assert np.linalg.norm(curvature) / np.linalg.norm(direction) == pytest.approx(problem.smoothness, rel=1e-6)


def test_variance_bounds_hold_block_by_block_and_half_of_them_do_not() -> None:
    # Orthogonal samples, all misclassified with certainty, as for the regression as a whole.
    fields = {"features": np.eye(10), "labels": np.zeros(10, dtype=int), "classes": 2, "bias": False}
    problem = staged(**fields, sizes=[3, 7], batch=3)
    wrong = np.concatenate([np.outer([-50.0, 50.0], np.ones(size)).ravel() for size in (3, 7)])
    variance = problem.moments(wrong.reshape(1, 1, -1)).noise_variance[0, 0]
    for part, bound in zip(problem.parts, problem.variance_bounds, strict=True):
        assert bound / 2 < variance[part].sum() <= bound
    assert problem.variance_bounds.sum() == pytest.approx(problem.whole.variance_bound, rel=TWIN)


def test_mnist_in_parts() -> None:
    problem, data = PROBLEMS["staged_softmax"].mnist(parts=8, batch=5), load_mnist()
    assert problem.sizes == (98,) * 8
    assert problem.blocks == (980,) * 7 + (990,)
    np.testing.assert_array_equal(problem.features, data.images)
    np.testing.assert_array_equal(problem.labels, data.labels)
    assert problem.batch == 5
    first = PROBLEMS["staged_softmax"].mnist(parts=8, batch=5, images=100)
    np.testing.assert_array_equal(first.features, data.images[:100])


def test_mnist_of_another_folder_is_read_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=str(tmp_path)):
        PROBLEMS["staged_softmax"].mnist(parts=2, batch=1, folder=str(tmp_path))


def test_training_starts_where_it_is_told_to() -> None:
    start = points(staged(), 6)[0, 0]
    np.testing.assert_array_equal(np.broadcast_to(staged(initial=start).initial, start.shape), start)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"sizes": [2, 2]}, r"sizes must sum to the dimension 5, got \(2, 2\)"),
        ({"sizes": [5, 0]}, "sizes must be an integer >= 1, got 0"),
        ({"batch": 0}, "batch must be an integer >= 1, got 0"),
        ({"labels": np.zeros(3, dtype=int)}, r"labels must be 30 integers in 0..2"),
        ({"initial": np.zeros(7)}, r"initial must broadcast to trailing shape \(18,\)"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        staged(**fields)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"parts": 0}, "parts must be an integer >= 1, got 0"),
        ({"parts": 785}, "parts must be at most 784, got 785"),
        ({"images": 0}, "images must be an integer >= 1, got 0"),
        ({"images": 10**6}, "images must be at most [0-9]+, got 1000000"),
    ],
)
def test_impossible_numbers_for_mnist_are_named(numbers: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PROBLEMS["staged_softmax"].mnist(**({"parts": 2, "batch": 1} | numbers))


def test_single_precision_stays_single() -> None:
    problem = in_precision(staged(), np.float32)
    ahead, back = (points(problem, seed).astype(np.float32) for seed in (4, 5))
    signal = problem.delayed_signal(ahead, back, problem.draw(rng(3), 4))
    assert signal.dtype == problem.moments(back).gradient.dtype == np.float32
    double = staged().delayed_signal(ahead.astype(np.float64), back.astype(np.float64), problem.draw(rng(3), 4))
    np.testing.assert_allclose(signal, double, rtol=1e-4, atol=1e-5)  # a few roundings of 6e-8 of terms of order 1
