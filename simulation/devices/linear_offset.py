"""The linear device with an offset: an asymmetric linear device whose symmetric point is not 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from simulation._arrays import FloatArray, finite_array, positive_array
from simulation.devices._response import Affine, Line, Response


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Response):
    """q₊ = (1 + c)(1 − w/τ), q₋ = (1 − c)(1 + w/τ), hence F = 1 − c·w/τ, G = w/τ − c; symmetric point c·τ.

    Raises:
        ValueError: if an entry of `tau` is not finite and > 0, or one of `offset` not in −1 < c < 1.

    Source: arXiv:2502.06309, section 2.
    """

    tau: float | FloatArray
    """Dynamic-range radius [weight units]: a number, or an array that broadcasts with the weights."""
    offset: float | FloatArray
    """c, the symmetric point as a fraction of τ: a number, or an array that broadcasts with the weights."""
    EXAMPLE: ClassVar[Mapping[str, Any]] = {"tau": 1.0, "offset": 0.1}
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        object.__setattr__(self, "tau", positive_array("tau", self.tau))
        offset = finite_array("offset", self.offset)
        if not np.all(np.abs(offset) < 1):
            raise ValueError(f"offset must be in -1 < offset < 1, got {offset[np.abs(offset) >= 1].flat[0]}")
        object.__setattr__(self, "offset", offset)

    def q_plus(self, weights: FloatArray) -> FloatArray:
        """(1 + c)(1 − w/τ)."""
        return (1 + self.offset) * (1 - weights / self.tau)

    def q_minus(self, weights: FloatArray) -> FloatArray:
        """(1 − c)(1 + w/τ)."""
        return (1 - self.offset) * (1 + weights / self.tau)

    def symmetric(self, weights: FloatArray) -> FloatArray:
        """F = 1 − c·w/τ."""
        return 1 - self.offset * (weights / self.tau)

    def asymmetric(self, weights: FloatArray) -> FloatArray:
        """G = w/τ − c."""
        return weights / self.tau - self.offset

    @property
    def domain(self) -> tuple[FloatArray, FloatArray]:
        """(−τ, τ)."""
        return -np.asarray(self.tau), np.asarray(self.tau)

    @property
    def affine(self) -> Affine:
        """q± = (1 ± c) ∓ (1 ± c)/τ·w."""
        up, down = np.asarray(1 + self.offset), np.asarray(1 - self.offset)
        return Affine(Line(up, -up / self.tau), Line(down, down / self.tau))

    @property
    def symmetric_point(self) -> FloatArray:
        """c·τ, exactly where G = w/τ − c vanishes."""
        return np.asarray(self.offset * self.tau)
