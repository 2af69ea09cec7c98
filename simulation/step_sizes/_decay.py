"""What a decay is: the factor of the step size at each update."""

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class StepDecay(ABC):
    """Base of all decays."""

    @abstractmethod
    def factor(self, update: int) -> float:
        """Factor of the step size at update 0, 1, …; ≥ 0."""
