"""The piecewise linear device: any pair of responses, given by their values at nodes."""

from dataclasses import dataclass

from simulation.devices._nodes import Table


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Table):
    """q± linear between the given values at the nodes; first and last node are hard bounds.

    Raises:
        ValueError: if the nodes are not at least two increasing finite numbers, or a gain is negative, not
            finite, or not one a node.

    Source: the peer's PiecewiseStep, whose nodes are equally spaced.
    """
