"""The first stage reads weights as late as the last one's, and the last as the first one's."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation import pipeline_delayed
from simulation._arrays import IntArray
from simulation.problems._problem import StochasticProblem

true = pipeline_delayed._delays


def reversed_stages(problem: StochasticProblem, delays: Any, steps: int) -> IntArray:
    """The delays in the wrong order."""
    return true(problem, delays, steps)[..., ::-1]


def planted() -> Any:
    """Where the engine takes the delays of coordinates."""
    return patch.object(pipeline_delayed, "_delays", reversed_stages)


FAULT = Fault(
    title="The first stage reads weights as late as the last one's, and the last as the first one's",
    planted=planted,
    red=("engines-asynchronous-1f1b",),
)
