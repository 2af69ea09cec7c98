"""A residual network of ten layers for 32 × 32 × 3, for bigger machines."""

from dataclasses import dataclass

from simulation.networks._residual import Residual


@dataclass(frozen=True, kw_only=True)
class Network(Residual):
    """Widths 64, 128, 256, 512, one block each: stem, eight convolutions, dense; 4.9 million weights."""

    widths: tuple[int, ...] = (64, 128, 256, 512)
    """Channels of each stage of blocks."""
