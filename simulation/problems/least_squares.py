"""Linear least squares with additive noise: coupled coordinates, exact constants."""

from dataclasses import dataclass

from simulation._arrays import FloatArray
from simulation.noises._noise import NoiseModel
from simulation.problems._least_squares import LeastSquares
from simulation.problems._problem import Additive, Moments


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem(LeastSquares, Additive):
    """f(w) = ‖A w − b‖²/(2n), with additive noise on the full gradient; constants and errors as the base's."""

    noise: NoiseModel
    """Additive noise of the gradient."""

    def gradient(self, weights: FloatArray) -> FloatArray:
        """H(w − w*)."""
        return self._gradient(weights - self.optimum)

    def moments(self, weights: FloatArray) -> Moments:
        """f = f* + ½ (w − w*)ᵀH(w − w*), ∇f = H(w − w*) and the noise's variance."""
        offset = weights - self.optimum
        gradient = self._gradient(offset)
        return Moments(self._objective(offset, gradient), gradient, self.noise.variance(gradient))
