"""The multilayer perceptron."""

from dataclasses import dataclass
from functools import cached_property

from simulation._registry import lookup
from simulation.layers import LAYERS
from simulation.layers._layer import Layer, Shape
from simulation.networks._network import LayeredNetwork


@dataclass(frozen=True, kw_only=True)
class Network(LayeredNetwork):
    """Dense layers with an activation between them, 784–256–128–10 with the logistic function by default.

    Raises:
        ValueError: if there are fewer than two widths, one is not an integer ≥ 1, or the activation is unknown.

    Source of the default: arXiv:2406.12774, section 5.
    """

    widths: tuple[int, ...] = (784, 256, 128, 10)
    """Entries of the input, of the layers between, and of the output."""
    activation: str = "sigmoid"
    """Name of a layer without fields."""
    gain: float = 1.0
    """Width of the initial weights, see `Crossbar`."""

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "widths", tuple(self.widths))
        if len(self.widths) < 2:
            raise ValueError(f"widths must be those of input and output at least, got {self.widths}")
        super().__post_init__()

    @property
    def input_shape(self) -> Shape:
        """(widths[0],)."""
        return (self.widths[0],)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Dense, activation, …, dense."""
        between = lookup(LAYERS, self.activation, field="activation")()
        dense = [LAYERS["dense"](outputs=width, gain=self.gain) for width in self.widths[1:]]
        return tuple(layer for matrix in dense for layer in (matrix, between))[:-1]
