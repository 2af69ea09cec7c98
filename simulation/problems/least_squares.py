"""Linear least squares with additive noise: coupled coordinates, exact constants."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Self

import numpy as np

from simulation._arrays import FloatArray, finite_array, integer, nonnegative_array, require_shape
from simulation.noises._noise import NoiseModel
from simulation.problems._problem import Constants, Moments


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """f(w) = ‖A w − b‖²/(2n), with additive noise on the full gradient.

    L = λ_max(AᵀA/n), f* = f(w*) at the least-squares solution w*; both exact up to rounding. The gradient is
    evaluated as H(w − w*) with H = AᵀA/n, which equals Aᵀ(Aw − b)/n and does not cancel near the optimum.

    Raises:
        ValueError: if `matrix` is not a finite, nonzero (n, dimension) array, `target` not a finite vector of
            length n, or `initial` not finite or not broadcasting to (dimension,).
    """

    matrix: FloatArray
    """A, shape (n, dimension)."""
    target: FloatArray
    """b, shape (n,)."""
    noise: NoiseModel
    """Additive noise of the gradient."""
    initial: FloatArray = field(default_factory=lambda: np.zeros(1))
    """W_0, broadcasts with (settings, runs, dimension) [weight units]."""
    constants: ClassVar[Constants] = "exact"
    """L and f* are exact up to rounding."""

    def __post_init__(self) -> None:
        """Validate and freeze the arrays."""
        matrix = finite_array("matrix", self.matrix)
        target = finite_array("target", self.target)
        initial = finite_array("initial", self.initial)
        if matrix.ndim != 2 or not matrix.any():
            raise ValueError(f"matrix must be a nonzero (n, dimension) array, got shape {matrix.shape}")
        if target.shape != matrix.shape[:1]:
            raise ValueError(f"target must have shape {matrix.shape[:1]}, got shape {target.shape}")
        require_shape("initial", initial, matrix.shape[1:])
        start = np.broadcast_to(initial, np.broadcast_shapes(initial.shape, matrix.shape[1:]))
        for name, value in (("matrix", matrix), ("target", target), ("initial", start)):
            object.__setattr__(self, name, value)

    @classmethod
    def random(cls, *, samples: int, dimension: int, seed: int, noise: NoiseModel, residual: float = 0.0) -> Self:
        """Standard normal A and planted weights w, b = A w + residual·ξ with ξ standard normal; W_0 = 0.

        Raises:
            ValueError: if a count is not an integer ≥ 1, the seed is negative, or residual is not ≥ 0.
        """
        rows = integer("samples", samples, minimum=1)
        columns = integer("dimension", dimension, minimum=1)
        spread = nonnegative_array("residual", residual)
        rng = np.random.Generator(np.random.SFC64(integer("seed", seed, minimum=0)))
        matrix = rng.standard_normal((rows, columns))
        target = matrix @ rng.standard_normal(columns) + spread * rng.standard_normal(rows)
        return cls(matrix=matrix, target=target, noise=noise)

    @property
    def dimension(self) -> int:
        """Number of columns of A."""
        return int(self.matrix.shape[1])

    @cached_property
    def hessian(self) -> FloatArray:
        """H = AᵀA/n, (dimension, dimension)."""
        return np.asarray(self.matrix.T @ self.matrix / len(self.matrix))

    @cached_property
    def smoothness(self) -> float:
        """L = λ_max(AᵀA/n)."""
        return float(np.linalg.eigvalsh(self.hessian)[-1])

    @cached_property
    def optimum(self) -> FloatArray:
        """w*, the least-squares solution of smallest norm, (dimension,)."""
        return np.asarray(np.linalg.lstsq(self.matrix, self.target)[0], dtype=np.float64)

    @cached_property
    def optimal_value(self) -> float:
        """f* = ‖A w* − b‖²/(2n), attained."""
        residual = self.matrix @ self.optimum - self.target
        return float(residual @ residual) / (2 * len(residual))

    def draw(self, rng: np.random.Generator, runs: int) -> FloatArray:
        """Raw noise of one step, (runs, dimension)."""
        return self.noise.draw(rng, (runs, self.dimension))

    def signal(self, weights: FloatArray, raw: FloatArray) -> FloatArray:
        """The gradient with noise, (settings, runs, dimension)."""
        return self.noise.apply(self._gradient(weights - self.optimum), raw)

    def moments(self, weights: FloatArray) -> Moments:
        """f = f* + ½ (w − w*)ᵀH(w − w*), ∇f = H(w − w*) and the noise's variance."""
        offset = weights - self.optimum
        gradient = self._gradient(offset)
        objective = self.optimal_value + np.vecdot(gradient, offset) / 2
        return Moments(objective, gradient, self.noise.variance(gradient))

    def _gradient(self, offset: FloatArray) -> FloatArray:
        # All settings and runs as the rows of one matrix: one product instead of one for each setting.
        return (offset.reshape(-1, self.dimension) @ self.hessian).reshape(offset.shape)
