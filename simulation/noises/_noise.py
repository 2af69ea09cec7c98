"""What a noise is: raw randomness drawn once for all settings, then shaped around a gradient."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class NoiseModel(ABC):
    """Base of all noises. Raw draws know no setting, so that all settings see common random numbers.

    Every signal g = `apply(h, raw)` has E g = h and Var g_d = `variance(h)`, both exactly.
    """

    @abstractmethod
    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
        """Raw randomness of one step, of shape (runs, dimension) [dimensionless]."""

    @abstractmethod
    def apply(self, gradient: FloatArray, raw: FloatArray) -> FloatArray:
        """Signal g around the gradient h (…, runs, dimension) [gradient units]."""

    @abstractmethod
    def variance(self, gradient: FloatArray) -> FloatArray:
        """σ_d² a coordinate, of a shape that broadcasts with the gradient [gradient units²]."""
