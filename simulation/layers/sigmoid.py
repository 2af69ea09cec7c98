"""The logistic function."""

from dataclasses import dataclass

import numpy as np

from simulation.layers._layer import Array, Plain


@dataclass(frozen=True, kw_only=True)
class Layer(Plain):
    """y = 1/(1 + e^{−x}) = (1 + tanh(x/2))/2, a form that cannot overflow."""

    def apply(self, x: Array) -> tuple[Array, Array]:
        """Keeps y."""
        y = (np.tanh(x / 2) + 1) / 2
        return y, y

    def reverse(self, stored: Array, error: Array) -> Array:
        """error·y(1 − y)."""
        return np.asarray(error * (stored * (1 - stored)))
