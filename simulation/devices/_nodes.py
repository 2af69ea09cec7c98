"""Gains interpolated linearly between values at nodes: shared by the given and the measured table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from simulation._arrays import FloatArray, finite_array, nonnegative_array
from simulation.devices._response import Response


@dataclass(frozen=True, kw_only=True, eq=False)
class Table(Response):
    """q± interpolated between nodes; the first and the last node are hard bounds. The same for all cells.

    Raises:
        ValueError: if the nodes are not at least two increasing finite numbers, or a gain is negative, not
            finite, or not one a node.
    """

    nodes: FloatArray
    """Weights at which the gains are given, increasing, shape (count,) [weight units]."""
    gains_up: FloatArray
    """q₊ at the nodes, shape (count,)."""
    gains_down: FloatArray
    """q₋ at the nodes, shape (count,)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "nodes": [-1.0, -0.25, 0.5, 1.0],
        "gains_up": [1.6, 1.2, 0.6, 0.2],
        "gains_down": [0.2, 0.8, 1.2, 1.5],
    }
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze the table."""
        nodes = finite_array("nodes", self.nodes)
        if nodes.ndim != 1 or nodes.size < 2 or not np.all(np.diff(nodes) > 0):
            raise ValueError(f"nodes must be at least two increasing numbers, got {self.nodes!r}")
        object.__setattr__(self, "nodes", nodes)
        for name in ("gains_up", "gains_down"):
            gains = nonnegative_array(name, getattr(self, name))
            if gains.shape != nodes.shape:
                raise ValueError(f"{name} must have shape {nodes.shape}, one a node, got shape {gains.shape}")
            object.__setattr__(self, name, gains)

    def q_plus(self, weights: FloatArray) -> FloatArray:
        """Interpolated positive gain, 0 at the last node and beyond."""
        return np.where(weights < self.nodes[-1], self._between(weights, self.gains_up), 0.0)

    def q_minus(self, weights: FloatArray) -> FloatArray:
        """Interpolated negative gain, 0 at the first node and before."""
        return np.where(weights > self.nodes[0], self._between(weights, self.gains_down), 0.0)

    def _between(self, weights: FloatArray, gains: FloatArray) -> FloatArray:
        # np.interp answers in float64 whatever it is asked in.
        return np.interp(weights, self.nodes, gains).astype(np.result_type(weights, gains), copy=False)

    @property
    def domain(self) -> tuple[FloatArray, FloatArray]:
        """First and last node; that no gain vanishes in between is for the caller to see to."""
        return self.nodes[0], self.nodes[-1]

    def settle(self, weights: FloatArray) -> FloatArray:
        """The weights clipped to the first and the last node."""
        return np.clip(weights, self.nodes[0], self.nodes[-1])

    @property
    def symmetric_point(self) -> FloatArray:
        """The first zero of G between the bounds, exact as G is linear between nodes; NaN if there is none.

        If G is 0 on a whole segment, the segment's middle.
        """
        drift = (self.gains_down - self.gains_up) / 2
        left, right = drift[:-1], drift[1:]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            fraction = np.where(left == right, 0.5, left / (left - right))
        zeros = (self.nodes[:-1] + fraction * np.diff(self.nodes))[left * right <= 0]
        zeros = zeros[(zeros > self.nodes[0]) & (zeros < self.nodes[-1])]
        return np.asarray(zeros[0] if zeros.size else np.nan)
