"""A convolution unfolded: every patch of the image is one input vector of one crossbar."""

from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np

from simulation._arrays import integer
from simulation.layers._layer import LEADING, Array, Crossbar, Message, Shape, Shapes, Terms, present, require_axes


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
        padded = [side + 2 * self.padding for side in shapes[0][:2]]
        if min(padded) < self.size:
            raise ValueError(f"the padded image must hold a patch of {(self.size, self.size)}, got {tuple(padded)}")
        height, width = ((side - self.size) // self.stride + 1 for side in padded)
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

    def forward(self, weights: Array | None, message: Message) -> tuple[Message, Unfolded]:
        """Keeps the patches."""
        padded = self._padded(message[0])
        patches = self._patches(padded)
        *leading, height, width = patches.shape[: LEADING + 2]
        columns = prod(patches.shape[LEADING + 2 :])
        vectors = np.empty((*leading, height, width, columns + 1), dtype=padded.dtype)
        vectors[..., :-1].reshape(patches.shape)[...] = patches  # splitting an axis: a view
        vectors[..., -1] = 1
        flat = vectors.reshape(*leading[:-1], -1, columns + 1)
        y = flat @ np.swapaxes(present(weights), -1, -2)
        image = y.reshape(*y.shape[:2], leading[-1], height, width, self.channels)
        return (image, *message[1:]), Unfolded(flat, padded.shape)

    def backward(self, weights: Array | None, stored: Unfolded, error: Message) -> Message:
        """Wᵀδ of every patch, added up where patches overlap."""
        patches = self._vectors(error[0]) @ present(weights)[..., :-1]
        height, width = error[0].shape[LEADING : LEADING + 2]
        sample = (height, width, self.size, self.size, stored.before[-1])
        patches = patches.reshape(*error[0].shape[:LEADING], *sample)
        before = np.zeros((*error[0].shape[:LEADING], *stored.before[LEADING:]), dtype=patches.dtype)
        for row in range(self.size):
            for column in range(self.size):
                rows = slice(row, row + self.stride * height, self.stride)
                columns = slice(column, column + self.stride * width, self.stride)
                before[..., rows, columns, :] += patches[..., row, column, :]
        inner = slice(self.padding, -self.padding or None)
        return (before[..., inner, inner, :], *error[1:])

    def terms(self, stored: Unfolded, error: Message) -> Terms:
        """One term a position of each sample."""
        return Terms(self._vectors(error[0]), stored.vectors)

    def _vectors(self, error: Array) -> Array:
        return error.reshape(*error.shape[: LEADING - 1], -1, self.channels)

    def _padded(self, image: Array) -> Array:
        if not self.padding:
            return image
        *leading, height, width, channels = image.shape
        edge = self.padding
        padded = np.zeros((*leading, height + 2 * edge, width + 2 * edge, channels), dtype=image.dtype)
        padded[..., edge:-edge, edge:-edge, :] = image
        return padded

    def _patches(self, image: Array) -> Array:
        """View (settings or 1, runs, samples, height, width, size, size, channels)."""
        windows = np.lib.stride_tricks.sliding_window_view(image, (self.size, self.size), axis=(-3, -2))
        return np.moveaxis(windows[..., :: self.stride, :: self.stride, :, :, :], -3, -1)
