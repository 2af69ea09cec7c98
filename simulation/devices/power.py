"""The power device: gains that fall like a power of the distance to the end of the range."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from simulation._arrays import FloatArray, positive_array
from simulation.devices._response import Response


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Response):
    """q± = (1 ∓ w/τ)^γ for |w| < τ; at τ and beyond the outward gain is 0. Symmetric point 0.

    γ = 1 is the asymmetric linear device inside its range. Where a power of a negative number would be asked
    for the gain is 0: no outward pulse moves a cell that is at or beyond its end, so saturation is 1 there.

    Raises:
        ValueError: if an entry of `tau` or `gamma` is not finite and > 0.

    Source: arXiv:2502.06309, section 2.
    """

    tau: float | FloatArray
    """Dynamic-range radius [weight units]: a number, or an array that broadcasts with the weights."""
    gamma: float | FloatArray
    """Exponent γ: a number, or an array that broadcasts with the weights."""
    EXAMPLE: ClassVar[Mapping[str, Any]] = {"tau": 1.0, "gamma": 2.0}
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        for name in ("tau", "gamma"):
            object.__setattr__(self, name, positive_array(name, getattr(self, name)))

    def q_plus(self, weights: FloatArray) -> FloatArray:
        """max(0, 1 − w/τ)^γ."""
        return np.power(np.maximum(1 - weights / self.tau, 0), self.gamma)

    def q_minus(self, weights: FloatArray) -> FloatArray:
        """max(0, 1 + w/τ)^γ."""
        return np.power(np.maximum(1 + weights / self.tau, 0), self.gamma)

    @property
    def domain(self) -> tuple[FloatArray, FloatArray]:
        """(−τ, τ)."""
        return -np.asarray(self.tau), np.asarray(self.tau)

    @property
    def symmetric_point(self) -> FloatArray:
        """0: the gains are mirror images."""
        return np.zeros(np.broadcast_shapes(np.shape(self.tau), np.shape(self.gamma)))
