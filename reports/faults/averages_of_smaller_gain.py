"""The noise that is amplified is averaged with F − |G|."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation import statistics
from simulation._arrays import FloatArray
from simulation.devices._response import Gains
from simulation.problems._problem import Moments

true = statistics.observe


def smaller(moments: Moments, gains: Gains) -> FloatArray:
    """All five as they are, but for the third."""
    values = true(moments, gains)
    larger = gains.symmetric - abs(gains.asymmetric)
    values[2] = (larger**2 * moments.noise_variance).sum(axis=-1)
    return values


def planted() -> Any:
    """In what is observed at a step."""
    return patch.object(statistics, "observe", smaller)


FAULT = Fault(
    title="The noise that is amplified is averaged with F − |G|",
    planted=planted,
    red=("averages-gain_variance",),
)
