"""Smaller by a factor now and then."""

from dataclasses import dataclass

from simulation._arrays import integer
from simulation.step_sizes._decay import StepDecay


@dataclass(frozen=True, kw_only=True)
class Decay(StepDecay):
    """drop^⌊update/every⌋.

    Raises:
        ValueError: if `every` is not an integer ≥ 1 or `drop` not in (0, 1].
    """

    every: int
    """Updates between two drops."""
    drop: float = 0.5
    """Factor of a drop."""

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "every", integer("every", self.every, minimum=1))
        if not 0 < self.drop <= 1:
            raise ValueError(f"drop must be in (0, 1], got {self.drop!r}")

    def factor(self, update: int) -> float:
        """drop^⌊update/every⌋."""
        return float(self.drop ** (update // self.every))
