"""The first step is left out of the averages."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.statistics import EveryStep, Seen

true = EveryStep.visit


def late(averages: EveryStep, step: int, weights: FloatArray) -> Seen | None:
    """A step as always, but the first is forgotten again."""
    seen = true(averages, step, weights)
    if step == 0:
        averages._total = 0 * averages._total
    return seen


def planted() -> Any:
    """Where every step is looked at."""
    return patch.object(EveryStep, "visit", late)


FAULT = Fault(
    title="The first step is left out of the averages",
    planted=planted,
    red=("averages-gradient_norm",),
)
