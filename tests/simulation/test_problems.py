"""Properties that every discovered problem must have: gradients, constants, and the seam to the engine."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import NOISES, PROBLEMS
from simulation.problems import StochasticProblem, quadratic, staged_quadratic
from tests.simulation.cases import SEEDS, STAGED, problems, rng
from tests.tolerance import STANDARD_ERRORS, TWIN

GAUSSIAN = NOISES["gaussian"](standard_deviation=0.5)
QUICK = settings(deadline=None, max_examples=20)
EACH = pytest.mark.parametrize("name", sorted(PROBLEMS))


def points(problem: StochasticProblem, count: int, seed: int = 7) -> np.ndarray:
    """Weights in the unit ball, (1, count, dimension): there every problem's constants hold."""
    directions = rng(seed).standard_normal((1, count, problem.dimension))
    return np.asarray(directions / np.maximum(1, np.linalg.norm(directions, axis=-1, keepdims=True)))


@EACH
@QUICK
@given(data=st.data())
def test_shapes_and_metadata(name: str, data: st.DataObject) -> None:
    problem = data.draw(problems(name))
    weights = rng().standard_normal((2, 3, problem.dimension))
    moments = problem.moments(weights)
    raw = problem.draw(rng(), 3)
    assert raw.shape[0] == 3
    assert problem.signal(weights, raw).shape == weights.shape
    assert moments.objective.shape == (2, 3)
    assert moments.gradient.shape == weights.shape
    assert np.broadcast_shapes(moments.noise_variance.shape, weights.shape) == weights.shape
    assert (moments.noise_variance >= 0).all()
    assert np.broadcast_shapes(problem.initial.shape, (problem.dimension,))[-1] == problem.dimension
    assert problem.constants in {"exact", "estimated"}


@EACH
@QUICK
@given(data=st.data())
def test_gradient_agrees_with_finite_differences(name: str, data: st.DataObject) -> None:
    problem = data.draw(problems(name))
    center, width = points(problem, 1)[0], 1e-5
    shifts = width * np.eye(problem.dimension)
    upper = problem.moments((center + shifts)[np.newaxis]).objective[0]
    lower = problem.moments((center - shifts)[np.newaxis]).objective[0]
    gradient = problem.moments(center[np.newaxis]).gradient[0, 0]
    # Central differences err by about width² ≈ 1e-10 and by rounding/width ≈ 1e-10 at values of order 10.
    np.testing.assert_allclose((upper - lower) / (2 * width), gradient, rtol=1e-7, atol=1e-8)


def check_constants(problem: StochasticProblem, seed: int) -> None:
    """f* ≤ f, and ‖∇f(x) − ∇f(y)‖ ≤ L‖x − y‖ for pairs in the unit ball."""
    first, second = problem.moments(points(problem, 20, seed)), problem.moments(points(problem, 20, seed + 1))
    assert (first.objective >= problem.optimal_value * (1 - TWIN)).all()
    distances = np.linalg.norm(points(problem, 20, seed) - points(problem, 20, seed + 1), axis=-1)
    changes = np.linalg.norm(first.gradient - second.gradient, axis=-1)
    assert (changes <= problem.smoothness * distances * (1 + TWIN) + TWIN).all()


@EACH
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_constants_hold(name: str, data: st.DataObject, seed: int) -> None:
    check_constants(data.draw(problems(name)), seed)


class Flattered(quadratic.Problem):
    """Planted fault: a quarter less smoothness than it has."""

    smoothness = 0.75


class Elevated(quadratic.Problem):
    """Planted fault: a lower bound that is none."""

    optimal_value = 1e3


@pytest.mark.parametrize("fault", [Flattered, Elevated])
def test_wrong_constants_are_caught(fault: type[quadratic.Problem]) -> None:
    with pytest.raises(AssertionError):
        check_constants(fault(spectrum=np.ones(3), noise=GAUSSIAN), 0)


def check_staleness(problem: Any, seed: int) -> None:
    """‖h(U, W) − h(W, W)‖ ≤ L_Φ‖U − W‖, the means over 2000 draws, and without staleness the signal itself."""
    ahead, back = (np.repeat(points(problem, 1, seed + i), 2000, axis=1) for i in range(2))
    raw = problem.draw(rng(seed), 2000)
    fresh = problem.signal(back, raw)
    np.testing.assert_array_equal(problem.delayed_signal(back, back, raw), fresh)
    gaps = (problem.delayed_signal(ahead, back, raw) - fresh)[0]
    error = np.linalg.norm(gaps.std(axis=0)) / np.sqrt(2000)
    distance = float(np.linalg.norm(ahead[0, 0] - back[0, 0]))
    allowed = problem.staleness_lipschitz * distance + STANDARD_ERRORS * error + 10 * TWIN
    assert np.linalg.norm(gaps.mean(axis=0)) <= allowed


