"""What a device is: a pair of positive response functions, and what follows from them."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulation._arrays import FloatArray


class Gains(NamedTuple):
    """F and G at given weights, each of a shape that broadcasts with them [dimensionless]."""

    symmetric: FloatArray
    asymmetric: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Response(ABC):
    """Base of all devices. A subclass defines `q_plus` and `q_minus`; the rest is derived.

    All methods are elementwise: weights of any shape [weight units] → gains [dimensionless] of that shape
    broadcast with the device's own fields; a constant gain, too, has the shape of the weights. A subclass may
    override `symmetric` and `asymmetric` with a cheaper equal form. Source: arXiv:2410.15155, section 2;
    arXiv:2406.12774.
    """

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
        return Gains(self.symmetric(weights), self.asymmetric(weights))
