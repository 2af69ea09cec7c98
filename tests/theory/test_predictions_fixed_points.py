"""E1: folded means against quadrature, resting points against closed forms and against what must not pass."""

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sympy import Symbol

import theory
from theory.predictions import NOISES, FoldedNoise, MeanDynamics, NoBracket, NotResting, resting_weights_linear
from theory.symbols import h, v, w

LINEAR = theory.RESPONSES["asymmetric_linear"]
# scipy's adaptive quadrature is asked for 1e-12; its own estimate is within ten times that.
QUADRATURE = 1e-11
# A root found to the last bit of its bracket, of a function whose terms carry some roundings of 1.1e-16 each.
ROOT = 1e-13


def dynamics(noise: str, variance: Any, *, minimiser: Any = 0.6, steepness: float = 2.0) -> MeanDynamics:
    return MeanDynamics(
        symmetric=LINEAR.symmetric,
        asymmetric=LINEAR.asymmetric,
        gradient=lambda at: steepness * (at - minimiser) + 0 * at,
        noise=NOISES[noise],
        noise_variance=variance,
        parameters={"tau": 1.5},
    )


@pytest.mark.parametrize("mean", [-3.0, -0.4, 0.0, 1e-9, 0.7, 12.0])
@pytest.mark.parametrize("deviation", [0.3, 1.0, 2.5])
def test_gaussian_folded_mean_is_the_integral(mean: float, deviation: float) -> None:
    def density(at: float) -> float:
        return float(abs(at) * norm.pdf(at, mean, deviation))

    ends = (-14 * deviation, mean + 14 * deviation) if mean > 0 else (mean - 14 * deviation, 14 * deviation)
    parts = ((ends[0], 0.0), (0.0, ends[1]))
    halves = [quad(density, low, high, epsabs=0, epsrel=1e-12, limit=200)[0] for low, high in parts]
    assert NOISES["gaussian"].at(mean, deviation**2) == pytest.approx(sum(halves), rel=QUADRATURE)


def test_two_point_folded_mean_is_its_definition() -> None:
    mean, variance = 0.7, 1.3
    size = np.sqrt(mean**2 + variance)
    up = (1 + mean / size) / 2
    assert up * size - (1 - up) * size == pytest.approx(mean)
    assert NOISES["two_point"].at(mean, variance) == pytest.approx(up * abs(size) + (1 - up) * abs(-size), rel=1e-15)


@pytest.mark.parametrize("name", NOISES)
def test_every_folded_mean_lies_between_jensen_and_cauchy_schwarz(name: str) -> None:
    mean, variance = np.meshgrid(np.linspace(-3, 3, 25), [0.0, 1e-300, 1e-6, 1.0, 1e6])
    folded = NOISES[name].at(mean, variance)
    # One rounding of each side: 4e-16.
    assert np.all(folded >= np.abs(mean) * (1 - 4e-16))
    assert np.all(folded <= np.sqrt(mean**2 + variance) * (1 + 4e-16))


@pytest.mark.parametrize("name", NOISES)
def test_without_noise_the_folded_mean_is_the_magnitude(name: str) -> None:
    assert np.array_equal(NOISES[name].at([-2.0, 0.0, 3.0], 0.0), [2.0, 0.0, 3.0])


def test_a_noise_with_a_foreign_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match=r"folded_mean must only mention gradient and noise_variance, got \['tau'\]"):
        FoldedNoise(title="x", folded_mean=h + Symbol("tau"))


def test_two_point_noise_rests_where_t4_says() -> None:
    variance = np.array([0.1, 1.0, 4.0])
    model = dynamics("two_point", variance)
    rest = model.resting_point(lower=0.0, upper=0.6)
    G = rest / 1.5
    gradient = 2 * (rest - 0.6)
    assert np.all(gradient < 0)  # it stops short of the minimiser, on the side of the symmetric point
    assert (1 - G**2) * gradient**2 == pytest.approx(G**2 * variance, rel=1e-12)
    wrong = rest * (1 + 1e-6)
    assert not np.allclose(
        (1 - (wrong / 1.5) ** 2) * (2 * (wrong - 0.6)) ** 2, (wrong / 1.5) ** 2 * variance, rtol=1e-8
    )


def test_gaussian_noise_rests_closer_to_the_minimiser_than_two_point_noise() -> None:
    points = [float(dynamics(name, 1.0).resting_point(lower=0.0, upper=0.6)) for name in ("gaussian", "two_point")]
    assert 0 < points[1] < points[0] < 0.6


@pytest.mark.parametrize("name", NOISES)
def test_the_drift_vanishes_at_the_resting_point_and_is_unique(name: str) -> None:
    model = dynamics(name, 1.0)
    rest = float(model.resting_point(lower=-1.4, upper=1.4))
    assert model.drift(rest) == pytest.approx(0.0, abs=ROOT)
    grid = np.linspace(-1.49, 1.49, 400)
    assert np.array_equal(np.sign(model.drift(grid)), np.sign(grid - rest))


def test_resting_points_are_found_for_whole_arrays_entry_by_entry() -> None:
    goals, variances = np.array([-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9]), np.array([[0.2], [3.0]])
    together = dynamics("gaussian", variances, minimiser=goals).resting_point(
        lower=np.minimum(goals, 0), upper=np.maximum(goals, 0)
    )
    assert together.shape == (2, 7)
    assert together[0, 3] == 0  # minimiser and symmetric point coincide: an empty bracket is its own solution
    for i, j in np.ndindex(2, 7):
        alone = dynamics("gaussian", variances[i, 0], minimiser=goals[j])
        single = alone.resting_point(lower=np.minimum(goals[j], 0), upper=np.maximum(goals[j], 0))
        assert together[i, j] == pytest.approx(float(single), rel=ROOT, abs=ROOT)


