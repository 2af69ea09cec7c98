"""A residual network for 32 × 32 × 3 that a laptop trains."""

from dataclasses import dataclass

from simulation.networks._residual import Residual


@dataclass(frozen=True, kw_only=True)
class Network(Residual):
    """Widths 8, 16, 32, one block each: 7 layers in depth, some 20,000 weights."""

    widths: tuple[int, ...] = (8, 16, 32)
    """Channels of each stage of blocks."""
