"""Two-point noise of constant magnitude: the noise that makes the asymptotic error as large as it can be."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray
from simulation.noises._noise import SpreadNoise


@dataclass(frozen=True, kw_only=True, eq=False)
class Noise(SpreadNoise):
    """g = ±√(h² + σ_d²) with P(g > 0) = (1 + h/|g|)/2, independent in every coordinate.

    Hence E g = h, Var g = σ_d² and |g| is constant, which is when statement T1(c) is an equality (T4).
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
        """Uniform numbers in (−1, 1], of shape (runs, dimension)."""
        return 1 - 2 * rng.random(shape)

    def apply(self, gradient: FloatArray, raw: FloatArray) -> FloatArray:
        """+|g| where raw ≤ h/|g|, −|g| elsewhere.

        The sign is that of h − raw·|g|, which |g| = 0 cannot spoil; as raw > −1 it is also right for σ_d = 0.
        """
        magnitude = np.sqrt(gradient * gradient + self._variance)
        return np.copysign(magnitude, gradient - raw * magnitude)