@pytest.mark.parametrize("name", STAGED)
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_the_staleness_constant_holds(name: str, data: st.DataObject, seed: int) -> None:
    check_staleness(data.draw(problems(name, noise=st.just(GAUSSIAN))), seed)


class Fresh(staged_quadratic.Problem):
    """Planted fault: claims that stale weights hardly matter."""

    staleness_lipschitz = 0.05


def test_a_wrong_staleness_constant_is_caught() -> None:
    with pytest.raises(AssertionError):
        check_staleness(Fresh(matrix=np.eye(3), sizes=[1, 1, 1], noise=GAUSSIAN), 0)


def largest_curvature(problem: StochasticProblem) -> float:
    """Largest ‖∇f(x) − ∇f(y)‖/‖x − y‖ found by power iteration with gradient differences about 0."""
    center = np.zeros((1, 1, problem.dimension))
    direction, width = points(problem, 1), 1e-4
    for _ in range(200):
        direction *= width / np.linalg.norm(direction)
        upper = problem.moments(center + direction).gradient
        direction = (upper - problem.moments(center - direction).gradient) / 2
    return float(np.linalg.norm(direction) / width)


@pytest.mark.parametrize(
    "problem",
    [
        PROBLEMS["quadratic"](spectrum=[2.0, 0.5, 0.0], optimum=[0.3, -0.2, 0.1], noise=GAUSSIAN),
        PROBLEMS["least_squares"].random(samples=20, dimension=5, seed=3, noise=GAUSSIAN, residual=0.5),
        PROBLEMS["sampled_least_squares"].random(samples=20, dimension=5, seed=3, batch=2, residual=0.5),
    ],
)
def test_smoothness_is_attained_so_that_half_of_it_is_caught(problem: StochasticProblem) -> None:
    # Rounding of gradients of order 1 over a width of 1e-4.
    assert 0.99 * problem.smoothness < largest_curvature(problem) <= problem.smoothness * (1 + 1e-9)


def moments_agree(problem: StochasticProblem, seed: int, count: int = 20_000, excess: float = 1.0) -> bool:
    """Mean and `excess` times the variance of the signal within the accepted standard errors of what is claimed."""
    weights = points(problem, 1, seed)
    claimed = problem.moments(weights)
    signals = problem.signal(np.tile(weights, (1, count, 1)), problem.draw(rng(seed), count))[0]
    gaps = signals - claimed.gradient[0, 0]
    variance = excess * np.broadcast_to(claimed.noise_variance, weights.shape)[0, 0]
    # Without variance the gap is the rounding of gradients of order 10, of whichever sign.
    mean = np.abs(gaps.mean(axis=0)) <= STANDARD_ERRORS * gaps.std(axis=0) / np.sqrt(count) + 10 * TWIN
    squares = np.square(gaps)
    allowed = STANDARD_ERRORS * squares.std(axis=0) / np.sqrt(count) + 10 * TWIN
    return bool(mean.all() and (np.abs(squares.mean(axis=0) - variance) <= allowed).all())


# Derandomised: the instances are fixed, so that a rare false alarm cannot come and go.
@EACH
@settings(deadline=None, max_examples=8, derandomize=True)
@given(data=st.data(), seed=SEEDS)
def test_moments_are_those_of_the_signal(name: str, data: st.DataObject, seed: int) -> None:
    assert moments_agree(data.draw(problems(name, noise=st.just(GAUSSIAN))), seed)


@pytest.mark.parametrize("excess", [0.9, 1.1])
def test_a_variance_off_by_a_tenth_is_caught(excess: float) -> None:
    problem = PROBLEMS["sampled_least_squares"].random(samples=9, dimension=3, seed=1, batch=2, residual=0.5)
    assert moments_agree(problem, 1)
    assert not moments_agree(problem, 1, excess=excess)


@EACH
@QUICK
@given(data=st.data())
def test_batches_of_settings_agree_with_single_evaluations(name: str, data: st.DataObject) -> None:
    problem = data.draw(problems(name))
    weights = rng(5).standard_normal((2, 3, problem.dimension))
    raw = problem.draw(rng(), 3)
    together, signal = problem.moments(weights), problem.signal(weights, raw)
    for setting in range(2):
        part = weights[setting : setting + 1]
        # Weights of order 3 make gradients of order 100 in a deep network.
        np.testing.assert_allclose(problem.signal(part, raw)[0], signal[setting], rtol=TWIN, atol=100 * TWIN)
        np.testing.assert_allclose(problem.moments(part).gradient[0], together.gradient[setting], TWIN, 100 * TWIN)


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
