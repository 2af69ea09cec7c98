"""Every sample at unit root mean square: a normalisation that needs no other sample."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import positive_array
from simulation.layers._layer import LEADING, Array, Plain


@dataclass(frozen=True, kw_only=True)
class Layer(Plain):
    """y = x/√(mean x² + floor), the mean over a sample's entries; no weights, no statistics of a batch.

    Raises:
        ValueError: if `floor` is not finite and > 0.

    Source: arXiv:1910.07467, without the gain.
    """

    floor: float = 1e-5
    """Keeps a sample of zeros finite [units of x²]."""

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "floor", float(positive_array("floor", self.floor)))

    def apply(self, x: Array) -> tuple[Array, tuple[Array, Array]]:
        """Keeps y and the divisor."""
        axes = tuple(range(LEADING, x.ndim))
        divisor = np.sqrt(np.square(x).mean(axis=axes, keepdims=True) + self.floor)
        y = x / divisor
        return y, (y, divisor)

    def reverse(self, stored: tuple[Array, Array], error: Array) -> Array:
        """(error − y·mean(error·y))/divisor."""
        y, divisor = stored
        axes = tuple(range(LEADING, y.ndim))
        return np.asarray((error - y * (error * y).mean(axis=axes, keepdims=True)) / divisor)
