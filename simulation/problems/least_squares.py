"""Linear least squares with additive noise: coupled coordinates, exact constants."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray
from simulation.noises._noise import NoiseModel
from simulation.problems._least_squares import LeastSquares
from simulation.problems._problem import Moments


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem(LeastSquares):
    """f(w) = ‖A w − b‖²/(2n), with additive noise on the full gradient; constants and errors as the base's."""

    noise: NoiseModel
    """Additive noise of the gradient."""

    def draw(self, rng: np.random.Generator, runs: int) -> FloatArray:
        """Raw noise of one step, (runs, dimension)."""
        return self.noise.draw(rng, (runs, self.dimension))

    def signal(self, weights: FloatArray, raw: FloatArray) -> FloatArray:
        """The gradient with noise, (settings, runs, dimension)."""
        return self.noise.apply(self._gradient(weights - self.optimum), raw)

    def moments(self, weights: FloatArray) -> Moments:
        """f = f* + ½ (w − w*)ᵀH(w − w*), ∇f = H(w − w*) and the noise's variance."""
        offset = weights - self.optimum
        gradient = self._gradient(offset)
        return Moments(self._objective(offset, gradient), gradient, self.noise.variance(gradient))
