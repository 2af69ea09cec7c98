"""Gaussian noise, independent in every coordinate."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation._arrays import FloatArray, nonnegative_array
from simulation.noises._noise import NoiseModel


@dataclass(frozen=True, kw_only=True, eq=False)
class Noise(NoiseModel):
    """g = h + σ_d ξ with ξ standard normal.

    Raises:
        ValueError: if an entry of `standard_deviation` is not finite and ≥ 0.
    """

    standard_deviation: float | FloatArray
    """σ_d [gradient units]: a number, or an array that broadcasts with (settings, runs, dimension)."""

    def __post_init__(self) -> None:
        """Validate and freeze `standard_deviation`."""
        checked = nonnegative_array("standard_deviation", self.standard_deviation)
        object.__setattr__(self, "standard_deviation", checked)

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
        """Standard normal numbers (runs, dimension)."""
        return rng.standard_normal(shape)

    def apply(self, gradient: FloatArray, raw: FloatArray) -> FloatArray:
        """h + σ_d ξ."""
        return gradient + self.standard_deviation * raw

    def variance(self, gradient: FloatArray) -> FloatArray:
        """σ_d²."""
        return self._variance

    @cached_property
    def _variance(self) -> FloatArray:
        return np.square(self.standard_deviation)
