"""The residual networks: a stem, stages of residual blocks, global average, a dense layer."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

from simulation._arrays import integers
from simulation.layers import LAYERS
from simulation.layers._layer import Layer, Shape
from simulation.networks._network import LayeredNetwork

HE = sqrt(6.0)
"""Gain for which a uniform weight has the variance 2/inputs."""
GROUP = 8
"""Channels that are normalised together."""


@dataclass(frozen=True, kw_only=True)
class Residual(LayeredNetwork):
    """Stem 3 × 3; then for each width `blocks` residual blocks, every width but the first halving the image.

    A block is fork, convolution, norm, relu, convolution, norm, join, relu; where width or size change, the
    branch behind gets a convolution of 1 × 1 of its own. Normalisation is that of groups of 8 channels.

    Raises:
        ValueError: if `widths` are not integers ≥ 1 that are multiples of 8.

    Source: arXiv:1512.03385, with the normalisation exchanged for one that needs no batch.
    """

    widths: tuple[int, ...]
    """Channels of each stage of blocks, multiples of 8."""
    blocks: int = 1
    """Residual blocks of each width."""
    stem_stride: int = 1
    """Distance between the patches of the stem."""
    side: int = 32
    """Height and width of an image, divisible by the stride of the stem, and by 2 for every width but the first."""
    image_channels: int = 3
    """Channels of an image."""
    classes_out: int = 10
    """Classes."""

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "widths", integers("widths", self.widths, minimum=1))
        if not self.widths or any(width % GROUP for width in self.widths):
            raise ValueError(f"widths must be multiples of {GROUP}, one at least, got {self.widths}")
        super().__post_init__()

    @property
    def input_shape(self) -> Shape:
        """(side, side, image_channels)."""
        return self.side, self.side, self.image_channels

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Stem, blocks, head."""
        made = [*_convolved(self.widths[0], 3, self.stem_stride), LAYERS["relu"]()]
        before = self.widths[0]
        for stage, width in enumerate(self.widths):
            for block in range(self.blocks):
                made += _block(before, width, 2 if stage and not block else 1)
                before = width
        last = self.side // self.stem_stride // 2 ** (len(self.widths) - 1)
        head = LAYERS["average_pool"](size=last), LAYERS["flatten"](), LAYERS["dense"](outputs=self.classes_out)
        return *made, *head


def _block(before: int, width: int, stride: int) -> Iterator[Layer]:
    yield LAYERS["fork"]()
    yield from _convolved(width, 3, stride)
    yield LAYERS["relu"]()
    yield from _convolved(width, 3, 1)
    if stride != 1 or before != width:
        yield LAYERS["swap"]()
        yield from _convolved(width, 1, stride)
    yield LAYERS["join"]()
    yield LAYERS["relu"]()


def _convolved(channels: int, size: int, stride: int) -> tuple[Layer, Layer]:
    padding = (size - 1) // 2
    convolution = LAYERS["convolution"](channels=channels, size=size, stride=stride, padding=padding, gain=HE)
    return convolution, LAYERS["group_norm"](groups=channels // GROUP)
