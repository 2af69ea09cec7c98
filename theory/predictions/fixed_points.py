"""E1: where the mean dynamics of analog SGD rests, F(w)·h(w) + G(w)·E|h(w)+n| = 0.

With F > 0, |G| < F, h increasing and G/F not decreasing there is exactly one such point, between the symmetric
point (G = 0) and the minimiser (h = 0): divided by F, the left-hand side has slope
h'·(1 + (G/F)·dE|h+n|/dh) + (G/F)'·E|h+n| > 0, since |dE|h+n|/dh| ≤ 1.
Source: arXiv:2406.12774, arXiv:2502.06309.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr, lambdify

from theory.predictions._bisection import bisect
from theory.predictions._checks import FloatArray, definite, finite, nonnegative, positive
from theory.predictions._folded import FoldedNoise
from theory.symbols import w

Profile: TypeAlias = Expr | Callable[[FloatArray], Any]
"""A function of the weights: an expression in the table's symbol `weights`, or a callable on arrays."""

# A solution of F h + G E|h+n| = 0 found in float64 leaves a residual of some roundings of its two terms.
RESIDUAL = 1e-9


class NotResting(ArithmeticError):
    """The solver ended where the mean dynamics still moves."""


@dataclass(frozen=True, kw_only=True)
class MeanDynamics:
    """One coordinate or many: what a step does on average, −α times the drift F·h + G·E|h+n|.

    Raises:
        ValueError: if `noise_variance` is not finite and ≥ 0, or an expression has a symbol without a value.
    """

    symmetric: Profile
    """F(w)."""
    asymmetric: Profile
    """G(w)."""
    gradient: Profile
    """h(w) [gradient units]."""
    noise: FoldedNoise
    noise_variance: ArrayLike
    """σ_d², broadcast with the weights [gradient units²]."""
    parameters: Mapping[str, ArrayLike] = field(default_factory=dict)
    """Values of the symbols in expressions other than the weights, by name."""

    def __post_init__(self) -> None:
        """Check the variance and that every symbol has a value."""
        object.__setattr__(self, "noise_variance", nonnegative("noise_variance", self.noise_variance))
        object.__setattr__(self, "parameters", {k: finite(k, value) for k, value in self.parameters.items()})
        for name in ("symmetric", "asymmetric", "gradient"):
            object.__setattr__(self, name, self._compiled(name, getattr(self, name)))

    def _compiled(self, name: str, profile: Profile) -> Callable[[FloatArray], Any]:
        if not isinstance(profile, Expr):
            return profile
        others = sorted(profile.free_symbols - {w}, key=str)
        if missing := [symbol.name for symbol in others if symbol.name not in self.parameters]:
            raise ValueError(f"{name} = {profile} needs a value for {', '.join(missing)} in parameters")
        compiled = lambdify((w, *others), profile, modules="numpy")
        return lambda weights: compiled(weights, *(self.parameters[symbol.name] for symbol in others))

    def drift(self, weights: ArrayLike) -> FloatArray:
        """F·h + G·E|h+n| at the weights, entry by entry [gradient units]."""
        point = finite("weights", weights)
        h = self._at(self.gradient, point)
        return np.asarray(
            self._at(self.symmetric, point) * h
            + self._at(self.asymmetric, point) * self.noise.at(h, self.noise_variance)
        )

    @staticmethod
    def _at(profile: Profile, weights: FloatArray) -> FloatArray:
        return np.asarray(profile(weights), dtype=np.float64)

    def resting_point(self, *, lower: ArrayLike, upper: ArrayLike) -> FloatArray:
        """The weight in [lower, upper] at which the drift vanishes; the symmetric point and the minimiser will do.

        The gradient must act entry by entry; all arrays broadcast. Error: rounding of the drift, over its slope.

        Raises:
            NoBracket: if the drift has the same sign at both ends.
        """
        shape = np.broadcast_shapes(np.shape(lower), np.shape(upper), np.shape(self.drift(lower)))
        ends = (np.broadcast_to(finite(name, end), shape) for name, end in (("lower", lower), ("upper", upper)))
        return bisect(self.drift, *ends)

    def resting_weights(self, guess: ArrayLike) -> FloatArray:
        """The weights (D,) at which the drift vanishes if the gradient couples coordinates, found from a guess (D,).

        Raises:
            NotResting: if the drift at the point found exceeds rounding (relative to its size at the guess).
        """
        begin = finite("guess", guess)
        from scipy.optimize import root  # noqa: PLC0415  (costs start-up time that most callers do not need)

        found = root(self.drift, begin, tol=np.finfo(float).eps)
        left = float(np.max(np.abs(self.drift(found.x))))
        scale = float(np.max(np.abs(self.drift(begin))) + np.max(self.noise.at(0.0, self.noise_variance)))
        if left > RESIDUAL * scale:
            raise NotResting(f"no resting point found from guess {begin}: the drift at {found.x} is still {left}")
        return np.asarray(found.x)


def resting_weights_linear(
    *, curvature: ArrayLike, minimiser: ArrayLike, noise_magnitude: ArrayLike, tau: float
) -> FloatArray:
    """The weights with (H + Diag(Σ)/τ) W = H W*: asymmetric linear device, quadratic, E|h+n| ≈ Σ constant.

    Args:
        curvature: H, (D, D) symmetric positive definite, or its diagonal (D,) [gradient/weight].
        minimiser: W*, (D,) [weight].
        noise_magnitude: Σ = E|n|, (D,) or a number ≥ 0 [gradient units].
        tau: τ > 0 [weight].

    Returns:
        W, (D,) [weight]. The replacement of E|h+n| by Σ is the only error; it vanishes with the gradient's size.

    Raises:
        ValueError: naming the argument that is not as above.

    Source: arXiv:2502.06309.
    """
    H, goal = definite("curvature", curvature), np.atleast_1d(finite("minimiser", minimiser))
    magnitude = np.broadcast_to(nonnegative("noise_magnitude", noise_magnitude), goal.shape)
    if goal.shape != (len(H),):
        raise ValueError(f"minimiser must have shape ({len(H)},) like curvature, got {goal.shape}")
    return np.asarray(np.linalg.solve(H + np.diag(magnitude) / positive("tau", tau), H @ goal))
