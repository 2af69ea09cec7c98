"""The end of a skip connection."""

from dataclasses import dataclass

import numpy as np

from simulation.layers import _layer
from simulation.layers._branches import require_branch
from simulation.layers._layer import Message, Shapes, Tile


@dataclass(frozen=True, kw_only=True)
class Layer(_layer.Layer):
    """The sum of the current array and the one behind it."""

    def through(self, shapes: Shapes) -> Shapes:
        """The first of two equal shapes."""
        require_branch(shapes)
        if shapes[0] != shapes[1]:
            raise ValueError(f"both branches must have one shape, got {shapes[0]} and {shapes[1]}")
        return shapes[1:]

    def forward(self, tile: Tile | None, message: Message) -> tuple[Message, None]:
        """Keeps nothing."""
        return (np.add(message[0], message[1]), *message[2:]), None

    def backward(self, tile: Tile | None, stored: None, error: Message) -> Message:
        """The error for both."""
        return error[0], *error
