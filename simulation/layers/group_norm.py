"""Groups of channels at mean 0 and variance 1, sample by sample."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import integer
from simulation.layers._layer import LEADING, Array, Plain, Shape, require_axes

_POOLED = (-4, -3, -1)  # height, width and channels of a group, once the channels are split into groups


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
        if not 0 < self.floor < float("inf"):
            raise ValueError(f"floor must be finite and > 0, got {self.floor!r}")

    def shape_after(self, shape: Shape) -> Shape:
        """Unchanged."""
        require_axes(shape, 3)
        if shape[-1] % self.groups:
            raise ValueError(f"{self.groups} groups must divide the channels, got {shape}")
        return shape

    def apply(self, x: Array) -> tuple[Array, tuple[Array, Array]]:
        """Keeps y, in groups, and the divisor."""
        grouped = self._grouped(x)
        centred = grouped - grouped.mean(axis=_POOLED, keepdims=True)
        divisor = np.sqrt(np.square(centred).mean(axis=_POOLED, keepdims=True) + self.floor)
        y = centred / divisor
        return y.reshape(x.shape), (y, divisor)

    def reverse(self, stored: tuple[Array, Array], error: Array) -> Array:
        """(error − mean error − y·mean(error·y))/divisor."""
        (y, divisor), grouped = stored, self._grouped(error)
        along = (grouped * y).mean(axis=_POOLED, keepdims=True)
        before = (grouped - grouped.mean(axis=_POOLED, keepdims=True) - y * along) / divisor
        return np.asarray(before.reshape(error.shape))

    def _grouped(self, x: Array) -> Array:
        """(…, height, width, groups, channels of a group)."""
        return x.reshape(*x.shape[: LEADING + 2], self.groups, -1)
