"""Student's t noise: heavy tails of any weight, but a finite variance that is exactly the one asked for."""

import math
from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray, positive_array
from simulation.noises._noise import SpreadNoise


@dataclass(frozen=True, kw_only=True, eq=False)
class Noise(SpreadNoise):
    """g = h + σ_d ξ, ξ = T√((ν−2)/ν), T of Student's law of ν > 2 degrees of freedom, independent in every coordinate.

    P(|ξ| > x) falls like x^−ν, so that moments of order ν and beyond do not exist. Those that do are exact:
    E ξ = 0, Var ξ = 1, E|ξ| = `mean_magnitude`, and E ξ⁴ = 3 + 6/(ν−4) if ν > 4. As ν → ∞ the noise is Gaussian.

    Raises:
        ValueError: if an entry of `standard_deviation` is not finite and ≥ 0, or `degrees` not one finite number > 2.

    Source: Student's t is a normal over the root of an independent χ²/ν; E 1/χ² = 1/(ν−2) scales it.
    """

    degrees: float
    """ν > 2, degrees of freedom, the same everywhere: 2.1 is wild, 30 nearly Gaussian."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        super().__post_init__()
        degrees = positive_array("degrees", self.degrees)
        if degrees.ndim != 0 or not degrees > 2:
            raise ValueError(f"degrees must be one number > 2, where the variance is finite, got {self.degrees!r}")
        object.__setattr__(self, "degrees", float(degrees))

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
        """ξ, of shape (runs, dimension) and variance 1: Z√((ν/2 − 1)/Γ), Z normal, Γ = χ²/2 of the gamma law ν/2."""
        half = self.degrees / 2
        return rng.standard_normal(shape) * np.sqrt((half - 1) / rng.standard_gamma(half, shape))

    @property
    def mean_magnitude(self) -> float:
        """E|ξ| = 2√(ν−2)·Γ((ν+1)/2)/(√π(ν−1)Γ(ν/2)): the drift at h = 0 is σ_d times it; √(2/π) is a Gaussian's."""
        nu = self.degrees
        ratio = math.exp(math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2))
        return 2 * math.sqrt((nu - 2) / math.pi) * ratio / (nu - 1)
