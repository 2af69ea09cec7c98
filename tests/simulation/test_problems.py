"""Properties that every discovered problem must have: gradients, constants, and the seam to the engine."""

import numpy as np
import pytest

from simulation import NOISES, PROBLEMS
from simulation.problems import StochasticProblem, softmax_regression
from tests.tolerance import TWIN

GAUSSIAN = NOISES["gaussian"](standard_deviation=0.5)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def softmax() -> StochasticProblem:
    features = rng(1).standard_normal((12, 3))
    labels = rng(2).integers(4, size=12)
    return softmax_regression.Problem(features=features, labels=labels, classes=4, batch=2)


EXAMPLES: dict[str, StochasticProblem] = {
    "quadratic": PROBLEMS["quadratic"](spectrum=[2.0, 0.5, 0.0], optimum=[0.3, -0.2, 0.1], noise=GAUSSIAN),
    "least_squares": PROBLEMS["least_squares"].random(samples=20, dimension=5, seed=3, noise=GAUSSIAN, residual=0.5),
    "softmax_regression": softmax(),
    "staged_quadratic": PROBLEMS["staged_quadratic"].from_spectrum(
        [3.0, 1.0, 0.0], sizes=[2, 1], coupling=0.5, seed=4, noise=GAUSSIAN, ridge=0.2, optimum=0.1
    ),
    "deep_linear": PROBLEMS["deep_linear"].random(widths=[3, 2, 2], samples=6, seed=5, noise=GAUSSIAN),
}
EACH = pytest.mark.parametrize("name", sorted(EXAMPLES))


def points(problem: StochasticProblem, count: int, scale: float = 1.0) -> np.ndarray:
    return scale * rng(7).standard_normal((1, count, problem.dimension))


def test_every_problem_has_an_example() -> None:
    assert set(EXAMPLES) == set(PROBLEMS)


@EACH
def test_shapes_and_metadata(name: str) -> None:
    problem = EXAMPLES[name]
    weights = rng().standard_normal((2, 3, problem.dimension))
    moments = problem.moments(weights)
    raw = problem.draw(rng(), 3)
    assert raw.shape[0] == 3
    assert problem.signal(weights, raw).shape == weights.shape
    assert moments.objective.shape == (2, 3)
    assert moments.gradient.shape == weights.shape
    assert np.broadcast_shapes(moments.noise_variance.shape, weights.shape) == weights.shape
    assert problem.initial.shape[-1] == problem.dimension
    assert problem.constants in {"exact", "estimated"}


@EACH
def test_gradient_agrees_with_finite_differences(name: str) -> None:
    problem = EXAMPLES[name]
    center, width = points(problem, 1)[0], 1e-5
    shifts = width * np.eye(problem.dimension)
    upper = problem.moments((center + shifts)[np.newaxis]).objective[0]
    lower = problem.moments((center - shifts)[np.newaxis]).objective[0]
    gradient = problem.moments(center[np.newaxis]).gradient[0, 0]
    # Central differences err by about width² ≈ 1e-10 and by rounding/width ≈ 1e-11 at values of order 1.
    np.testing.assert_allclose((upper - lower) / (2 * width), gradient, rtol=1e-7, atol=1e-8)


@EACH
def test_objective_is_never_below_the_optimal_value(name: str) -> None:
    problem = EXAMPLES[name]
    objective = problem.moments(points(problem, 50)).objective
    assert (objective >= problem.optimal_value).all()


def largest_curvature(problem: StochasticProblem) -> float:
    """Largest ‖∇f(x) − ∇f(y)‖/‖x − y‖ found by power iteration with gradient differences about 0."""
    center = np.zeros((1, 1, problem.dimension))
    direction, width = points(problem, 1), 1e-4
    for _ in range(200):
        direction *= width / np.linalg.norm(direction)
        upper = problem.moments(center + direction).gradient
        direction = (upper - problem.moments(center - direction).gradient) / 2
    return float(np.linalg.norm(direction) / width)


@EACH
def test_smoothness_is_an_upper_bound(name: str) -> None:
    problem = EXAMPLES[name]
    # Rounding of gradients of order 1 over a width of 1e-4.
    assert largest_curvature(problem) <= problem.smoothness * (1 + 1e-9)


@pytest.mark.parametrize("name", ["quadratic", "least_squares"])
def test_smoothness_is_attained_so_that_half_of_it_is_caught(name: str) -> None:
    problem = EXAMPLES[name]
    assert largest_curvature(problem) > 0.99 * problem.smoothness


