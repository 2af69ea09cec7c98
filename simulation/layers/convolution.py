"""A convolution unfolded: every patch of the image is one input vector of one crossbar."""

from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np

from simulation._arrays import integer
from simulation.layers._layer import (
    LEADING,
    Array,
    Crossbar,
    Message,
    Shape,
    Shapes,
    Terms,
    Tile,
    present,
    require_axes,
)


class Unfolded(NamedTuple):
    """What the backward pass needs."""

    vectors: Array
    """Patches and the constant 1, (settings or 1, runs, samples · positions, columns)."""
    before: Shape
    """Shape of the padded image array."""


@dataclass(frozen=True, kw_only=True)
class Layer(Crossbar):
    """y[i, j] = W·(patch at (i·stride, j·stride), 1), W of shape (channels, size²·channels before + 1).

    The image is padded with zeros. A patch is read row by row, its channels side by side.

    Raises:
        ValueError: if a count is not an integer in its range, or `gain` not > 0.
    """

    channels: int
    """Channels of y."""
    size: int
    """Height and width of a patch."""
    stride: int = 1
    """Distance between patches."""
    padding: int = 0
    """Rows and columns of zeros at every edge."""

    def __post_init__(self) -> None:
        """Validate the counts."""
        super().__post_init__()
        for name, minimum in (("channels", 1), ("size", 1), ("stride", 1), ("padding", 0)):
            object.__setattr__(self, name, integer(name, getattr(self, name), minimum=minimum))

    def through(self, shapes: Shapes) -> Shapes:
        """(height, width, ·) becomes (⌊(height + 2·padding − size)/stride⌋ + 1, …, channels)."""
        require_axes(shapes[0], 3)
        sides = [side + 2 * self.padding for side in shapes[0][:2]]
        if min(sides) < self.size:
            raise ValueError(f"the padded image must hold a patch of {(self.size, self.size)}, got {tuple(sides)}")
        height, width = ((side - self.size) // self.stride + 1 for side in sides)
        return ((height, width, self.channels), *shapes[1:])

    def array(self, shapes: Shapes) -> tuple[int, int]:
        """(channels, size²·channels before + 1)."""
        return self.channels, self.size**2 * shapes[0][-1] + 1

    def multiply_adds(self, shapes: Shapes) -> int:
        """Positions · rows · columns."""
        return prod(self.through(shapes)[0][:2]) * prod(self.array(shapes))

    def workspace(self, shapes: Shapes) -> int:
        """Positions · columns, the unfolded image."""
        return prod(self.through(shapes)[0][:2]) * max(self.array(shapes))

    def forward(self, tile: Tile | None, message: Message) -> tuple[Message, Unfolded]:
        """Keeps the patches."""
        image = padded(message[0], self.padding)
        patches = windows(image, self.size, self.stride)
        *leading, height, width = patches.shape[: LEADING + 2]
        columns = prod(patches.shape[LEADING + 2 :])
        vectors = np.empty((*leading, height, width, columns + 1), dtype=image.dtype)
        vectors[..., :-1].reshape(patches.shape)[...] = patches  # splitting an axis: a view
        vectors[..., -1] = 1
        flat = vectors.reshape(*leading[:-1], -1, columns + 1)
        y = present(tile).forward(flat)
        after = y.reshape(*y.shape[:2], leading[-1], height, width, self.channels)
        return (after, *message[1:]), Unfolded(flat, image.shape)

    def backward(self, tile: Tile | None, stored: Unfolded, error: Message) -> Message:
        """Wᵀδ of every patch, added up where patches overlap."""
        height, width, channels = stored.before[LEADING:]
        gathered = height * width * self.channels
        scattered = prod(error[0].shape[LEADING : LEADING + 2]) * channels
        # Reading overlapping patches of the error is twice as fast an entry as adding to overlapping patches.
        possible = present(tile).exact and self.stride == 1 and self.padding < self.size
        spread = self._gathered if possible and gathered <= 2 * scattered else self._scattered
        return (spread(present(tile), stored.before, error[0]), *error[1:])

    def _scattered(self, tile: Tile, shape: Shape, error: Array) -> Array:
        """Each patch added to its place."""
        patches = tile.backward(self._vectors(error))
        height, width = error.shape[LEADING : LEADING + 2]
        patches = patches.reshape(*error.shape[:LEADING], height, width, self.size, self.size, shape[-1])
        before = np.zeros((*error.shape[:LEADING], *shape[LEADING:]), dtype=patches.dtype)
        for row in range(self.size):
            for column in range(self.size):
                rows = slice(row, row + self.stride * height, self.stride)
                columns = slice(column, column + self.stride * width, self.stride)
                before[..., rows, columns, :] += patches[..., row, column, :]
        inner = slice(self.padding, -self.padding or None)
        return before[..., inner, inner, :]

    def _gathered(self, tile: Tile, shape: Shape, error: Array) -> Array:
        """The convolution of the error with the kernel turned round, for a stride of 1."""
        edge, weights = self.size - 1 - self.padding, tile.weights
        patches = windows(padded(error, edge), self.size)
        kernel = weights[..., :-1].reshape(*weights.shape[:-1], self.size, self.size, shape[-1])
        turned = np.moveaxis(kernel[..., ::-1, ::-1, :], -4, -2).reshape(*weights.shape[:-2], -1, shape[-1])
        vectors = patches.reshape(*error.shape[: LEADING - 1], -1, turned.shape[-2])
        return (vectors @ turned).reshape(*patches.shape[: LEADING + 2], shape[-1])

    def terms(self, stored: Unfolded, error: Message) -> Terms:
        """One term a position of each sample."""
        return Terms(self._vectors(error[0]), stored.vectors)

    def _vectors(self, error: Array) -> Array:
        return error.reshape(*error.shape[: LEADING - 1], -1, self.channels)


def padded(image: Array, edge: int) -> Array:
    """The image with rows and columns of zeros at every edge."""
    if not edge:
        return image
    *leading, height, width, channels = image.shape
    wide = np.zeros((*leading, height + 2 * edge, width + 2 * edge, channels), dtype=image.dtype)
    wide[..., edge:-edge, edge:-edge, :] = image
    return wide


def windows(image: Array, size: int, stride: int = 1) -> Array:
    """View (settings or 1, runs, samples, height, width, size, size, channels) of the patches."""
    found = np.lib.stride_tricks.sliding_window_view(image, (size, size), axis=(-3, -2))
    return np.moveaxis(found[..., ::stride, ::stride, :, :, :], -3, -1)
