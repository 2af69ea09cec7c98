"""A residual network for 32 × 32 × 3 that a laptop trains."""

from dataclasses import dataclass

from simulation.networks._residual import Residual


@dataclass(frozen=True, kw_only=True)
class Network(Residual):
    """Stem of stride 2, widths 16, 32, 64, one block each: 8 layers in depth, some 78,000 weights."""

    widths: tuple[int, ...] = (16, 32, 64)
    """Channels of each stage of blocks."""
    stem_stride: int = 2
    """Distance between the patches of the stem: 16 × 16 positions remain of 32 × 32."""
