"""What a fidelity is: a rule that makes a desired change on a device, more or less as hardware would."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation._arrays import FloatArray
from simulation.devices._response import Gains, Response


@dataclass(frozen=True, kw_only=True, eq=False)
class UpdateRule(ABC):
    """Base of all fidelities. Array fields broadcast with (settings, runs, dimension)."""

    @property
    def random(self) -> bool:
        """Whether `update` draws random numbers."""
        return False

    @property
    def formula(self) -> Callable[[Any, Any, Any, Gains], Any] | None:
        """`update` as an elementwise function of (device, weights, change, gains), if it is one that draws nothing."""
        return None

    @abstractmethod
    def update(
        self,
        device: Response,
        weights: FloatArray,
        change: FloatArray,
        *,
        gains: Gains | None = None,
        rng: np.random.Generator | None = None,
    ) -> FloatArray:
        """Weights after a desired change.

        Args:
            device: the response functions.
            weights: w, shape (settings, runs, dimension) or any other that ends in (runs, dimension).
            change: x, the change that a perfect device would make, of the shape of w.
            gains: `device.gains(weights)` if the caller has it already.
            rng: fresh randomness of this step, needed if `random`. It is drawn in shapes without the leading
                axes, so that all settings see the same numbers.

        Raises:
            ValueError: if a random fidelity gets no `rng`, or a pulse count is out of range.
        """


def required(rng: np.random.Generator | None) -> np.random.Generator:
    """Return the generator; ValueError if there is none."""
    if rng is None:
        raise ValueError("rng must be a Generator for a random fidelity, got None")
    return rng
