"""The digital reference: every pulse moves the weight by exactly what was asked."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray
from simulation.devices._response import Affine, Line, Response, constant


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Response):
    """q₊ = q₋ = 1, hence F = 1, G = 0: analog SGD on it is digital SGD."""

    def q_plus(self, weights: FloatArray) -> FloatArray:
        """1 everywhere."""
        return constant(1.0, weights)

    def q_minus(self, weights: FloatArray) -> FloatArray:
        """1 everywhere."""
        return constant(1.0, weights)

    def symmetric(self, weights: FloatArray) -> FloatArray:
        """F = 1."""
        return constant(1.0, weights)

    def asymmetric(self, weights: FloatArray) -> FloatArray:
        """G = 0."""
        return constant(0.0, weights)

    @property
    def affine(self) -> Affine:
        """1 everywhere."""
        one = Line(np.ones(()), np.zeros(()))
        return Affine(one, one)

    @property
    def symmetric_point(self) -> FloatArray:
        """0, like every other weight."""
        return np.zeros(())
