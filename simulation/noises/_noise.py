"""What a noise is: raw randomness drawn once for all settings, then shaped around a gradient."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation._arrays import FloatArray, nonnegative_array


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


@dataclass(frozen=True, kw_only=True, eq=False)
class SpreadNoise(NoiseModel):
    """Base of the noises of a chosen spread, the same whatever the gradient.

    Raises:
        ValueError: if an entry of `standard_deviation` is not finite and ≥ 0.
    """

    standard_deviation: float | FloatArray
    """σ_d [gradient units]: a number, or an array that broadcasts with (settings, runs, dimension)."""

    def __post_init__(self) -> None:
        """Validate and freeze `standard_deviation`."""
        checked = nonnegative_array("standard_deviation", self.standard_deviation)
        object.__setattr__(self, "standard_deviation", checked)

    def apply(self, gradient: FloatArray, raw: FloatArray) -> FloatArray:
        """h + σ_d ξ, ξ being raw draws of mean 0 and variance 1."""
        return gradient + self.standard_deviation * raw

    def variance(self, gradient: FloatArray) -> FloatArray:
        """σ_d²."""
        return self._variance

    @cached_property
    def _variance(self) -> FloatArray:
        return np.square(self.standard_deviation)
