"""Groups of channels at mean 0 and variance 1, sample by sample."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import integer, positive_array
from simulation.layers._layer import Array, Plain, Shape, require_axes


@dataclass(frozen=True, kw_only=True)
class Layer(Plain):
    """y = (x − mean)/√(variance + floor) over height, width and the channels of a group; no weights.

    Raises:
        ValueError: if `groups` is not an integer ≥ 1 or `floor` not finite and > 0.

    Source: arXiv:1803.08494, without gain and bias.
    """

    groups: int = 1
    """Groups of consecutive channels; must divide their number."""
    floor: float = 1e-5
    """Keeps a constant group finite [units of x²]."""

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "groups", integer("groups", self.groups, minimum=1))
        object.__setattr__(self, "floor", float(positive_array("floor", self.floor)))

    def shape_after(self, shape: Shape) -> Shape:
        """Unchanged."""
        require_axes(shape, 3)
        if shape[-1] % self.groups:
            raise ValueError(f"{self.groups} groups must divide the channels, got {shape}")
        return shape

    def apply(self, x: Array) -> tuple[Array, tuple[Array, Array]]:
        """Keeps y and the divisor."""
        centred = x - self._mean(x)
        divisor = np.sqrt(self._mean(np.square(centred)) + self.floor)
        y = centred / divisor
        return y, (y, divisor)

    def reverse(self, stored: tuple[Array, Array], error: Array) -> Array:
        """(error − mean error − y·mean(error·y))/divisor."""
        y, divisor = stored
        return np.asarray((error - self._mean(error) - y * self._mean(error * y)) / divisor)

    def _mean(self, x: Array) -> Array:
        """Mean over the group of each channel, (…, 1, 1, channels); positions are summed by BLAS."""
        *leading, height, width, channels = x.shape
        ones = np.ones((1, height * width), dtype=x.dtype)
        sums = ones @ x.reshape(*leading, height * width, channels)
        groups = sums.reshape(*leading, self.groups, -1)
        means = groups.sum(axis=-1, keepdims=True) / (height * width * groups.shape[-1])
        return np.broadcast_to(means, groups.shape).reshape(*leading, 1, 1, channels)
