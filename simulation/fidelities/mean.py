"""The mean dynamics: the whole change in one step, with the gain that the cell has before it."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray
from simulation.devices._response import Gains, Response
from simulation.fidelities._fidelity import UpdateRule
from simulation.update import analog_update


@dataclass(frozen=True, kw_only=True, eq=False)
class Fidelity(UpdateRule):
    """w + x·F(w) − |x|·G(w), the model of the theory. Source: arXiv:2410.15155, section 2."""

    def update(
        self,
        device: Response,
        weights: FloatArray,
        change: FloatArray,
        *,
        gains: Gains | None = None,
        rng: np.random.Generator | None = None,
    ) -> FloatArray:
        """`analog_update`; draws nothing."""
        return analog_update(device, weights, change, gains=gains)
