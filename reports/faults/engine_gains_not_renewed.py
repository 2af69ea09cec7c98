"""Sequential micro-batches that all meet the gains at the start of the batch."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.batch import _Sequential
from simulation.devices._response import Gains, Response


def unmoved(
    rule: Any, device: Response, weights: FloatArray, change: FloatArray, *, gains: Gains | None = None, rng: Any = None
) -> FloatArray:
    """Every signal of the batch with the first gains."""
    first = device.gains(weights) if gains is None else gains
    for part in change / len(change):
        weights = rule.single.update(device, weights, part, gains=first, rng=rng)
    return weights


def planted() -> Any:
    """In the rule."""
    return patch.object(_Sequential, "update", unmoved)


FAULT = Fault(
    title="Sequential micro-batches that all meet the gains at the start of the batch",
    planted=planted,
    red=("engines-synchronous-sequential",),
)
