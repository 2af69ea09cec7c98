"""E3: three derivations of one covariance, the published formulas, and the pole at the limit E2."""

from typing import Any

import numpy as np
import pytest
from sympy import Matrix, Poly, Rational, Symbol, cancel, eye, fraction, kronecker_product, minimal_polynomial, zeros

from theory.predictions import (
    NotStationary,
    exact_step_limit,
    squared_gradient,
    stationary,
    step_limit,
    variance_curve,
    variance_factor,
)
from theory.symbols import TABLE

a = Symbol("scaled_step", positive=True)
delay_symbol = next(s for s in variance_curve().free_symbols if s.name == "delay")
DELAYS = range(5)
# The Lyapunov solver loses digits as 1/(1 − radius²); at the step sizes used here that is less than a thousand.
LYAPUNOV = 1e-11
PUBLISHED = {0: 1 / (a * (2 - a)), 1: (1 + a) / (a * (1 - a) * (2 + a))}


@pytest.mark.parametrize("delay", PUBLISHED)
def test_the_published_formulas_follow(delay: int) -> None:
    assert cancel(variance_factor(delay) - PUBLISHED[delay]) == 0


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("step", [Rational(1, 7), Rational(2, 9)])
def test_the_closed_form_solves_the_lyapunov_equation_exactly(delay: int, step: Rational) -> None:
    C = zeros(delay + 1, delay + 1)
    for row in range(1, delay + 1):
        C[row, row - 1] = 1
    C[0, 0] += 1
    C[0, delay] -= step
    driving = Matrix((delay + 1) ** 2, 1, [1, *[0] * ((delay + 1) ** 2 - 1)])
    P = (eye((delay + 1) ** 2) - kronecker_product(C, C)).LUsolve(driving)
    assert P[0] == variance_factor(delay).subs(a, step)


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_the_closed_form_is_the_numerical_covariance(delay: int, share: float) -> None:
    curvature, variance = 1.7, 0.6
    alpha = share * float(step_limit(curvature=curvature, delays=delay))
    found = stationary(curvature=curvature, delays=delay, step_size=alpha, noise=variance)
    expected = alpha**2 * variance * float(variance_factor(delay).subs(a, alpha * curvature))
    assert found.covariance[0, 0] == pytest.approx(expected, rel=LYAPUNOV)
    assert found.gap == pytest.approx(curvature * expected / 2, rel=LYAPUNOV)
    assert found.gradient_norm == pytest.approx(
        variance * float(squared_gradient(delay).subs(a, alpha * curvature)), rel=LYAPUNOV
    )


@pytest.mark.parametrize("delay", DELAYS)
def test_a_delay_off_by_one_is_caught(delay: int) -> None:
    alpha = 0.2
    found = stationary(curvature=1.0, delays=delay + 1, step_size=alpha, noise=1.0).covariance[0, 0]
    assert abs(found / (alpha**2 * float(variance_factor(delay).subs(a, alpha))) - 1) > 0.05


@pytest.mark.parametrize("delay", DELAYS)
def test_the_first_pole_is_the_step_size_limit_exactly(delay: int) -> None:
    denominator = Poly(fraction(variance_factor(delay))[1], a)
    limit = Poly(minimal_polynomial(exact_step_limit(delay), a), a)
    assert denominator.rem(limit) == 0
    below = Rational(str(float(exact_step_limit(delay)))) - Rational(1, 10**9)
    assert denominator.count_roots(Rational(1, 10**9), below) == 0


@pytest.mark.parametrize("delay", range(7))
def test_the_curve_for_every_delay_is_the_rational_function(delay: int) -> None:
    # Cleared of denominators both are polynomials of degree at most 2(d+3) in a: agreement at more points to 60
    # digits, where values are of order one to 1e4, leaves no room for another one of moderate size.
    limit = Rational(str(float(exact_step_limit(delay))))
    for i in range(1, 2 * delay + 8):
        point = limit * Rational(i, 2 * delay + 8)
        curve = variance_curve().subs({delay_symbol: delay, a: point}).evalf(60)
        assert abs(curve - variance_factor(delay).subs(a, point)) < 1e-50


@pytest.mark.parametrize("delay", range(9))
def test_each_update_of_delay_adds_half_a_squared_to_the_squared_gradient(delay: int) -> None:
    first = cancel(squared_gradient(delay) / a)
    assert first.subs(a, 0) == Rational(1, 2)
    assert cancel((first - Rational(1, 2)) / a).subs(a, 0) == Rational(1, 4) + delay * Rational(1, 2)


def test_coupled_stages_agree_with_a_long_average() -> None:
    H, delays, alpha = np.array([[1.0, 0.3], [0.3, 0.6]]), [2, 0], 0.25
    Q = np.array([[0.5, 0.1], [0.1, 0.2]])
    expected = stationary(curvature=H, delays=delays, step_size=alpha, noise=Q).covariance
    rng, runs = np.random.default_rng(7), 20_000
    root = np.linalg.cholesky(Q)
    past = [np.zeros((2, runs))] * 3
    for _ in range(200):  # the slowest mode has decayed by e^{-20} then
        stale = np.stack([past[-3][0], past[-1][1]])
        past = [*past[-2:], past[-1] - alpha * (H @ stale + root @ rng.standard_normal((2, runs)))]
    # An entry of a sample covariance of Gaussians has variance (P_ii P_jj + P_ij²)/runs; five of its roots.
    spread = np.sqrt((np.outer(np.diag(expected), np.diag(expected)) + expected**2) / runs)
    assert np.all(np.abs(np.cov(past[-1]) - expected) < 5 * spread)
    fresh = stationary(curvature=H, delays=0, step_size=alpha, noise=Q).covariance
    assert np.any(np.abs(np.cov(past[-1]) - fresh) > 5 * spread)  # the delay can be told from none


def test_beyond_the_limit_there_is_no_stationary_distribution() -> None:
    limit = float(step_limit(curvature=1.0, delays=3))
    with pytest.raises(NotStationary, match="step_size must keep the spectral radius below 1"):
        stationary(curvature=1.0, delays=3, step_size=limit * 1.0001, noise=1.0)


@pytest.mark.parametrize(
    ("noise", "message"),
    [
        (-1.0, "noise must be positive semidefinite, got least eigenvalue -1"),
        ([[1.0, 0.5], [0.4, 1.0]], "noise must be symmetric"),
        (np.eye(3), r"noise must be symmetric of shape \(2, 2\)"),
        (float("inf"), "noise must be finite"),
    ],
)
def test_bad_noise_is_named(noise: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stationary(curvature=[1.0, 2.0], delays=0, step_size=0.1, noise=noise)


@pytest.mark.parametrize("delay", [-1, 0.5, True])
def test_bad_delays_are_named(delay: Any) -> None:
    with pytest.raises(ValueError, match=f"delay must be an integer >= 0, got {delay}"):
        variance_factor(delay)


def test_where_the_table_has_the_delay_the_curve_uses_its_symbol() -> None:
    if "delay" in TABLE:
        assert delay_symbol == TABLE["delay"].symbol
    assert variance_curve().free_symbols == {delay_symbol, a}
