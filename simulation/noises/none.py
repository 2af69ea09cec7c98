"""No noise: the signal is the gradient."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray
from simulation.noises._noise import NoiseModel


@dataclass(frozen=True, kw_only=True, eq=False)
class Noise(NoiseModel):
    """g = h, σ_d = 0."""

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
        """Zeros (runs, dimension): the generator is not touched."""
        return np.zeros(shape)

    def apply(self, gradient: FloatArray, raw: FloatArray) -> FloatArray:
        """The gradient itself."""
        return gradient

    def variance(self, gradient: FloatArray) -> FloatArray:
        """0."""
        return np.zeros((), gradient.dtype)
