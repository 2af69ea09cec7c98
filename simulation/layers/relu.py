"""The rectifier."""

from dataclasses import dataclass

import numpy as np

from simulation.layers._layer import Array, Plain


@dataclass(frozen=True, kw_only=True)
class Layer(Plain):
    """y = max(x, 0); derivative 0 at 0."""

    def apply(self, x: Array) -> tuple[Array, Array]:
        """Keeps y."""
        y = np.maximum(x, 0)
        return y, y

    def reverse(self, stored: Array, error: Array) -> Array:
        """The error where y > 0."""
        return error * (stored > 0)
