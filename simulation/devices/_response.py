"""What a device is: a pair of positive response functions, and what follows from them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from simulation._arrays import FloatArray

_JUMP = 1e-6  # saturation left at a root: rounding leaves less than 1e-9, a jump by less matters to nobody
_HALVINGS = 64  # of a range: its last halves differ by less than a rounding of its ends


class Gains(NamedTuple):
    """F and G at given weights, each of a shape that broadcasts with them [dimensionless]."""

    symmetric: FloatArray
    asymmetric: FloatArray


class Line(NamedTuple):
    """q(w) = level + slope·w, coefficients that broadcast with the weights."""

    level: FloatArray
    slope: FloatArray


class Affine(NamedTuple):
    """Both gains of a device whose gains are affine inside its domain: its pulses have a closed form."""

    plus: Line
    minus: Line


@dataclass(frozen=True, kw_only=True, eq=False)
class Response(ABC):
    """Base of all devices. A subclass defines `q_plus` and `q_minus`; the rest is derived.

    All methods are elementwise: weights of any shape [weight units] → gains [dimensionless] of that shape
    broadcast with the device's own fields; a constant gain, too, has the shape of the weights. A subclass may
    override `symmetric` and `asymmetric` with a cheaper equal form. Source: arXiv:2410.15155, section 2;
    arXiv:2406.12774.
    """

    EXAMPLE: ClassVar[Mapping[str, Any]] = {}
    """Fields of one device of this kind, as in an experiment file: what the bounds are checked on."""

    @abstractmethod
    def q_plus(self, weights: FloatArray) -> FloatArray:
        """Gain of a positive pulse at `weights`."""

    @abstractmethod
    def q_minus(self, weights: FloatArray) -> FloatArray:
        """Gain of a negative pulse at `weights`."""

    def symmetric(self, weights: FloatArray) -> FloatArray:
        """F = (q₋ + q₊)/2."""
        return (self.q_minus(weights) + self.q_plus(weights)) / 2

    def asymmetric(self, weights: FloatArray) -> FloatArray:
        """G = (q₋ − q₊)/2."""
        return (self.q_minus(weights) - self.q_plus(weights)) / 2

    def max_gain(self, weights: FloatArray) -> FloatArray:
        """F + |G| = max(q₊, q₋)."""
        return self.symmetric(weights) + np.abs(self.asymmetric(weights))

    def saturation(self, weights: FloatArray) -> FloatArray:
        """|G|/F: 0 at the symmetric point, 1 where one of the two pulses stops moving the cell."""
        return np.abs(self.asymmetric(weights)) / self.symmetric(weights)

    def gains(self, weights: FloatArray) -> Gains:
        """Both parts at once, so that one evaluation serves the update and the statistics."""
        kind = type(self)
        if kind.symmetric is not Response.symmetric or kind.asymmetric is not Response.asymmetric:
            return Gains(self.symmetric(weights), self.asymmetric(weights))
        # The same operations as in those two, but each gain evaluated once instead of twice.
        minus, plus = self.q_minus(weights), self.q_plus(weights)
        return Gains((minus + plus) / 2, (minus - plus) / 2)

    @property
    def domain(self) -> tuple[FloatArray, FloatArray]:
        """Ends of the open interval in which both gains are positive, broadcasting with the weights."""
        return np.array(-np.inf), np.array(np.inf)

    @property
    def affine(self) -> Affine | None:
        """Coefficients of both gains if they are affine in w inside the domain, else None."""
        return None

    def settle(self, weights: FloatArray) -> FloatArray:
        """What the cell holds after a change to `weights`: clipped to hard bounds, if it has any."""
        return weights

    @property
    def symmetric_point(self) -> FloatArray:
        """w⋄ with G(w⋄) = 0, of the shape of the device's fields; NaN where the domain has none.

        Affine gains meet where their lines do. Otherwise the domain, which must be bounded, is halved until
        nothing is left to halve, which assumes G increasing: outward pulses weaken.
        """
        lower, upper = self.domain
        if self.affine is not None:
            return _meeting(self.affine, lower, upper)
        first, last = lower, upper
        for _ in range(_HALVINGS):
            middle = (lower + upper) / 2
            beyond = self.asymmetric(middle) > 0
            lower, upper = np.where(beyond, lower, middle), np.where(beyond, middle, upper)
        # At a hard bound G jumps across 0 without being 0: no root, and told from one by its size, or, if G is small
        # everywhere, by one sign at all weights looked at.
        crossed = ((lower > first) & (upper < last)) | (self.asymmetric(middle) == 0)
        return np.where(crossed & (self.saturation(middle) <= _JUMP), middle, np.nan)


def constant(value: float, weights: FloatArray) -> FloatArray:
    """`value` in the shape and precision of the weights: a read-only view of one number, so that filling it is free."""
    if not isinstance(weights, np.ndarray):
        return np.full_like(weights, value)
    kind = weights.dtype if weights.dtype.kind == "f" else np.dtype(np.float64)
    one = np.asarray(value, dtype=kind)
    one.flags.writeable = False
    return np.ndarray(weights.shape, kind, one, strides=(0,) * weights.ndim)


def _meeting(lines: Affine, lower: FloatArray, upper: FloatArray) -> FloatArray:
    """(level₊ − level₋)/(slope₋ − slope₊), NaN if not inside; equal lines meet everywhere, and 0 is reported."""
    rise, fall = lines.minus.slope - lines.plus.slope, lines.plus.level - lines.minus.level
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        point = np.where((rise == 0) & (fall == 0), 0.0, fall / rise)
    return np.where((point > lower) & (point < upper), point, np.nan)
