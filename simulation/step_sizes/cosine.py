"""Half a period of a cosine."""

import math
from dataclasses import dataclass

from simulation._arrays import integer
from simulation.step_sizes._decay import StepDecay


@dataclass(frozen=True, kw_only=True)
class Decay(StepDecay):
    """last + (1 − last)(1 + cos(π·update/updates))/2, and `last` from then on.

    Raises:
        ValueError: if `updates` is not an integer ≥ 1 or `last` not in [0, 1].

    Source: arXiv:1608.03983, without restarts.
    """

    updates: int
    """Updates until the step size has reached `last`."""
    last: float = 0.0
    """Factor at the end."""

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "updates", integer("updates", self.updates, minimum=1))
        if not 0 <= self.last <= 1:
            raise ValueError(f"last must be in [0, 1], got {self.last!r}")

    def factor(self, update: int) -> float:
        """The half period."""
        passed = min(update / self.updates, 1.0)
        return self.last + (1 - self.last) * (1 + math.cos(math.pi * passed)) / 2
