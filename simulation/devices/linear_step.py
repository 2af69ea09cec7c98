"""The linear-step device: gains affine in the weight, with slopes of their own, between hard bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from simulation._arrays import FloatArray, finite_array, positive_array
from simulation.devices._bounded import Bounded
from simulation.devices._response import Affine, Line


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Bounded):
    """q₊ = gain_up·(1 − γ_up·w/upper), q₋ = gain_down·(1 − γ_down·w/lower), 0 outward at a bound.

    γ = 0 is the constant step; γ_up = γ_down = 1 are soft bounds, asymmetric linear if lower = −upper = −τ.

    Raises:
        ValueError: if a gain is not finite and > 0, not lower < 0 < upper, or a γ makes a response negative
            somewhere between the bounds.

    Source: the peer's LinearStep and SoftBoundsReference; arXiv:2406.12774.
    """

    gamma_up: float | FloatArray
    """γ_up, the relative fall of the positive gain from w = 0 to the upper bound, ≤ 1."""
    gamma_down: float | FloatArray
    """γ_down, the relative fall of the negative gain from w = 0 to the lower bound, ≤ 1."""
    gain_up: float | FloatArray = 1.0
    """Gain of a positive pulse at w = 0."""
    gain_down: float | FloatArray = 1.0
    """Gain of a negative pulse at w = 0."""
    EXAMPLE: ClassVar[Mapping[str, Any]] = {"gamma_up": 0.5, "gamma_down": 0.5}
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        super().__post_init__()
        for name in ("gain_up", "gain_down"):
            object.__setattr__(self, name, positive_array(name, getattr(self, name)))
        for name in ("gamma_up", "gamma_down"):
            object.__setattr__(self, name, finite_array(name, getattr(self, name)))
        self.require_gains()

    def up(self, weights: FloatArray) -> FloatArray:
        """gain_up·(1 − γ_up·w/upper)."""
        gain: FloatArray = self.gain_up * (1 - self.gamma_up * (weights / self.upper))
        return gain

    def down(self, weights: FloatArray) -> FloatArray:
        """gain_down·(1 − γ_down·w/lower)."""
        gain: FloatArray = self.gain_down * (1 - self.gamma_down * (weights / self.lower))
        return gain

    @property
    def affine(self) -> Affine:
        """The two lines."""
        up, down = np.asarray(self.gain_up), np.asarray(self.gain_down)
        return Affine(Line(up, -up * self.gamma_up / self.upper), Line(down, -down * self.gamma_down / self.lower))
