"""The update leaves out what asymmetry does to it."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.devices import Response
from simulation.fidelities import mean


def symmetric(device: Response, weights: FloatArray, change: FloatArray, **_given: Any) -> FloatArray:
    """w + x·F(w), without |x|·G(w)."""
    return weights + change * device.gains(weights).symmetric


def planted() -> Any:
    """Where the mean dynamics moves weights."""
    return patch.object(mean, "analog_update", symmetric)


FAULT = Fault(
    title="The update leaves out what asymmetry does to it",
    planted=planted,
    red=("sharp-asymmetric-linear", "resting-asymmetric-linear-gaussian"),
)
