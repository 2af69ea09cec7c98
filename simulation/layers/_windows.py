"""Square windows that tile an image."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import integer
from simulation.layers._layer import LEADING, Array, Plain, Shape, require_axes


@dataclass(frozen=True, kw_only=True)
class Windows(Plain):
    """Base of the layers that make one entry of each size × size window of every channel.

    Raises:
        ValueError: if `size` is not an integer in 1..100.
    """

    size: int
    """Height and width of a window; must divide those of the image."""

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "size", integer("size", self.size, minimum=1, maximum=100))

    def shape_after(self, shape: Shape) -> Shape:
        """Height and width divided by the size."""
        require_axes(shape, 3)
        if shape[0] % self.size or shape[1] % self.size:
            raise ValueError(f"windows of {(self.size, self.size)} must tile the image, got {shape}")
        return shape[0] // self.size, shape[1] // self.size, shape[2]

    def entries(self, image: Array) -> list[Array]:
        """Views of the first, second, … entry of all windows, row by row."""
        steps = range(self.size)
        return [image[..., row :: self.size, column :: self.size, :] for row in steps for column in steps]

    def blank(self, error: Array) -> Array:
        """Zeros of the shape of the image that gave this error's array."""
        height, width, channels = error.shape[LEADING:]
        shape = (*error.shape[:LEADING], height * self.size, width * self.size, channels)
        return np.zeros(shape, dtype=error.dtype)
