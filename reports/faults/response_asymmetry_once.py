"""Φ takes G·g in the place of G·|g|."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation.devices._response import Response


def wrong(device: Response, weights: Any, change: Any, **_: Any) -> Any:
    """The update, but for one thing."""
    symmetric, asymmetric = device.gains(weights)
    return device.settle(weights + change * symmetric - change * asymmetric)


def planted() -> Any:
    """Where the fidelity of the mean dynamics looks for it."""
    return patch("simulation.fidelities.mean.analog_update", wrong)


FAULT = Fault(
    title="Φ takes G·g in the place of G·|g|",
    planted=planted,
    red=("T2-asymmetric-linear-one-update", "resting-asymmetric-linear-gaussian"),
)
