"""The hyperbolic tangent."""

from dataclasses import dataclass

import numpy as np

from simulation.layers._layer import Array, Plain


@dataclass(frozen=True, kw_only=True)
class Layer(Plain):
    """y = tanh x."""

    def apply(self, x: Array) -> tuple[Array, Array]:
        """Keeps y."""
        y = np.tanh(x)
        return y, y

    def reverse(self, stored: Array, error: Array) -> Array:
        """error·(1 − y²)."""
        return np.asarray(error * (1 - stored * stored))
