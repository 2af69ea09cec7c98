"""The asymmetric linear device (ALD), also called the soft-bounds device."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from simulation._arrays import FloatArray, positive_array
from simulation.devices._response import Affine, Line, Response, constant


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Response):
    """q₊ = 1 − w/τ, q₋ = 1 + w/τ, hence F = 1, G = w/τ, saturation |w|/τ; symmetric point 0.

    Raises:
        ValueError: if an entry of `tau` is not finite and > 0.

    Source: arXiv:2410.15155, section 2; arXiv:2406.12774, section 2.
    """

    tau: float | FloatArray
    """Dynamic-range radius, the |w| at which a pulse outward stops moving the cell [weight units]: a number,
    or an array that broadcasts with (settings, runs, dimension)."""
    EXAMPLE: ClassVar[Mapping[str, Any]] = {"tau": 1.0}
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze `tau`."""
        object.__setattr__(self, "tau", positive_array("tau", self.tau))

    def q_plus(self, weights: FloatArray) -> FloatArray:
        """1 − w/τ."""
        return 1 - weights / self.tau

    def q_minus(self, weights: FloatArray) -> FloatArray:
        """1 + w/τ."""
        return 1 + weights / self.tau

    def symmetric(self, weights: FloatArray) -> FloatArray:
        """F = 1: the ±w/τ of the two gains cancel."""
        return constant(1.0, weights)

    def asymmetric(self, weights: FloatArray) -> FloatArray:
        """G = w/τ."""
        return weights / self.tau

    @property
    def domain(self) -> tuple[FloatArray, FloatArray]:
        """(−τ, τ)."""
        return -np.asarray(self.tau), np.asarray(self.tau)

    @property
    def affine(self) -> Affine:
        """q± = 1 ∓ w/τ."""
        one, slope = np.ones_like(self.tau), np.asarray(1 / self.tau)
        return Affine(Line(one, -slope), Line(one, slope))

    @property
    def symmetric_point(self) -> FloatArray:
        """0."""
        return np.zeros(np.shape(self.tau))
