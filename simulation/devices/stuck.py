"""Any device of which some cells no longer move."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, finite_array
from simulation.devices._response import Affine, Line, Response


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Response):
    """The device `base`, but gains 0 and a fixed weight where `stuck`.

    A stuck cell is held at `value` from the start. It violates the theory's assumptions (its F is 0), so a
    run with one is reported as a violation at step 0 and its averages that divide by F are NaN.

    Raises:
        ValueError: if `base` is no device, `stuck` not of booleans, or `value` not finite.
    """

    base: Response
    """The device that the other cells are."""
    stuck: bool | NDArray[np.bool_]
    """Which cells do not move, broadcasts with the weights."""
    value: float | FloatArray = 0.0
    """Weight that a stuck cell holds, broadcasts with the weights [weight units]."""
    EXAMPLE: ClassVar[Mapping[str, Any]] = {"base": {"name": "asymmetric_linear", "tau": 1.0}, "stuck": False}
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        if not isinstance(self.base, Response):
            raise ValueError(f"base must be a device, got {self.base!r}")
        stuck = np.array(self.stuck)
        if stuck.dtype != np.bool_:
            raise ValueError(f"stuck must be booleans, got {stuck.dtype}")
        stuck.flags.writeable = False
        object.__setattr__(self, "stuck", stuck)
        object.__setattr__(self, "value", finite_array("value", self.value))

    @classmethod
    def random(
        cls, base: Response, *, probability: float, shape: tuple[int, ...], rng: np.random.Generator, value: float = 0.0
    ) -> Self:
        """Each cell is stuck with the given probability, independently.

        Raises:
            ValueError: if `probability` is not in 0..1.
        """
        if not 0 <= probability <= 1:
            raise ValueError(f"probability must be in 0 <= probability <= 1, got {probability}")
        return cls(base=base, stuck=rng.random(shape) < probability, value=value)

    def q_plus(self, weights: FloatArray) -> FloatArray:
        """q₊ of the base, 0 where stuck."""
        return np.where(self.stuck, 0.0, self.base.q_plus(weights))

    def q_minus(self, weights: FloatArray) -> FloatArray:
        """q₋ of the base, 0 where stuck."""
        return np.where(self.stuck, 0.0, self.base.q_minus(weights))

    @property
    def domain(self) -> tuple[FloatArray, FloatArray]:
        """That of the base."""
        return self.base.domain

    @property
    def affine(self) -> Affine | None:
        """The lines of the base, 0 where stuck."""
        lines = self.base.affine
        if lines is None:
            return None
        plus, minus = (Line(*(np.where(self.stuck, 0.0, part) for part in line)) for line in lines)
        return Affine(plus, minus)

    def settle(self, weights: FloatArray) -> FloatArray:
        """As the base does, but `value` where stuck."""
        return np.where(self.stuck, self.value, self.base.settle(weights))

    @property
    def symmetric_point(self) -> FloatArray:
        """That of the base, NaN where stuck."""
        return np.where(self.stuck, np.nan, self.base.symmetric_point)
