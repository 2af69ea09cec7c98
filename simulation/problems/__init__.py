"""Training problems, one a file: each module exports a frozen dataclass `Problem` (see `_problem`)."""

from simulation._registry import discover
from simulation.problems._problem import Constants, Moments, StochasticProblem

PROBLEMS = discover(
    __name__,
    __path__,
    "Problem",
    ("dimension", "smoothness", "optimal_value", "constants", "initial", "draw", "signal", "moments"),
)
"""Every problem of this folder: file name → class."""

__all__ = ["PROBLEMS", "Constants", "Moments", "StochasticProblem"]
