"""Gaussian noise, independent in every coordinate."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray
from simulation.noises._noise import SpreadNoise


@dataclass(frozen=True, kw_only=True, eq=False)
class Noise(SpreadNoise):
    """g = h + σ_d ξ with ξ standard normal."""

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
        """Standard normal numbers (runs, dimension)."""
        return rng.standard_normal(shape)
