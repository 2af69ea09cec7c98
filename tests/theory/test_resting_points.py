"""T10 against resting points that are solved for numerically, and planted faults."""

from dataclasses import replace

import numpy as np
import pytest
from sympy import Rational

import theory
from theory.predictions import NOISES, MeanDynamics, resting_weights_linear
from theory.referee import WORLDS, check

TAU, CURVATURE, MINIMISER = 1.5, 2.0, 0.6
# A root found to the last bit of its bracket, of a function whose terms carry some roundings.
ROOT = 1e-13


def at_rest(noise: str, variance: float) -> tuple[float, float, float]:
    """Weight, gradient and E|g| where the linear device rests on a quadratic."""
    linear = theory.RESPONSES["asymmetric_linear"]
    dynamics = MeanDynamics(
        symmetric=linear.symmetric,
        asymmetric=linear.asymmetric,
        gradient=lambda at: CURVATURE * (at - MINIMISER) + 0 * at,
        noise=NOISES[noise],
        noise_variance=variance,
        parameters={"tau": TAU},
    )
    weight = float(dynamics.resting_point(lower=0.0, upper=MINIMISER))
    h = CURVATURE * (weight - MINIMISER)
    return weight, h, float(NOISES[noise].at(h, variance))


@pytest.mark.parametrize("noise", ["gaussian", "two_point"])
@pytest.mark.parametrize("variance", [0.01, 1.0, 25.0])
def test_the_shrinkage_is_that_of_the_resting_point(noise: str, variance: float) -> None:
    weight, _, size = at_rest(noise, variance)
    numbers = {"curvature": CURVATURE, "tau": TAU, "optimal_weights": MINIMISER}
    shrunk = CURVATURE * TAU / (CURVATURE * TAU + size) * numbers["optimal_weights"]
    assert weight == pytest.approx(shrunk, abs=ROOT)
    assert weight != pytest.approx(shrunk * 1.001, abs=ROOT)


def test_the_ridge_with_the_size_at_rest_gives_the_resting_point() -> None:
    """T10-linear: with Σ = E|g| instead of E|n| the linear equation of theory.predictions has no error."""
    weight, _, size = at_rest("gaussian", 1.0)
    exact = resting_weights_linear(curvature=[CURVATURE], minimiser=[MINIMISER], noise_magnitude=size, tau=TAU)
    nearly = resting_weights_linear(
        curvature=[CURVATURE], minimiser=[MINIMISER], noise_magnitude=NOISES["gaussian"].at(0.0, 1.0), tau=TAU
    )
    assert exact[0] == pytest.approx(weight, abs=ROOT)
    assert nearly[0] != pytest.approx(weight, abs=ROOT)


@pytest.mark.parametrize("noise", ["gaussian"])
@pytest.mark.parametrize("variance", [0.01, 1.0, 25.0])
def test_the_noise_alone_gives_the_resting_point_up_to_second_order(noise: str, variance: float) -> None:
    """T10-near: |h + (w/τ)E|n|| ≤ (|w|/τ)|h|."""
    weight, h, _ = at_rest(noise, variance)
    residual = abs(h + weight / TAU * float(NOISES[noise].at(0.0, variance)))
    assert residual <= weight / TAU * abs(h) + ROOT
    assert residual > 0


@pytest.mark.parametrize("name", ["T10-linear", "T10-shrinkage", "T10", "T10-near"])
def test_the_referee_catches_a_wrong_right_hand_side(name: str) -> None:
    statement = theory.get(name)
    factor = Rational(0) if statement.kind == "upper" else Rational(9, 10)
    wrong = replace(statement, rhs_terms=tuple(factor * term for term in statement.rhs_terms))
    assert check(wrong).survived < WORLDS


def test_resting_points_are_exactly_the_critical_points() -> None:
    """T10 is an identity: the bracket of its right-hand side vanishes if and only if the mean update does, as F > 0."""
    statement = theory.get("T10")
    assert statement.kind == "equality"
    weight, h, size = at_rest("two_point", 0.7)
    assert h + weight / TAU * size == pytest.approx(0, abs=ROOT)
    assert np.sign(h + (weight + 0.01) / TAU * size) == 1
