"""Devices that end at hard bounds: a pulse that would carry the weight further leaves it there."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray, finite_array
from simulation.devices._response import Response


@dataclass(frozen=True, kw_only=True, eq=False)
class Bounded(Response):
    """Base of devices with hard bounds; a subclass defines the gains `up` and `down` inside them.

    At a bound the outward gain is 0, so saturation is 1 there and a run that touches it leaves the theory's
    assumptions; `settle` clips what a finite step would carry beyond.

    Raises:
        ValueError: unless lower < 0 < upper, both finite, everywhere.
    """

    lower: float | FloatArray = -1.0
    """Smallest weight that the cell can hold, < 0 [weight units]."""
    upper: float | FloatArray = 1.0
    """Largest weight that the cell can hold, > 0 [weight units]."""

    def __post_init__(self) -> None:
        """Validate and freeze the bounds."""
        for name in ("lower", "upper"):
            object.__setattr__(self, name, finite_array(name, getattr(self, name)))
        if not np.all(self.lower < 0):
            raise ValueError(f"lower must be < 0, got {np.max(self.lower)}")
        if not np.all(self.upper > 0):
            raise ValueError(f"upper must be > 0, got {np.min(self.upper)}")

    @abstractmethod
    def up(self, weights: FloatArray) -> FloatArray:
        """Gain of a positive pulse inside the bounds, of the shape of the weights."""

    @abstractmethod
    def down(self, weights: FloatArray) -> FloatArray:
        """Gain of a negative pulse inside the bounds, of the shape of the weights."""

    def q_plus(self, weights: FloatArray) -> FloatArray:
        """`up`, but 0 at the upper bound and beyond."""
        return np.where(weights < self.upper, self.up(weights), 0.0)

    def q_minus(self, weights: FloatArray) -> FloatArray:
        """`down`, but 0 at the lower bound and beyond."""
        return np.where(weights > self.lower, self.down(weights), 0.0)

    @property
    def domain(self) -> tuple[FloatArray, FloatArray]:
        """The bounds."""
        return np.asarray(self.lower), np.asarray(self.upper)

    def settle(self, weights: FloatArray) -> FloatArray:
        """The weights clipped to the bounds."""
        return np.clip(weights, self.lower, self.upper)

    def require_gains(self) -> None:
        """Check gains that are monotone between the bounds: it is enough to look at both ends.

        Raises:
            ValueError: naming the gain, its value and the weight, if one is negative or not finite.
        """
        for name, gain in (("q_plus", self.up), ("q_minus", self.down)):
            for end in self.domain:
                values = gain(end)
                bad = ~((values >= 0) & np.isfinite(values))
                if bad.any():
                    where = np.broadcast_to(end, bad.shape)[bad].flat[0]
                    raise ValueError(
                        f"{name} must be finite and >= 0 on the range, got {values[bad].flat[0]} at {where}"
                    )
