"""The engine reads weights one update later than the schedule says."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation import pipeline_delayed
from simulation._arrays import IntArray
from simulation.problems._problem import StochasticProblem

true = pipeline_delayed._delays


def later(problem: StochasticProblem, delays: Any, steps: int) -> IntArray:
    """Every delay that is not 0, and one more."""
    late = true(problem, delays, steps)
    return late + (late > 0)


def planted() -> Any:
    """Where the engine takes the delays of coordinates."""
    return patch.object(pipeline_delayed, "_delays", later)


FAULT = Fault(
    title="The engine reads weights one update later than the schedule says",
    planted=planted,
    red=("engines-asynchronous-1f1b", "stationary-delay-1", "step-limits-1-above"),
)
