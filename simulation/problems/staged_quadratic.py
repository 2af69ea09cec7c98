"""A quadratic spread over pipeline stages, with chosen spectrum and chosen coupling between the blocks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from scipy.linalg import expm

from simulation._arrays import FloatArray, finite_array, integer, nonnegative_array, require_shape
from simulation.noises._noise import NoiseModel
from simulation.problems._problem import Constants, Moments
from simulation.problems._staged import StagedProblem, checked_sizes, product


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem(StagedProblem):
    """f(w) = ½‖A(w − w*)‖² + ½ Σ_d ridge_d (w_d − w*_d)², with additive noise on the gradient.

    Block m adds A_m(u_m − w*_m) to the message r; the loss is ½‖r‖², so its signal A_mᵀr + ridge_m(w_m − w*_m)
    depends on the forward weights of all blocks and, through the ridge, on its own backward weights:
    h(U, W) = AᵀA(U − w*) + ridge·(W − w*).

    L = λ_max(AᵀA + diag(ridge)), L_Φ = λ_max(AᵀA) and f* = 0, exact up to rounding.

    Raises:
        ValueError: if `matrix` is not a finite, nonzero (n, dimension) array, `sizes` are not integers ≥ 1 that
            sum to the dimension, `ridge` is not finite and ≥ 0, or `optimum` or `initial` is not finite, or one
            of the three does not broadcast to (dimension,).
    """

    matrix: FloatArray
    """A, shape (n, dimension) [square root of curvature]."""
    sizes: Sequence[int]
    """Number of weights of each block."""
    noise: NoiseModel
    """Additive noise of the gradient."""
    ridge: float | FloatArray = 0.0
    """Curvature that each coordinate sees at its own current weight, broadcasts to (dimension,)."""
    optimum: float | FloatArray = 0.0
    """w*, broadcasts with (settings, runs, dimension) [weight units]."""
    initial: FloatArray = field(default_factory=lambda: np.zeros(1))
    """W_0, broadcasts with (settings, runs, dimension) [weight units]."""
    constants: ClassVar[Constants] = "exact"
    """L, L_Φ and f* are exact up to rounding."""
    optimal_value: ClassVar[float] = 0.0
    """f* = 0, attained at the optimum."""

    def __post_init__(self) -> None:
        """Validate and freeze the arrays."""
        matrix = finite_array("matrix", self.matrix)
        if matrix.ndim != 2 or not matrix.any():
            raise ValueError(f"matrix must be a nonzero (n, dimension) array, got shape {matrix.shape}")
        shape = matrix.shape[1:]
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "sizes", checked_sizes(self.sizes, shape[0]))
        ridge = nonnegative_array("ridge", self.ridge)
        optimum, initial = finite_array("optimum", self.optimum), finite_array("initial", self.initial)
        for name, value in (("ridge", ridge), ("optimum", optimum), ("initial", initial)):
            require_shape(name, value, shape)
            object.__setattr__(self, name, np.broadcast_to(value, np.broadcast_shapes(value.shape, shape)))

    @classmethod
    def from_spectrum(
        cls,
        spectrum: Sequence[float],
        *,
        sizes: Sequence[int],
        coupling: float,
        seed: int,
        noise: NoiseModel,
        ridge: float = 0.0,
        optimum: float | FloatArray = 0.0,
    ) -> Self:
        """AᵀA = Q diag(spectrum) Qᵀ with the rotation Q = exp(coupling·S), S skew with normal entries.

        Coupling 0 leaves the coordinates, hence the blocks, independent.

        Raises:
            ValueError: if `spectrum` is not a vector of numbers ≥ 0, `coupling` not ≥ 0 or `seed` < 0.
        """
        eigenvalues = nonnegative_array("spectrum", spectrum)
        if eigenvalues.ndim != 1:
            raise ValueError(f"spectrum must be a vector, got shape {eigenvalues.shape}")
        angle = float(nonnegative_array("coupling", coupling))
        rng = np.random.Generator(np.random.SFC64(integer("seed", seed, minimum=0)))
        upper = np.triu(rng.standard_normal((eigenvalues.size, eigenvalues.size)), 1)
        matrix = np.sqrt(eigenvalues)[:, np.newaxis] * expm(angle * (upper - upper.T)).T
        return cls(matrix=matrix, sizes=sizes, noise=noise, ridge=ridge, optimum=optimum)

    @property
    def blocks(self) -> tuple[int, ...]:
        """`sizes`."""
        return tuple(self.sizes)

    @property
    def additive_noise(self) -> NoiseModel:
        """`noise`."""
        return self.noise

    @cached_property
    def coupled(self) -> FloatArray:
        """AᵀA, (dimension, dimension): the curvature that reads forward weights."""
        return np.asarray(self.matrix.T @ self.matrix)

    @cached_property
    def smoothness(self) -> float:
        """L = λ_max(AᵀA + diag(ridge))."""
        return float(np.linalg.eigvalsh(self.coupled + np.diag(np.asarray(self.ridge)))[-1])

    @cached_property
    def staleness_lipschitz(self) -> float:
        """L_Φ = λ_max(AᵀA), as h(U, W) − h(W, W) = AᵀA(U − W)."""
        return float(np.linalg.eigvalsh(self.coupled)[-1])

    def draw(self, rng: np.random.Generator, runs: int) -> FloatArray:
        """Raw noise of one step, (runs, dimension)."""
        return self.noise.draw(rng, (runs, self.dimension))

    def additive(self, raw: FloatArray) -> FloatArray:
        """All of it."""
        return raw

    def enter(self, raw: FloatArray) -> FloatArray:
        """r = 0, shape (1, runs, n)."""
        return np.zeros((1, len(raw), len(self.matrix)), self.matrix.dtype)

    def forward(self, block: int, weights: FloatArray, message: FloatArray) -> FloatArray:
        """r + A_m(u_m − w*_m)."""
        return message + product(self.matrix[:, self.parts[block]], self._offset(block, weights))

    def loss(self, raw: FloatArray, message: FloatArray) -> FloatArray:
        """The derivative of ½‖r‖² by r."""
        return message

    def backward(
        self, block: int, weights: FloatArray, message: FloatArray, error: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """The error itself, and A_mᵀe + ridge_m(w_m − w*_m)."""
        part = self.parts[block]
        pull = np.asarray(self.ridge)[part] * self._offset(block, weights)
        return error, product(self.matrix[:, part].T, error) + pull

    def moments(self, weights: FloatArray) -> Moments:
        """f, ∇f = (AᵀA + diag(ridge))(w − w*) and the noise's variance."""
        offset = weights - self.optimum
        gradient = offset @ self.coupled + self.ridge * offset
        return Moments(np.vecdot(gradient, offset) / 2, gradient, self.noise.variance(gradient))

    def _offset(self, block: int, weights: FloatArray) -> FloatArray:
        return np.asarray(weights - np.asarray(self.optimum)[..., self.parts[block]])
