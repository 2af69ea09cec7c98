"""A matrix–vector product on one crossbar."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import integer
from simulation.layers._layer import Array, Crossbar, Message, Shapes, Terms, Tile, present, require_axes


@dataclass(frozen=True, kw_only=True)
class Layer(Crossbar):
    """y = W·(x, 1), W of shape (outputs, inputs + 1).

    Raises:
        ValueError: if `outputs` or `inputs` is not an integer ≥ 1, or `gain` not > 0.
    """

    outputs: int
    """Entries of y."""
    inputs: int | None = None
    """Entries of x, checked against what enters; whatever enters if None."""

    def __post_init__(self) -> None:
        """Validate the sizes."""
        super().__post_init__()
        object.__setattr__(self, "outputs", integer("outputs", self.outputs, minimum=1))
        if self.inputs is not None:
            object.__setattr__(self, "inputs", integer("inputs", self.inputs, minimum=1))

    def through(self, shapes: Shapes) -> Shapes:
        """(inputs,) becomes (outputs,)."""
        require_axes(shapes[0], 1)
        if self.inputs is not None and shapes[0] != (self.inputs,):
            raise ValueError(f"a sample must have shape {(self.inputs,)}, got {shapes[0]}")
        return ((self.outputs,), *shapes[1:])

    def array(self, shapes: Shapes) -> tuple[int, int]:
        """(outputs, inputs + 1)."""
        return self.outputs, shapes[0][0] + 1

    def multiply_adds(self, shapes: Shapes) -> int:
        """Outputs · (inputs + 1)."""
        return self.outputs * (shapes[0][0] + 1)

    def forward(self, tile: Tile | None, message: Message) -> tuple[Message, Array]:
        """Keeps (x, 1)."""
        x = message[0]
        extended = np.empty((*x.shape[:-1], x.shape[-1] + 1), dtype=x.dtype)
        extended[..., :-1] = x
        extended[..., -1] = 1
        return (present(tile).forward(extended), *message[1:]), extended

    def backward(self, tile: Tile | None, stored: Array, error: Message) -> Message:
        """Wᵀδ without the bias."""
        return (present(tile).backward(error[0]), *error[1:])

    def terms(self, stored: Array, error: Message) -> Terms:
        """One term a sample."""
        return Terms(error[0], stored)
