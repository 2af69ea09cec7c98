"""Linear least squares without its noise: data, exact constants, gradient."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from simulation._arrays import FloatArray, finite_array, integer, nonnegative_array, require_shape
from simulation.problems._problem import Constants


@dataclass(frozen=True, kw_only=True, eq=False)
class LeastSquares:
    """f(w) = ‖A w − b‖²/(2n), base of the problems that differ in where their noise comes from.

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
    def random(cls, *, samples: int, dimension: int, seed: int, residual: float = 0.0, **fields: Any) -> Self:
        """Standard normal A and planted weights w, b = A w + residual·ξ with ξ standard normal; W_0 = 0.

        Args:
            samples: n, rows of A.
            dimension: columns of A.
            seed: of the data, an integer ≥ 0.
            residual: standard deviation of what no weights explain, ≥ 0.
            fields: the other fields of the problem, by name.

        Raises:
            ValueError: if a count is not an integer ≥ 1, the seed is negative, or residual is not ≥ 0.
        """
        rows = integer("samples", samples, minimum=1)
        columns = integer("dimension", dimension, minimum=1)
        spread = nonnegative_array("residual", residual)
        rng = np.random.Generator(np.random.SFC64(integer("seed", seed, minimum=0)))
        matrix = rng.standard_normal((rows, columns))
        target = matrix @ rng.standard_normal(columns) + spread * rng.standard_normal(rows)
        return cls(matrix=matrix, target=target, **fields)

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

    def _gradient(self, offset: FloatArray) -> FloatArray:
        """H(w − w*) for the offset w − w*."""
        # One product a setting: the last bits of a product depend on its rows, and settings must not matter.
        return np.asarray(offset @ self.hessian)

    def _objective(self, offset: FloatArray, gradient: FloatArray) -> FloatArray:
        """f* + ½ (w − w*)ᵀH(w − w*), shape (settings, runs)."""
        return np.asarray(self.optimal_value + np.vecdot(gradient, offset) / 2)
