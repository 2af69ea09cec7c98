"""A gradient without the coupling of the stages."""

from typing import Any
from unittest.mock import patch

import numpy as np

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.problems._problem import Moments
from simulation.problems.staged_quadratic import Problem

true = Problem.moments


def uncoupled(problem: Problem, weights: FloatArray) -> Moments:
    """The true objective with a gradient that sees the diagonal only."""
    told = true(problem, weights)
    gradient = (weights - problem.optimum) * np.diag(problem.coupled)
    return told._replace(gradient=gradient)


def planted() -> Any:
    """In the problem's moments."""
    return patch.object(Problem, "moments", uncoupled)


FAULT = Fault(
    title="A gradient without the coupling of the stages",
    planted=planted,
    red=("problems-gradient",),
)
