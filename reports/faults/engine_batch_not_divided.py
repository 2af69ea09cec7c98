"""The sum of a batch in the place of its mean."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.batch import _Batched

true = _Batched.signal


def summed(batch: Any, weights: FloatArray, raw: Any) -> FloatArray:
    """What the rule gives, times the number of signals."""
    total: FloatArray = true(batch, weights, raw) * batch._count
    return total


def planted() -> Any:
    """Where a batch becomes one signal."""
    return patch.object(_Batched, "signal", summed)


FAULT = Fault(
    title="The sum of a batch in the place of its mean",
    planted=planted,
    red=("engines-synchronous-accumulated",),
)
