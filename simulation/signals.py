"""Where a block of runs takes its stochastic gradients from, step by step."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray
from simulation.problems._problem import Moments, StochasticProblem, additive
from simulation.resume import Resumable
from simulation.trace import Trace


class Signals(Resumable):
    """The problem's own, at the weights as they are. A subclass may remember, delay or gather; one object a block."""

    settings = 1
    """Settings that the signals bring with them, besides those of the problem's fields."""

    def __init__(self, problem: StochasticProblem) -> None:
        """Prepare for a run of the problem."""
        self.problem = problem

    def draw(self, rng: np.random.Generator, runs: int) -> NDArray[Any]:
        """Raw randomness of one update for all runs; its first axis has length `runs`."""
        return self.problem.draw(rng, runs)

    def signal(self, weights: FloatArray, raw: NDArray[Any]) -> FloatArray:
        """Signal g at the weights W_k (settings, runs, dimension) of this update; asked for once an update, in order.

        The array is the caller's, who writes into it.
        """
        return self.problem.signal(weights, raw)

    def gradient(self, weights: FloatArray, moments: Moments | None) -> FloatArray | None:
        """h, if this update's signal is the noise of an additive problem around it, None if not.

        Asked for instead of `signal`, then, and the caller's to write into. `moments` are those at W_k, if known.
        """
        problem = additive(self.problem)
        if problem is None or type(self).signal is not _plain:
            return None
        return problem.gradient(weights) if moments is None else moments.gradient

    def results(self) -> dict[str, FloatArray]:
        """What was observed besides the engine's own quantities, by name; the last axis is that of the runs."""
        return {}

    def trace(self, record: Mapping[str, Any]) -> Trace:
        """The trace of a run, from its fields and `results`, by name."""
        return Trace(**record)


_plain = Signals.signal  # what a subclass overrides, or a test replaces
