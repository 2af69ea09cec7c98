"""Pulse-exact updates: as many pulses as the change asks for, each with the gain that the cell then has."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import FloatArray
from simulation.devices._response import Gains, Response
from simulation.fidelities._train import PulseRule, ceiling


@dataclass(frozen=True, kw_only=True, eq=False)
class Fidelity(PulseRule):
    """BL = ⌈|x|/Δw_min⌉ pulses, each w ← w ± Δw_min·(q±(w) + σ_c·ξ), clipped to the device's bounds.

    The count is rounded up: a change smaller than Δw_min is still one pulse. Equal to the mean dynamics,
    whatever the device, when |x| = Δw_min; with constant gains, whenever |x| is a multiple of Δw_min.

    Raises:
        ValueError: if a field is out of range; from `update`, if a count exceeds `max_pulses`.

    Source: arXiv:2410.15155, section 2; arXiv:2406.12774.
    """

    @property
    def random(self) -> bool:
        """Whether there is noise from cycle to cycle."""
        return bool(np.any(self.cycle_noise))

    def update(
        self,
        device: Response,
        weights: FloatArray,
        change: FloatArray,
        *,
        gains: Gains | None = None,
        rng: np.random.Generator | None = None,
    ) -> FloatArray:
        """Weights after ⌈|x|/Δw_min⌉ pulses of the sign of x."""
        counts = self.require_counts(self.count(change))
        return self.train(device, weights, np.sign(change), counts, rng)

    def count(self, change: FloatArray) -> FloatArray:
        """⌈|x|/Δw_min⌉."""
        return ceiling(np.abs(change) / self.dw_min)