@EACH
def test_batches_of_settings_agree_with_single_evaluations(name: str) -> None:
    problem = EXAMPLES[name]
    weights = rng(5).standard_normal((2, 3, problem.dimension))
    raw = problem.draw(rng(), 3)
    together, signal = problem.moments(weights), problem.signal(weights, raw)
    for setting in range(2):
        part = weights[setting : setting + 1]
        np.testing.assert_allclose(problem.signal(part, raw)[0], signal[setting], rtol=TWIN, atol=TWIN)
        np.testing.assert_allclose(problem.moments(part).gradient[0], together.gradient[setting], TWIN, TWIN)


def test_quadratic_by_hand() -> None:
    problem = PROBLEMS["quadratic"](spectrum=[2.0, 4.0], optimum=1.0, noise=GAUSSIAN)
    moments = problem.moments(np.array([[[2.0, 0.0]]]))
    assert problem.smoothness == 4.0
    assert moments.objective[0, 0] == 3.0  # ½(2·1 + 4·1)
    np.testing.assert_array_equal(moments.gradient[0, 0], [2.0, -4.0])
    assert moments.noise_variance == 0.25


def test_least_squares_equals_its_definition() -> None:
    problem = PROBLEMS["least_squares"].random(samples=9, dimension=4, seed=1, noise=GAUSSIAN, residual=1.0)
    weights = rng().standard_normal(4)
    residual = problem.matrix @ weights - problem.target
    moments = problem.moments(weights.reshape(1, 1, 4))
    assert moments.objective[0, 0] == pytest.approx(residual @ residual / 18, rel=TWIN)
    np.testing.assert_allclose(moments.gradient[0, 0], problem.matrix.T @ residual / 9, rtol=1e-11)  # cancels
    assert problem.moments(problem.optimum.reshape(1, 1, 4)).objective[0, 0] == problem.optimal_value > 0


def test_least_squares_is_reproducible_and_planted() -> None:
    make = PROBLEMS["least_squares"].random
    first = make(samples=9, dimension=4, seed=1, noise=GAUSSIAN)
    np.testing.assert_array_equal(first.matrix, make(samples=9, dimension=4, seed=1, noise=GAUSSIAN).matrix)
    assert not np.array_equal(first.matrix, make(samples=9, dimension=4, seed=2, noise=GAUSSIAN).matrix)
    assert first.optimal_value == pytest.approx(0, abs=1e-25)  # the square of a residual of some 1e-15


ONES = np.ones((3, 2))
BAD = [
    ("quadratic", {"spectrum": [1.0, -1.0]}, "spectrum must be finite and >= 0, got -1"),
    ("quadratic", {"spectrum": [0.0]}, "spectrum must be a vector with an entry > 0"),
    ("quadratic", {"spectrum": 1.0}, "spectrum must be a vector"),
    ("quadratic", {"spectrum": [1.0, 1.0], "optimum": np.nan}, "optimum must be finite, got nan"),
    ("quadratic", {"spectrum": [1.0, 1.0], "optimum": [1.0, 1.0, 1.0]}, r"optimum must broadcast .* \(2,\)"),
    ("quadratic", {"spectrum": [1.0], "initial": [1.0, 1.0]}, r"initial must broadcast .* \(1,\)"),
    ("least_squares", {"matrix": np.zeros((3, 2)), "target": [0.0] * 3}, "matrix must be a nonzero"),
    ("least_squares", {"matrix": [1.0], "target": [0.0]}, r"matrix must be a nonzero .* shape \(1,\)"),
    ("least_squares", {"matrix": ONES, "target": [0.0] * 2}, r"target must have shape \(3,\), got .* \(2,\)"),
    ("least_squares", {"matrix": ONES, "target": [0.0] * 3, "initial": [1.0] * 3}, "initial must broadcast"),
    ("least_squares", {"matrix": ONES * np.inf, "target": [0.0] * 3}, "matrix must be finite, got inf"),
]


@pytest.mark.parametrize(("name", "fields", "message"), BAD)
def test_bad_fields_are_named(name: str, fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PROBLEMS[name](**fields, noise=GAUSSIAN)


@pytest.mark.parametrize(
    ("field", "bad", "message"),
    [
        ("samples", 0, "samples must be an integer >= 1, got 0"),
        ("dimension", 1.5, "dimension must be an integer >= 1, got 1.5"),
        ("seed", -1, "seed must be an integer >= 0, got -1"),
        ("residual", -1.0, "residual must be finite and >= 0"),
    ],
)
def test_bad_arguments_of_random_are_named(field: str, bad: float, message: str) -> None:
    arguments = {"samples": 4, "dimension": 2, "seed": 0, "residual": 0.0} | {field: bad}
    with pytest.raises(ValueError, match=message):
        PROBLEMS["least_squares"].random(noise=GAUSSIAN, **arguments)
