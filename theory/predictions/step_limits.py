"""E2: the largest step size at which delayed gradient descent on a quadratic is stable.

W_{k+1} = W_k − α H U_k with forward weights U_k^j = W^j_{k−d_j}: each coordinate is read d_j updates late. Scalar: the
characteristic polynomial z^{d+1} − z^d + αλ has its roots inside the unit circle iff 0 < αλ < 2 sin(π/(4d+2)).
Source: this project.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr, Integer, lambdify, pi, sin

from theory.predictions._checks import FloatArray, IntArray, definite, integers, positive
from theory.predictions._notation import curvature as _curvature
from theory.predictions._notation import delay as _delay

STEP_LIMIT: Expr = 2 * sin(pi / (4 * _delay + 2)) / _curvature
"""2 sin(π/(4d+2))/λ, the limit for one curvature and one delay."""

# The located boundary is bracketed this closely, relative to itself: a hundred roundings of an eigenvalue.
BRACKET = 1e-12
# Stability is checked on this many step sizes below the boundary.
CHECKS = 64
# Steps by which the search for the first unstable step size goes up: fine enough that a window of instability
# narrower than 2 % would have to exist to be overlooked.
GROWTH = 1.02
# A boundary must lie below this multiple of the limit that the largest eigenvalue has without delay.
SEARCHED = 4.0


class NoBoundary(ArithmeticError):
    """No change from stable to unstable was found where it was looked for."""


@dataclass(frozen=True, kw_only=True)
class StepLimit:
    """A boundary of stability between two step sizes.

    Raises:
        NoBoundary: unless 0 < stable < unstable and the spectral radius crosses one upwards between them.
    """

    stable: float
    """A step size at which the dynamics is stable."""
    unstable: float
    """A larger one at which it is not."""
    radius_stable: float
    """Spectral radius at `stable`, < 1."""
    radius_unstable: float
    """Spectral radius at `unstable`, ≥ 1."""

    def __post_init__(self) -> None:
        """Check the crossing."""
        if not (0 < self.stable < self.unstable and self.radius_stable < 1 <= self.radius_unstable):
            raise NoBoundary(f"the spectral radius must cross 1 upwards, got {self}")

    @property
    def value(self) -> float:
        """The boundary, half-way."""
        return (self.stable + self.unstable) / 2

    @property
    def error(self) -> float:
        """The boundary is off by at most this, apart from rounding of the spectral radius."""
        return (self.unstable - self.stable) / 2


def exact_step_limit(delay: int) -> Expr:
    """2 sin(π/(4d+2)) exactly: the limit of αλ under a delay of d updates."""
    d = Integer(int(integers("delay", delay, minimum=0)))
    return (STEP_LIMIT * _curvature).subs(_delay, d)


def step_limit(*, curvature: ArrayLike, delays: ArrayLike) -> FloatArray:
    """2 sin(π/(4d+2))/λ for each curvature λ > 0 and delay d ≥ 0 (arrays broadcast) [1/curvature].

    A quadratic with diagonal curvature is stable below the least entry. Raises ValueError naming a bad argument.
    """
    late, steep = integers("delays", delays, minimum=0), positive("curvature", curvature)
    return np.asarray(lambdify((_delay, _curvature), STEP_LIMIT)(late, steep))


def guaranteed_step_limit(*, curvature: ArrayLike, delays: ArrayLike) -> float:
    """2 sin(π/(4D+2))/λ_max: stable below it for every symmetric positive definite H and delays up to D.

    At a root z = e^{iθ} on the unit circle (1 − z) = α Σ_j p_j z^{−d_j} with p_j ≥ 0, Σ p_j ≤ λ_max. The left side
    has argument −(π − θ)/2, the right side one in [−Dθ, 0] while Dθ < π, so θ ≥ π/(2D+1); then
    2 sin(θ/2) = |1 − z| ≤ αλ_max gives the limit.
    """
    H, late = _checked(curvature, delays)
    steepest = float(np.linalg.eigvalsh(H)[-1])
    return float(step_limit(curvature=steepest, delays=int(late.max())))


def companion(*, curvature: ArrayLike, delays: ArrayLike, step_size: float) -> FloatArray:
    """The matrix that takes the history of all coordinates to the next, of size Σ_j (d_j + 1).

    Coordinate j owns d_j + 1 consecutive places: W^j_k, W^j_{k−1}, …, W^j_{k−d_j}.

    Args:
        curvature: H, (D, D) symmetric positive definite, or its diagonal (D,), or a number.
        delays: d_j, (D,) or one for all, integers ≥ 0 [updates].
        step_size: α > 0.

    Raises:
        ValueError: naming the argument that is not as above.
    """
    H, late = _checked(curvature, delays)
    return _companion(H, late, float(positive("step_size", step_size)))


def first_places(delays: IntArray) -> IntArray:
    """Where in the companion state each coordinate's present value stands."""
    return np.cumsum(delays + 1) - (delays + 1)


