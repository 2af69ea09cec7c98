"""The exponential device: gains that fall exponentially fast towards the end of the range."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from simulation._arrays import FloatArray, positive_array
from simulation.devices._response import Response


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Response):
    """q± = (e^γ − e^{±γw/τ})/(e^γ − 1): 1 at w = 0 and 0 at the end of the range. Symmetric point 0.

    As γ → 0 it tends to the asymmetric linear device.

    Raises:
        ValueError: if an entry of `tau` or `gamma` is not finite and > 0.

    Source: arXiv:2502.06309, section 2.
    """

    tau: float | FloatArray
    """Dynamic-range radius [weight units]: a number, or an array that broadcasts with the weights."""
    gamma: float | FloatArray
    """Steepness γ: a number, or an array that broadcasts with the weights."""
    EXAMPLE: ClassVar[Mapping[str, Any]] = {"tau": 1.0, "gamma": 1.0}
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        for name in ("tau", "gamma"):
            object.__setattr__(self, name, positive_array(name, getattr(self, name)))

    def q_plus(self, weights: FloatArray) -> FloatArray:
        """(e^γ − e^{γw/τ})/(e^γ − 1)."""
        return self._gain(weights / self.tau)

    def q_minus(self, weights: FloatArray) -> FloatArray:
        """(e^γ − e^{−γw/τ})/(e^γ − 1)."""
        return self._gain(-weights / self.tau)

    @property
    def domain(self) -> tuple[FloatArray, FloatArray]:
        """(−τ, τ)."""
        return -np.asarray(self.tau), np.asarray(self.tau)

    @property
    def symmetric_point(self) -> FloatArray:
        """0: the gains are mirror images."""
        return np.zeros(np.broadcast_shapes(np.shape(self.tau), np.shape(self.gamma)))

    def _gain(self, fraction: FloatArray) -> FloatArray:
        # Divided by e^γ above and below, so that a large γ does not overflow nor a small one cancel.
        return np.asarray(np.expm1(-self.gamma * (1 - fraction)) / np.expm1(-np.asarray(self.gamma)))
