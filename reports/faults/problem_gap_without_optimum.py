"""An initial gap from which f* was not taken."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.problems._problem import Moments
from simulation.problems.staged_quadratic import Problem

true = Problem.moments


RAISED = 0.1
"""f*, which the problem goes on to declare as 0."""


def raised(problem: Problem, weights: FloatArray) -> Moments:
    """The same problem, but for a constant."""
    told = true(problem, weights)
    return told._replace(objective=told.objective + RAISED)


def planted() -> Any:
    """In the problem's objective."""
    return patch.object(Problem, "moments", raised)


FAULT = Fault(
    title="An initial gap from which f* was not taken",
    planted=planted,
    red=("problems-gap",),
)
