"""The mean of this signal and of the one before, as if by momentum."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.signals import Signals


def lagging(signals: Signals, weights: FloatArray, raw: Any) -> FloatArray:
    """The mean of this signal and of the one before."""
    now = signals.problem.signal(weights, raw)
    before = vars(signals).get("before", now)
    vars(signals)["before"] = now.copy()
    mean: FloatArray = (now + before) / 2
    return mean


def planted() -> Any:
    """Where the engine asks for a signal."""
    return patch.object(Signals, "signal", lagging)


FAULT = Fault(
    title="The mean of this signal and of the one before, as if by momentum",
    planted=planted,
    red=("engines-vanilla",),
)
