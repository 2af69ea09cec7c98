"""Arrays that are read through converters: the noise of every run, image and update is its own."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from simulation._read import Read
from simulation.layers._layer import Array, Tile

Reads = tuple[Read, Read]
"""How an array is read in the forward and in the backward direction."""
Source = Callable[[str, int], np.random.Generator]
"""Direction and run → randomness of one read."""


class ReadTile(Tile):
    """An array behind converters.

    Every run of every setting is read by itself: all settings see the same noise, and neither their number nor that
    of the runs changes it.
    """

    exact: ClassVar[bool] = False

    def __init__(self, weights: Array, reads: Reads, source: Source) -> None:
        """Take W, how it is read, and where the noise comes from."""
        super().__init__(weights)
        self._reads, self._source = reads, source

    def forward(self, vectors: Array) -> Array:
        """W x as the converters give it."""
        return self._each(self.weights, vectors, "forward", self._reads[0])

    def backward(self, errors: Array) -> Array:
        """Wᵀδ as the converters give it, without the bias."""
        return self._each(np.swapaxes(self.weights[..., :-1], -1, -2), errors, "backward", self._reads[1])

    def _each(self, matrix: Array, vectors: Array, direction: str, read: Read) -> Array:
        settings, runs, rows, columns = matrix.shape
        found = np.empty((settings, runs, vectors.shape[-2], rows), dtype=vectors.dtype)
        every = np.broadcast_to(vectors, (settings, runs, vectors.shape[-2], columns))
        for setting in range(settings):
            for run in range(runs):
                rng = self._source(direction, run)
                found[setting, run] = read.forward(matrix[setting, run], every[setting, run], rng=rng)
        return found