def test_the_fault_of_a_dropped_asymmetry_is_caught() -> None:
    rest = float(dynamics("gaussian", 1.0).resting_point(lower=0.0, upper=0.6))
    digital = MeanDynamics(
        symmetric=lambda at: 1 + 0 * at,
        asymmetric=lambda at: 0 * at,
        gradient=2 * (w - 0.6),
        noise=NOISES["gaussian"],
        noise_variance=1.0,
    )
    assert float(digital.resting_point(lower=0.0, upper=0.7)) == pytest.approx(0.6, rel=ROOT)
    assert abs(rest - 0.6) > 0.01


def test_a_bracket_without_a_sign_change_is_refused() -> None:
    with pytest.raises(NoBracket, match=r"at index \(\), \[0.7, 0.9\] has values"):
        dynamics("gaussian", 1.0).resting_point(lower=0.7, upper=0.9)


def test_a_parameter_without_a_value_is_named() -> None:
    with pytest.raises(ValueError, match=r"asymmetric = weights/tau needs a value for tau in parameters"):
        MeanDynamics(
            symmetric=LINEAR.symmetric,
            asymmetric=LINEAR.asymmetric,
            gradient=w,
            noise=NOISES["none"],
            noise_variance=0.0,
        )


@pytest.mark.parametrize("variance", [-1.0, float("nan"), "much"])
def test_a_bad_variance_is_named(variance: Any) -> None:
    with pytest.raises(ValueError, match="noise_variance must be finite and >= 0"):
        dynamics("gaussian", variance)


CURVATURE = np.array([[2.0, 0.7, 0.1], [0.7, 1.0, 0.3], [0.1, 0.3, 0.5]])
GOAL = np.array([0.5, -0.3, 0.2])


def coupled(noise: str = "gaussian", scale: float = 1.0) -> MeanDynamics:
    return MeanDynamics(
        symmetric=lambda at: np.ones(3),
        asymmetric=lambda at: at / 1.5,
        gradient=lambda at: CURVATURE @ (at - scale * GOAL),
        noise=NOISES[noise],
        noise_variance=0.8,
    )


def test_the_coupled_resting_weights_stop_the_drift() -> None:
    model = coupled()
    rest = model.resting_weights(GOAL)
    assert model.drift(rest) == pytest.approx(np.zeros(3), abs=1e-12)
    assert np.max(np.abs(model.drift(GOAL))) > 0.1


def test_diagonal_curvature_gives_the_same_vector_and_entry_by_entry() -> None:
    model = dynamics("gaussian", 1.0, minimiser=GOAL)
    by_entry = model.resting_point(lower=np.minimum(GOAL, 0), upper=np.maximum(GOAL, 0))
    assert model.resting_weights(GOAL) == pytest.approx(by_entry, rel=1e-10)


def test_a_search_that_ends_elsewhere_is_refused() -> None:
    restless = MeanDynamics(
        symmetric=lambda at: 1 + 0 * at,
        asymmetric=lambda at: 0 * at,
        gradient=lambda at: 1 + at**2,
        noise=NOISES["none"],
        noise_variance=0.0,
    )
    with pytest.raises(NotResting, match="no resting point found from guess"):
        restless.resting_weights([0.3])


def test_the_linear_equation_is_the_fixed_point_for_constant_magnitude() -> None:
    magnitude = np.array([0.5, 1.0, 0.2])
    rest = resting_weights_linear(curvature=CURVATURE, minimiser=GOAL, noise_magnitude=magnitude, tau=1.5)
    assert CURVATURE @ (rest - GOAL) + rest / 1.5 * magnitude == pytest.approx(np.zeros(3), abs=1e-15)
    assert resting_weights_linear(curvature=CURVATURE, minimiser=GOAL, noise_magnitude=0.0, tau=1.5) == pytest.approx(
        GOAL
    )


def test_the_linear_equation_is_the_limit_of_small_gradients_at_third_order() -> None:
    # E|h+n| = Σ(1 + h²/2σ² + …) and h is of the size of W*: halving W* divides the difference by 2³.
    sigma = np.sqrt(0.8)
    differences = []
    for scale in (0.2, 0.1, 0.05):
        linear = resting_weights_linear(
            curvature=CURVATURE, minimiser=scale * GOAL, noise_magnitude=sigma * np.sqrt(2 / np.pi), tau=1.5
        )
        differences.append(np.linalg.norm(coupled(scale=scale).resting_weights(linear) - linear))
    ratios = np.array(differences[:-1]) / differences[1:]
    assert ratios == pytest.approx([8, 8], rel=0.05)  # the next order is (h/σ)² ≈ 2 % at the largest scale


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"curvature": [[1.0, 2.0], [0.0, 1.0]]}, "curvature must be symmetric"),
        ({"curvature": [1.0, -1.0]}, "curvature must be positive definite"),
        ({"minimiser": [1.0, 2.0, 3.0]}, r"minimiser must have shape \(2,\)"),
        ({"noise_magnitude": -1.0}, "noise_magnitude must be finite and >= 0"),
        ({"tau": 0.0}, "tau must be finite and > 0"),
    ],
)
def test_bad_input_of_the_linear_equation_is_named(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"curvature": [1.0, 2.0], "minimiser": [0.1, 0.2], "noise_magnitude": 1.0, "tau": 1.0}
    with pytest.raises(ValueError, match=message):
        resting_weights_linear(**good | change)


def test_the_table_symbol_of_the_variance_is_the_one_that_noises_use() -> None:
    assert NOISES["gaussian"].folded_mean.free_symbols == {h, v}
