"""The quantities of the bounds at given weights, and their averages over time."""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np

from simulation._arrays import FloatArray, IntArray
from simulation.devices._response import Gains, Response
from simulation.plan import Plan
from simulation.problems._problem import Moments, StochasticProblem
from simulation.resume import Resumable

STATISTICS = (
    "gradient_norm",
    "weighted_gradient_norm",
    "gain_variance",
    "drift_variance",
    "noise_variance",
)
"""Names of the averaged quantities, in the order of the first axis of `observe`."""


def observe(moments: Moments, gains: Gains) -> FloatArray:
    """Σ_d h², Σ_d (M/F)h², Σ_d (F+|G|)²σ², Σ_d (G²/F)σ², Σ_d σ² at one step, with M = F² − G².

    Returns shape (5, settings, runs), in the order of `STATISTICS` [gradient units²].
    Source: statements T2 and T3.
    """
    gradient, (symmetric, asymmetric) = moments.gradient, gains
    variance = np.empty_like(gradient)  # spelled out, because vecdot does not broadcast its summed axis
    variance[...] = moments.noise_variance
    norm, weighted, gain, drift, total = values = np.empty((len(STATISTICS), *gradient.shape[:-1]), gradient.dtype)
    np.vecdot(gradient, gradient, out=norm)
    np.add.reduce(variance, axis=-1, out=total)
    # One scratch array holds the three factors in turn: the hot loop is bound by memory traffic.
    scratch = asymmetric * asymmetric
    scratch /= symmetric
    np.vecdot(scratch, variance, out=drift)
    np.subtract(symmetric, scratch, out=scratch)  # M/F = F − G²/F
    scratch *= gradient
    np.vecdot(scratch, gradient, out=weighted)
    np.abs(asymmetric, out=scratch)
    scratch += symmetric
    scratch *= scratch
    np.vecdot(scratch, variance, out=gain)
    return values


class Seen(NamedTuple):
    """What was evaluated at the weights of a step."""

    moments: Moments
    gains: Gains


class Averages(Resumable, ABC):
    """Time averages in the making: told of every step, asked at the end. Sums are kept in double precision."""

    @abstractmethod
    def visit(self, step: int, weights: FloatArray) -> Seen | None:
        """Take note of the weights before update number `step`; what was evaluated there, if anything was."""

    @abstractmethod
    def result(self) -> FloatArray:
        """Averages, shape (5, checkpoints, settings, runs)."""


class EveryStep(Averages):
    """Exact averages (1/K) Σ_{k<K} over every step, recorded at each checkpoint K."""

    STATE = ("_total", "_recorded")

    def __init__(
        self, problem: StochasticProblem, device: Response, checkpoints: tuple[int, ...], shape: tuple[int, int]
    ) -> None:
        """Prepare for runs of shape (settings, runs)."""
        self._problem, self._device = problem, device
        self._total = np.zeros((len(STATISTICS), *shape))
        self._recorded = list[FloatArray]()
        self._checkpoints = frozenset(checkpoints)

    def visit(self, step: int, weights: FloatArray) -> Seen | None:
        """Observe these weights."""
        seen = Seen(self._problem.moments(weights), self._device.gains(weights))
        self._total += observe(*seen)
        if step + 1 in self._checkpoints:
            self._recorded.append(self._total / (step + 1))
        return seen

    def result(self) -> FloatArray:
        """Averages, shape (5, checkpoints, settings, runs)."""
        return np.stack(self._recorded, axis=1)


class Stratified(Averages):
    """Unbiased estimates of the averages: each run observed at one uniform step of each stratum.

    Strata are as equal as the numbers allow and weighted by their length, which keeps the estimate unbiased
    when they differ by one. The chosen steps are independent across runs and common to all settings. The
    weights due are set aside and evaluated together when the stratum ends: one pass over the data a stratum.
    """

    STATE = ("_rng", "_stratum", "_due", "_aside", "_total")

    def __init__(
        self,
        problem: StochasticProblem,
        device: Response,
        plan: Plan,
        weights: FloatArray,
        rng: np.random.Generator,
    ) -> None:
        """Prepare for weights like these, of shape (settings, runs, dimension)."""
        count = plan.evaluations or plan.steps
        self._problem, self._device, self._rng = problem, device, rng
        self._bounds = [stratum * plan.steps // count for stratum in range(count + 1)]
        self._stratum = 0
        self._due: IntArray = np.zeros(weights.shape[1], dtype=np.int64)
        self._aside = np.zeros_like(weights)
        self._total = np.zeros((len(STATISTICS), *weights.shape[:2]))

    def visit(self, step: int, weights: FloatArray) -> Seen | None:
        """Set the runs that are due aside; evaluate all of them at the stratum's last step."""
        start, stop = self._bounds[self._stratum : self._stratum + 2]
        if step == start:
            self._due = self._rng.integers(start, stop, size=self._due.size)
        due = (self._due == step).nonzero()[0]
        if due.size:
            self._aside[:, due] = weights.take(due, axis=1)
        if step + 1 == stop:
            moments = self._problem.moments(self._aside)
            self._total += (stop - start) * observe(moments, self._device.gains(self._aside))
            self._stratum += 1
        return None

    def result(self) -> FloatArray:
        """Averages, shape (5, 1, settings, runs)."""
        return self._total[:, np.newaxis] / self._bounds[-1]
