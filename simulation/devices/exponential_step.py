"""The exponential-step device: two exponentials of the weight, one a direction, between hard bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from simulation._arrays import FloatArray, finite_array, positive_array
from simulation.devices._bounded import Bounded


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Bounded):
    """q₊ = gain_up·max(0, 1 − A_up·e^{γ_up·z}), q₋ = gain_down·max(0, 1 − A_down·e^{−γ_down·z}).

    Here z = 2·scale·w/(upper − lower) + shift. A gain is 0 outward at a bound, too.

    Raises:
        ValueError: if a gain is not finite and > 0, a parameter or a response between the bounds is not
            finite, or not lower < 0 < upper.

    Source: the peer's ExpStep, fitted to ReRAM in Gong et al., Nat. Commun. 9:2102 (2018).
    """

    amplitude_up: float | FloatArray
    """A_up; negative for a gain that grows with w."""
    amplitude_down: float | FloatArray
    """A_down; negative for a gain that falls with w."""
    gamma_up: float | FloatArray
    """γ_up, steepness of the positive gain."""
    gamma_down: float | FloatArray
    """γ_down, steepness of the negative gain."""
    scale: float | FloatArray = 1.0
    """Factor between relative weight and exponent."""
    shift: float | FloatArray = 0.0
    """Exponent at w = 0."""
    gain_up: float | FloatArray = 1.0
    """Factor of the positive gain."""
    gain_down: float | FloatArray = 1.0
    """Factor of the negative gain."""
    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "amplitude_up": 0.2,
        "amplitude_down": 0.2,
        "gamma_up": 1.0,
        "gamma_down": 1.0,
        "scale": 0.5,
    }
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        super().__post_init__()
        for name in ("gain_up", "gain_down"):
            object.__setattr__(self, name, positive_array(name, getattr(self, name)))
        for name in ("amplitude_up", "amplitude_down", "gamma_up", "gamma_down", "scale", "shift"):
            object.__setattr__(self, name, finite_array(name, getattr(self, name)))
        with np.errstate(over="ignore"):
            self.require_gains()

    def up(self, weights: FloatArray) -> FloatArray:
        """gain_up·max(0, 1 − A_up·e^{γ_up·z})."""
        exponent = self.gamma_up * self._position(weights)
        return np.asarray(self.gain_up * np.maximum(0, 1 - self.amplitude_up * np.exp(exponent)))

    def down(self, weights: FloatArray) -> FloatArray:
        """gain_down·max(0, 1 − A_down·e^{−γ_down·z})."""
        exponent = -self.gamma_down * self._position(weights)
        return np.asarray(self.gain_down * np.maximum(0, 1 - self.amplitude_down * np.exp(exponent)))

    def _position(self, weights: FloatArray) -> FloatArray:
        return np.asarray(2 * self.scale * weights / (self.upper - self.lower) + self.shift)