def spectral_radius(*, curvature: ArrayLike, delays: ArrayLike, step_size: float) -> float:
    """Largest modulus of the companion matrix's eigenvalues: deterministic dynamics is stable iff it is < 1."""
    return _radius(companion(curvature=curvature, delays=delays, step_size=step_size))


def coupled_step_limit(*, curvature: ArrayLike, delays: ArrayLike) -> StepLimit:
    """The least step size at which delayed gradient descent with coupled stages ceases to be stable.

    It is looked for upwards from `guaranteed_step_limit`, then bisected until the bracket is `BRACKET` wide; the
    dynamics must be stable on a grid of step sizes below. A block-diagonal H with equal delays in a block has the
    least of `step_limit` over its eigenvalues.

    Raises:
        ValueError: naming a bad argument.
        NoBoundary: if no crossing is found, or a step size below the one found is unstable.
    """
    H, late = _checked(curvature, delays)
    low, high = _bracket(H, late)
    while high - low > BRACKET * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _radius(_companion(H, late, middle)) < 1 else (low, middle)
    for step in np.linspace(0, low, CHECKS + 1)[1:]:
        if (radius := _radius(_companion(H, late, step))) >= 1:
            raise NoBoundary(f"a boundary was located at {high}, but step size {step} has spectral radius {radius}")
    radii = (_radius(_companion(H, late, step)) for step in (low, high))
    return StepLimit(stable=low, unstable=high, **dict(zip(("radius_stable", "radius_unstable"), radii, strict=True)))


def _bracket(H: FloatArray, late: IntArray) -> tuple[float, float]:
    steepest = float(np.linalg.eigvalsh(H)[-1])
    # A little below the guarantee, where rounding cannot hide that the radius is below one.
    low = guaranteed_step_limit(curvature=H, delays=late) / GROWTH
    end = SEARCHED * float(step_limit(curvature=steepest, delays=0))
    while low < end:
        if _radius(_companion(H, late, low * GROWTH)) >= 1:
            return low, low * GROWTH
        low *= GROWTH
    raise NoBoundary(f"stable at every step size tried up to {end}")


def _companion(H: FloatArray, late: IntArray, step_size: float) -> FloatArray:
    now = first_places(late)
    matrix = np.diag(np.ones(int(np.sum(late + 1)) - 1), -1)  # every value ages by one place …
    matrix[now] = 0
    matrix[now, now] = 1
    matrix[np.ix_(now, now + late)] -= step_size * H  # … and the present one moves down the gradient at old values
    return matrix


def _radius(matrix: FloatArray) -> float:
    return float(np.max(np.abs(np.linalg.eigvals(matrix))))


def _checked(curvature: ArrayLike, delays: ArrayLike) -> tuple[FloatArray, IntArray]:
    H, late = definite("curvature", curvature), integers("delays", delays, minimum=0)
    if late.shape not in {(), (1,), (len(H),)}:
        raise ValueError(f"delays must be one number or have shape ({len(H)},) like curvature, got {late.shape}")
    return H, np.broadcast_to(late, (len(H),))
