"""E3: the stationary covariance of delayed digital SGD on a quadratic.

W_{k+1} = W_k − α(H U_k + n_k), U_k^j = W^j_{k−d_j}, E n_k = 0, Cov n_k = Q, independent across updates. In companion
form x_{k+1} = C x_k − αE n_k, so the covariance solves P = C P Cᵀ + α² E Q Eᵀ. One coordinate: Yule–Walker equations
in the autocovariances r_j = E w_k w_{k−j}, solved here over the field of rational functions of a = αλ.
Source: this project.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr, Matrix, asin, cos, factor, sin, zeros

from theory.predictions._checks import FloatArray, definite, finite, integer
from theory.predictions._notation import delay as delay_symbol
from theory.predictions._notation import scaled_step as a
from theory.predictions.step_limits import companion, first_places, spectral_radius

# A covariance that was computed in float64 may have eigenvalues this far below zero, relative to the largest.
SEMIDEFINITE = 1e-12


class NotStationary(ValueError):
    """The step size is not below the limit of stability: the variance grows without bound."""


@dataclass(frozen=True, kw_only=True)
class Stationary:
    """The stationary distribution's second moments around the minimiser."""

    curvature: FloatArray
    """H, (D, D)."""
    covariance: FloatArray
    """E (W−W*)(W−W*)ᵀ, (D, D) [weight²]."""

    @property
    def gradient_norm(self) -> float:
        """E‖∇f(W)‖² = tr(H P H)."""
        return float(np.trace(self.curvature @ self.covariance @ self.curvature))

    @property
    def gap(self) -> float:
        """E f(W) − f* = tr(H P)/2."""
        return float(np.trace(self.curvature @ self.covariance)) / 2


def stationary(*, curvature: ArrayLike, delays: ArrayLike, step_size: float, noise: ArrayLike) -> Stationary:
    """Second moments of W_k as k → ∞, exact for noise of any distribution with the given covariance.

    Args:
        curvature: H, (D, D) symmetric positive definite, or its diagonal (D,), or a number.
        delays: d_j, (D,) or one for all, integers ≥ 0 [updates].
        step_size: α > 0 below the limit of stability.
        noise: covariance of the gradient noise, (D, D), or its diagonal (D,), or one variance [gradient²].

    Raises:
        NotStationary: if the spectral radius of the dynamics is not below one.
        ValueError: naming any other argument that is not as above.

    Error: that of scipy's solver of the Lyapunov equation, about 1e-12/(1 − radius²) relatively.
    """
    H = definite("curvature", curvature)
    radius = spectral_radius(curvature=H, delays=delays, step_size=step_size)
    if not radius < 1:
        raise NotStationary(f"step_size must keep the spectral radius below 1, got {step_size} with radius {radius}")
    C = companion(curvature=H, delays=delays, step_size=step_size)
    late = np.broadcast_to(np.asarray(delays, dtype=np.int64), (len(H),))
    present = np.ix_(first_places(late), first_places(late))
    driving = np.zeros_like(C)
    driving[present] = step_size**2 * _covariance(noise, len(H))
    from scipy.linalg import solve_discrete_lyapunov  # noqa: PLC0415  (costs start-up time that most callers do not need)

    P = np.asarray(solve_discrete_lyapunov(C, driving), dtype=np.float64)
    return Stationary(curvature=H, covariance=P[present])


@cache
def variance_factor(delay: int) -> Expr:
    """Var(w)/(α²σ²) under a delay of d updates, a rational function of a = `scaled_step` = αλ, factored.

    The autocovariances satisfy r_{j+1} = r_j − a r_{|d−j|} for j = 0, …, d−1 (multiply the recursion by w_{k−j}, which
    the noise n_k does not know) and r_0 = r_0 + a² r_0 − 2a r_d + α²σ² (square it). This is a linear system over
    the rational functions of a, solved exactly. ValueError if `delay` is not an integer ≥ 0.
    """
    d = integer("delay", delay, minimum=0)
    system, right = zeros(d + 1, d + 1), zeros(d + 1, 1)
    for j in range(d):
        for place, coefficient in ((j + 1, 1), (j, -1), (d - j, a)):
            system[j, place] += coefficient
    system[d, d] += 2 * a
    system[d, 0] -= a**2
    right[d] = 1
    return factor(_solve(system, right)[0])


def _solve(system: Matrix, right: Matrix) -> Matrix:
    field = system.to_DM().to_field()
    return field.lu_solve(right.to_DM().convert_to(field.domain)).to_Matrix()


@cache
def variance_curve() -> Expr:
    """The same for every delay at once, Var(w)/(α²σ²) = (1 + sin (2d+1)φ) / (2a cos φ cos (2d+1)φ), a = 2 sin φ.

    The autocovariances are r_j ∝ cos(2φj + π/4 − (2d+1)φ/2): both sides of r_{j+1} − r_j = −a r_{d−j} are then the
    same sine, and the variance equation sets the scale. In the symbols `delay` and `scaled_step`. The first zero of
    the denominator is φ = π/(4d+2), that is a = 2 sin(π/(4d+2)): the variance grows without bound at the step-size
    limit E2 and nowhere below it.
    """
    phi = asin(a / 2)
    turn = (2 * delay_symbol + 1) * phi
    return (1 + sin(turn)) / (2 * a * cos(phi) * cos(turn))


def squared_gradient(delay: int) -> Expr:
    """E h²/σ² = a²·`variance_factor`(d), stationary, as a function of a = αλ alone."""
    return factor(a**2 * variance_factor(delay))


def _covariance(noise: ArrayLike, dimension: int) -> FloatArray:
    given = finite("noise", noise)
    Q = given if given.ndim == 2 else np.diag(np.broadcast_to(given, (dimension,)))
    if Q.shape != (dimension, dimension) or not np.array_equal(Q, Q.T):
        raise ValueError(f"noise must be symmetric of shape ({dimension}, {dimension}), got {noise!r}")
    spectrum = np.linalg.eigvalsh(Q)
    if spectrum[0] < -SEMIDEFINITE * max(spectrum[-1], 0):
        raise ValueError(f"noise must be positive semidefinite, got least eigenvalue {spectrum[0]}")
    return Q
