"""What schedules that copy weights have in common: the price of a copy."""

from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational

from simulation.schedules._schedule import PipelineSchedule


@dataclass(frozen=True, kw_only=True)
class CopyingSchedule(PipelineSchedule):
    """A schedule in which a worker writes its weights to another array after each update.

    Raises:
        ValueError: also if `copy_cost` is not a finite number ≥ 0.
    """

    copy_cost: Fraction | float = 0
    """Clocks that writing one copy of a stage takes: analog weights must be read and programmed again."""

    def __post_init__(self) -> None:
        """Validate and make the cost exact."""
        super().__post_init__()
        cost = self.copy_cost
        usable = isinstance(cost, Rational | float) and not isinstance(cost, bool)
        if not usable or not 0 <= cost < float("inf"):
            raise ValueError(f"copy_cost must be a finite number >= 0, got {cost!r}")
        object.__setattr__(self, "copy_cost", Fraction(cost))

    @property
    def copying_time(self) -> Fraction:
        """`copy_cost`."""
        return Fraction(self.copy_cost)
