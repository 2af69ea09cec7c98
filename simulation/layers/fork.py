"""The beginning of a skip connection."""

from dataclasses import dataclass

import numpy as np

from simulation.layers import _layer
from simulation.layers._layer import Message, Shapes, Tile


@dataclass(frozen=True, kw_only=True)
class Layer(_layer.Layer):
    """Lays a copy of the current array behind it, where it waits for the `join`."""

    def through(self, shapes: Shapes) -> Shapes:
        """The first shape twice."""
        return shapes[0], *shapes

    def multiply_adds(self, shapes: Shapes) -> int:
        """0: nothing is computed."""
        return 0

    def forward(self, tile: Tile | None, message: Message) -> tuple[Message, None]:
        """Keeps nothing."""
        return (message[0], *message), None

    def backward(self, tile: Tile | None, stored: None, error: Message) -> Message:
        """The sum of both errors."""
        return np.add(error[0], error[1]), *error[2:]
