"""The constant-step device: every pulse of a direction moves the weight equally, until a hard bound."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from simulation._arrays import FloatArray, positive_array
from simulation.devices._bounded import Bounded
from simulation.devices._response import Affine, Line, constant


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Bounded):
    """q₊ = gain_up for w < upper, q₋ = gain_down for w > lower, 0 otherwise.

    With equal gains every weight inside is a symmetric point, and the middle of the range is reported; with
    unequal ones there is none (NaN).

    Raises:
        ValueError: if a gain is not finite and > 0, or not lower < 0 < upper.

    Source: Gokmen and Vlasov, Front. Neurosci. 10:333 (2016); the peer's ConstantStep.
    """

    gain_up: float | FloatArray = 1.0
    """Gain of a positive pulse."""
    gain_down: float | FloatArray = 1.0
    """Gain of a negative pulse."""
    EXAMPLE: ClassVar[Mapping[str, Any]] = {"gain_up": 1.05, "gain_down": 0.95}
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        super().__post_init__()
        for name in ("gain_up", "gain_down"):
            object.__setattr__(self, name, positive_array(name, getattr(self, name)))

    def up(self, weights: FloatArray) -> FloatArray:
        """gain_up everywhere."""
        return self.gain_up * constant(1.0, weights)

    def down(self, weights: FloatArray) -> FloatArray:
        """gain_down everywhere."""
        return self.gain_down * constant(1.0, weights)

    @property
    def affine(self) -> Affine:
        """Lines of slope 0."""
        up, down = np.asarray(self.gain_up), np.asarray(self.gain_down)
        return Affine(Line(up, np.zeros_like(up)), Line(down, np.zeros_like(down)))

    @property
    def symmetric_point(self) -> FloatArray:
        """The middle of the range if the gains are equal, NaN otherwise."""
        return np.where(np.equal(self.gain_up, self.gain_down), (self.lower + self.upper) / 2, np.nan)
