"""Any layers in a row."""

from dataclasses import dataclass

from simulation.layers._layer import Layer, Shape
from simulation.networks._network import LayeredNetwork


@dataclass(frozen=True, kw_only=True)
class Network(LayeredNetwork):
    """The layers that are given; see `LayeredNetwork` for what is checked."""

    shape: Shape
    """Shape of a sample: (inputs,) or (height, width, channels)."""
    stack: tuple[Layer, ...]
    """From the input to the output."""

    @property
    def input_shape(self) -> Shape:
        """`shape`."""
        return self.shape

    @property
    def layers(self) -> tuple[Layer, ...]:
        """`stack`."""
        return self.stack
