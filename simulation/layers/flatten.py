"""An image as a vector."""

from dataclasses import dataclass
from math import prod

from simulation.layers._layer import LEADING, Array, Plain, Shape


@dataclass(frozen=True, kw_only=True)
class Layer(Plain):
    """The entries of a sample side by side."""

    def shape_after(self, shape: Shape) -> Shape:
        """(product,)."""
        return (prod(shape),)

    def apply(self, x: Array) -> tuple[Array, Shape]:
        """Keeps the shape of a sample."""
        return x.reshape(*x.shape[:LEADING], -1), x.shape[LEADING:]

    def reverse(self, stored: Shape, error: Array) -> Array:
        """The error as an image."""
        return error.reshape(*error.shape[:LEADING], *stored)
