"""The same step size throughout."""

from dataclasses import dataclass

from simulation.step_sizes._decay import StepDecay


@dataclass(frozen=True, kw_only=True)
class Decay(StepDecay):
    """1."""

    def factor(self, update: int) -> float:
        """1."""
        return 1.0
