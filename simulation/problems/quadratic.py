"""The diagonal quadratic: every quantity of the theory is known in closed form."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from simulation._arrays import FloatArray, finite_array, nonnegative_array, require_shape
from simulation.noises._noise import NoiseModel
from simulation.problems._problem import Additive, Constants, Moments


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem(Additive):
    """f(w) = ½ (w − w*)ᵀ diag(spectrum) (w − w*), with additive noise on the gradient.

    L = max(spectrum) and f* = 0, both exact.

    Raises:
        ValueError: if `spectrum` is not a vector of finite numbers ≥ 0 with a positive one, or `optimum` or
            `initial` is not finite or does not broadcast to the spectrum's shape.
    """

    spectrum: FloatArray
    """Curvatures, shape (dimension,) [objective / weight units²]."""
    noise: NoiseModel
    """Additive noise of the gradient."""
    optimum: float | FloatArray = 0.0
    """w*, broadcasts with (settings, runs, dimension) [weight units]."""
    initial: FloatArray = field(default_factory=lambda: np.zeros(1))
    """W_0, broadcasts with (settings, runs, dimension) [weight units]."""
    constants: ClassVar[Constants] = "exact"
    """L and f* are proved."""
    optimal_value: ClassVar[float] = 0.0
    """f* = 0, attained at the optimum."""

    def __post_init__(self) -> None:
        """Validate and freeze the arrays."""
        spectrum = nonnegative_array("spectrum", self.spectrum)
        if spectrum.ndim != 1 or not spectrum.max() > 0:
            raise ValueError(f"spectrum must be a vector with an entry > 0, got {self.spectrum!r}")
        optimum = finite_array("optimum", self.optimum)
        initial = finite_array("initial", self.initial)
        require_shape("optimum", optimum, spectrum.shape)
        require_shape("initial", initial, spectrum.shape)
        start = np.broadcast_to(initial, np.broadcast_shapes(initial.shape, spectrum.shape))
        for name, value in (("spectrum", spectrum), ("optimum", optimum), ("initial", start)):
            object.__setattr__(self, name, value)

    @property
    def dimension(self) -> int:
        """Length of the spectrum."""
        return int(self.spectrum.size)

    @cached_property
    def smoothness(self) -> float:
        """L = max(spectrum)."""
        return float(self.spectrum.max())

    def gradient(self, weights: FloatArray) -> FloatArray:
        """Spectrum·(w − w*)."""
        return np.asarray(self.spectrum * (weights - self.optimum))

    def moments(self, weights: FloatArray) -> Moments:
        """f, ∇f = spectrum·(w − w*) and the noise's variance."""
        offset = weights - self.optimum
        gradient = self.spectrum * offset
        return Moments(np.vecdot(gradient, offset) / 2, gradient, self.noise.variance(gradient))
