"""A problem that declares half of its smoothness."""

from unittest.mock import patch

import numpy as np

from reports.faults._fault import Fault
from simulation.problems.staged_quadratic import Problem

HALF = property(lambda problem: float(np.linalg.eigvalsh(problem.coupled)[-1]) / 2)

FAULT = Fault(
    title="A problem that declares half of its smoothness",
    planted=lambda: patch.object(Problem, "smoothness", HALF),
    red=("problems-smoothness",),
)
