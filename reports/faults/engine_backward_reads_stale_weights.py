"""The backward pass reads the late weights of the forward pass, too."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.pipeline_delayed import _Delayed


def stashed(signals: _Delayed, weights: FloatArray, raw: Any) -> FloatArray:
    """The signal with one set of weights, as if it had been kept."""
    stale = signals._recall(weights)
    signals._observe(stale, weights)
    return signals.problem.signal(stale, raw)


def planted() -> Any:
    """Where the engine asks for a late signal."""
    return patch.object(_Delayed, "signal", stashed)


FAULT = Fault(
    title="The backward pass reads the late weights of the forward pass, too",
    planted=planted,
    red=("engines-asynchronous-1f1b",),
)
