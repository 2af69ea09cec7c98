"""The problems that pipelines work on: backpropagation against its scalar twin, constants, and the noise's moments."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, NOISES, PROBLEMS, run
from simulation.problems._staged import on_block, product
from tests.tolerance import STANDARD_ERRORS, TWIN

NONE = NOISES["none"]()
GAUSSIAN = NOISES["gaussian"](standard_deviation=0.3)
DEEP, QUADRATIC = PROBLEMS["deep_linear"], PROBLEMS["staged_quadratic"]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def deep(**fields: Any) -> Any:
    arguments: dict[str, Any] = {"widths": [3, 2, 4, 2], "samples": 5, "seed": 1, "noise": NONE, "batch": 2}
    return DEEP.random(**(arguments | fields))


def quadratic(**fields: Any) -> Any:
    arguments: dict[str, Any] = {"sizes": [2, 1, 2], "coupling": 0.7, "seed": 2, "noise": NONE, "ridge": 0.25}
    return QUADRATIC.from_spectrum([4.0, 2.0, 1.0, 0.5, 0.0], **(arguments | fields))


def softmax() -> Any:
    """All samples are equal, so that every batch has the gradient of all of them."""
    same = {"features": np.tile([0.5, -1.0, 0.3], (4, 1)), "labels": np.ones(4, dtype=int), "classes": 3}
    return PROBLEMS["staged_softmax"](**same, sizes=[1, 2], batch=2)


EXAMPLES = {"deep_linear": deep(), "staged_quadratic": quadratic(optimum=0.4), "staged_softmax": softmax()}


def points(problem: Any, seed: int, shape: tuple[int, int] = (1, 4)) -> np.ndarray:
    return rng(seed).standard_normal((*shape, problem.dimension))


def slow_layers(problem: Any, weights: np.ndarray) -> list[list[list[float]]]:
    widths, start, layers = problem.widths, 0, []
    for before, after in pairwise(widths):
        layers.append([[float(weights[start + i * before + j]) for j in range(before)] for i in range(after)])
        start += before * after
    return layers


def slow_deep_signal(problem: Any, ahead: np.ndarray, back: np.ndarray, samples: list[int]) -> list[float]:
    """Backpropagation in scalars: forward with one set of layers, backward with another."""
    total = [0.0] * problem.dimension
    for sample in samples:
        activations = [[float(x) for x in problem.inputs[sample]]]
        for layer in slow_layers(problem, ahead):
            activations.append([sum(w * a for w, a in zip(row, activations[-1], strict=True)) for row in layer])
        error = [a - float(y) for a, y in zip(activations[-1], problem.targets[sample], strict=True)]
        offset = problem.dimension
        for number, layer in reversed(list(enumerate(slow_layers(problem, back)))):
            rows, columns = len(layer), len(layer[0])
            offset -= rows * columns
            for i in range(rows):
                for j in range(columns):
                    total[offset + i * columns + j] += error[i] * activations[number][j] / len(samples)
            error = [sum(layer[i][j] * error[i] for i in range(rows)) for j in range(columns)]
    return total


def test_delayed_backpropagation_equals_its_scalar_twin() -> None:
    problem, raw = deep(), deep().draw(rng(3), 4)
    ahead, back = points(problem, 4), points(problem, 5)
    signal = problem.delayed_signal(ahead, back, raw)
    for index in range(4):
        samples = [int(i) for i in raw[index, :2]]
        expected = slow_deep_signal(problem, ahead[0, index], back[0, index], samples)
        # Absolute too: entries of order 1 may cancel.
        np.testing.assert_allclose(signal[0, index], expected, rtol=TWIN, atol=TWIN)
        swapped = slow_deep_signal(problem, back[0, index], ahead[0, index], samples)
        assert not np.allclose(signal[0, index], swapped, rtol=1e-3)  # the falsifier: the passes' weights confused


def test_the_quadratic_signal_is_what_its_formula_says() -> None:
    problem = quadratic(optimum=0.4)
    ahead, back = points(problem, 4), points(problem, 5)
    raw = problem.draw(rng(), 4)
    expected = (ahead - 0.4) @ problem.matrix.T @ problem.matrix + 0.25 * (back - 0.4)
    np.testing.assert_allclose(problem.delayed_signal(ahead, back, raw), expected, rtol=TWIN, atol=TWIN)


@pytest.mark.parametrize("name", EXAMPLES)
def test_one_set_of_weights_gives_the_gradient(name: str) -> None:
    """The mean signal over all equally likely batches is ∇f."""
    problem = deep(batch=None) if name == "deep_linear" else EXAMPLES[name]
    weights = points(problem, 6)
    signal = problem.signal(weights, problem.draw(rng(), 4))
    np.testing.assert_allclose(signal, problem.moments(weights).gradient, rtol=TWIN, atol=TWIN)


def test_the_variance_of_a_batch_is_exact() -> None:
    problem, runs = deep(noise=GAUSSIAN), 40_000
    weights = np.broadcast_to(points(problem, 7, (1, 1)), (1, runs, problem.dimension))
    signals = problem.signal(weights, problem.draw(rng(8), runs))[0]
    moments = problem.moments(weights[:, :1])
    centred = np.square(signals - moments.gradient[0, 0])
    errors = centred.std(axis=0) / math.sqrt(runs)
    variance = moments.noise_variance[0, 0]
    assert (errors < 0.05 * variance).all()  # else noise could hide a violation
    # 20 coordinates, each a false alarm in 5.7e-7 of seeds.
    assert (np.abs(centred.mean(axis=0) - variance) <= STANDARD_ERRORS * errors).all()
    one_sample = 2 * variance - 0.09  # the falsifier: not divided by the batch
    assert (np.abs(centred.mean(axis=0) - one_sample) > STANDARD_ERRORS * errors).any()


def within_radius(problem: Any, seed: int, runs: int) -> np.ndarray:
    """Weights whose layers have spectral norm at most 1."""
    weights = points(problem, seed, (1, runs))
    for part, after, before in zip(problem.parts, problem.widths[1:], problem.widths, strict=False):
        norms = np.linalg.norm(weights[..., part].reshape(1, runs, after, before), 2, axis=(-2, -1))
        weights[..., part] /= norms[..., np.newaxis]
    return weights


def test_the_constants_of_the_deep_network_hold_within_the_radius() -> None:
    problem = deep(batch=None)
    first, second = within_radius(problem, 1, 200), within_radius(problem, 2, 200)
    raw = problem.draw(rng(), 200)
    distance = np.linalg.norm(first - second, axis=-1)
    gradients = [problem.moments(weights).gradient for weights in (first, second)]
    slopes = np.linalg.norm(gradients[0] - gradients[1], axis=-1) / distance
    stale = problem.delayed_signal(first, second, raw) - gradients[1]
    staleness = np.linalg.norm(stale, axis=-1) / distance
    assert slopes.max() <= problem.smoothness
    assert staleness.max() <= problem.staleness_lipschitz
    # Random pairs are not the worst ones, but within a factor of 20: constants a twentieth as large are caught.
    assert slopes.max() > problem.smoothness / 20
    assert staleness.max() > problem.staleness_lipschitz / 20


def test_the_constants_of_the_quadratic_are_attained() -> None:
    problem = quadratic()
    assert problem.smoothness == pytest.approx(4.25, rel=TWIN)
    assert problem.staleness_lipschitz == pytest.approx(4.0, rel=TWIN)
    uncoupled = quadratic(coupling=0.0)
    np.testing.assert_array_equal(uncoupled.coupled, np.diag(np.diag(uncoupled.coupled)))
    assert np.abs(problem.coupled[:2, 2:]).max() > 0.1  # blocks do depend on one another


@pytest.mark.parametrize("name", EXAMPLES)
def test_staged_problems_run_without_a_pipeline(name: str) -> None:
    trace = run(EXAMPLES[name], DEVICES["ideal"](), step_size=0.05, steps=200, runs=2, seed=0)
    assert (trace.final_objective < trace.initial_gap + EXAMPLES[name].optimal_value).all()
    assert np.isfinite(trace.gradient_norm).all()


def test_products_do_not_depend_on_the_memory_layout() -> None:
    matrix, vector = rng(1).standard_normal((3, 50, 7, 9)), rng(2).standard_normal((3, 50, 9))
    strided = np.asfortranarray(matrix), np.repeat(vector, 2, axis=-1)[..., ::2]
    np.testing.assert_array_equal(product(matrix, vector), product(*strided))
    np.testing.assert_array_equal(product(matrix, vector)[:1, :3], product(matrix[:1, :3], vector[:1, :3]))
    np.testing.assert_allclose(product(matrix, vector), np.einsum("srij,srj->sri", matrix, vector), atol=TWIN)


def test_a_block_meets_its_own_entries_of_a_field() -> None:
    device = DEVICES["asymmetric_linear"](tau=np.array([1.0, 2.0, 4.0]))
    weights = np.array([[[0.5, 0.5]]])
    saturation = on_block(device.saturation, device, 3, slice(1, 3), weights)
    np.testing.assert_array_equal(saturation, [[[0.25, 0.125]]])
    common = DEVICES["asymmetric_linear"](tau=2.0)
    np.testing.assert_array_equal(on_block(common.saturation, common, 3, slice(1, 3), weights), [[[0.25, 0.25]]])


X, Y = np.ones((3, 2)), np.ones((3, 1))
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("staged_quadratic", {"matrix": X, "sizes": [1, 2]}, r"sizes must sum to the dimension 2, got \(1, 2\)"),
    ("staged_quadratic", {"matrix": X, "sizes": [2, 0]}, "sizes must be an integer >= 1, got 0"),
    ("staged_quadratic", {"matrix": 0 * X, "sizes": [2]}, "matrix must be a nonzero"),
    ("staged_quadratic", {"matrix": X, "sizes": [2], "ridge": -1.0}, "ridge must be finite and >= 0, got -1"),
    ("staged_quadratic", {"matrix": X, "sizes": [2], "optimum": [0.0] * 3}, "optimum must broadcast"),
    ("deep_linear", {"inputs": 0 * X, "targets": Y}, "inputs must be a nonzero"),
    ("deep_linear", {"inputs": X, "targets": Y[:2]}, r"targets must have shape \(3, width\), got shape \(2, 1\)"),
    ("deep_linear", {"inputs": X, "targets": Y, "inner": [0]}, "inner must be an integer >= 1, got 0"),
    ("deep_linear", {"inputs": X, "targets": Y, "batch": 0}, "batch must be an integer >= 1, got 0"),
    ("deep_linear", {"inputs": X, "targets": Y, "radius": 0.0}, "radius must be finite and > 0, got 0"),
    ("deep_linear", {"inputs": X, "targets": Y, "initial": [0.0] * 3}, "initial must broadcast"),
]


@pytest.mark.parametrize(("name", "fields", "message"), BAD)
def test_bad_fields_are_named(name: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PROBLEMS[name](**fields, noise=NONE)


def test_bad_arguments_of_the_makers_are_named() -> None:
    with pytest.raises(ValueError, match="spectrum must be a vector"):
        QUADRATIC.from_spectrum(1.0, sizes=[1], coupling=0.0, seed=0, noise=NONE)
    with pytest.raises(ValueError, match="coupling must be finite and >= 0, got -1"):
        quadratic(coupling=-1.0)
    with pytest.raises(ValueError, match="widths must be those of"):
        deep(widths=[3])
