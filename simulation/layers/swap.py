"""Work on the other branch of a skip connection."""

from dataclasses import dataclass

from simulation.layers import _layer
from simulation.layers._branches import require_branch
from simulation.layers._layer import Message, Shapes, Tile


@dataclass(frozen=True, kw_only=True)
class Layer(_layer.Layer):
    """Exchanges the current array and the one behind it, so that the layers that follow act on the latter."""

    def through(self, shapes: Shapes) -> Shapes:
        """The first two shapes exchanged."""
        require_branch(shapes)
        return shapes[1], shapes[0], *shapes[2:]

    def multiply_adds(self, shapes: Shapes) -> int:
        """0: nothing is computed."""
        return 0

    def forward(self, tile: Tile | None, message: Message) -> tuple[Message, None]:
        """Keeps nothing."""
        return (message[1], message[0], *message[2:]), None

    def backward(self, tile: Tile | None, stored: None, error: Message) -> Message:
        """The errors exchanged."""
        return error[1], error[0], *error[2:]
