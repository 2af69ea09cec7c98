"""A small convolutional network in the manner of LeNet."""

from dataclasses import dataclass
from functools import cached_property

from simulation._registry import lookup
from simulation.layers import LAYERS
from simulation.layers._layer import Layer, Shape
from simulation.networks._network import LayeredNetwork


@dataclass(frozen=True, kw_only=True)
class Network(LayeredNetwork):
    """Two convolutions of 5 × 5, each with an activation and 2 × 2 max-pooling, then two dense layers.

    28 × 28 × 1 → 24 × 24 × 16 → 12 × 12 × 16 → 8 × 8 × 32 → 4 × 4 × 32 = 512 → 128 → 10.
    Source: arXiv:2406.12774, section 5.
    """

    channels: tuple[int, int] = (16, 32)
    """Channels of the convolutions."""
    hidden: int = 128
    """Entries of the first dense layer."""
    classes_out: int = 10
    """Classes."""
    side: int = 28
    """Height and width of an image."""
    image_channels: int = 1
    """Channels of an image."""
    activation: str = "tanh"
    """Name of a layer without fields."""

    @property
    def input_shape(self) -> Shape:
        """(side, side, image_channels)."""
        return self.side, self.side, self.image_channels

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """As drawn above."""
        between, pool = lookup(LAYERS, self.activation, field="activation")(), LAYERS["max_pool"](size=2)
        first, second = (LAYERS["convolution"](channels=channels, size=5) for channels in self.channels)
        head = (LAYERS["dense"](outputs=self.hidden), between, LAYERS["dense"](outputs=self.classes_out))
        return first, between, pool, second, between, pool, LAYERS["flatten"](), *head
