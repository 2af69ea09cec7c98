"""One block of runs, from its first step to its last."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from simulation._arithmetic import silent
from simulation._arrays import FloatArray
from simulation._fused import Fused
from simulation._single import SingleGenerator
from simulation.devices._response import Response
from simulation.fidelities import UpdateRule
from simulation.plan import Plan, Seed, generators, step_generator
from simulation.problems._problem import StochasticProblem, additive
from simulation.resume import Journal, Resumable
from simulation.signals import Signals
from simulation.statistics import STATISTICS, Averages, EveryStep, Stratified
from simulation.watch import Watch

_SAVE_SECONDS = 20.0
"""How much work a killed run may lose, which costs it a file of its state as often."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """What all blocks have in common, in the precision of the run."""

    problem: StochasticProblem
    device: Response
    rule: UpdateRule
    negative_rate: FloatArray
    plan: Plan
    seed: Seed
    signals: Callable[[StochasticProblem], Signals]
    start: FloatArray
    """W_0, (settings, 1, dimension), or of every run if they are all one block."""
    keep_path: bool
    """Whether the weights of every step are kept."""


class Stopped(Exception):
    """The run was interrupted, or another block failed."""


class Loop(Resumable):
    """State and statistics of one block, and the step that moves them on."""

    STATE = ("_step", "_weights", "_rng", "_signals", "_averages", "_watch")

    def __init__(self, job: Job, block: int, runs: slice) -> None:
        """Stand at W_0."""
        self._job, self._block, self._step = job, block, 0
        training, observation = generators(job.seed, block)
        self._rng = SingleGenerator(training.bit_generator) if job.start.dtype == np.float32 else training
        settings, _, dimension = job.start.shape
        self._runs = runs.stop - runs.start
        # In the order of its axes: a copy of a broadcast array would put the runs last, and every step inherit that.
        self._weights = np.array(np.broadcast_to(job.start, (settings, self._runs, dimension)), order="C")
        self._signals = job.signals(job.problem)
        self._averages = self._chosen_averages(observation)
        self._watch = Watch(self._weights.shape, self._weights.dtype)
        self._path = list[FloatArray]()
        problem = additive(job.problem)
        self._fused = None if problem is None else Fused(problem.noise, job.device, job.rule, job.negative_rate)

    def run(self, report: Callable[[int], None], journal: Journal | None) -> dict[str, Any]:
        """Go on to the last step; returns arrays of this block by name, the axis of runs as in `Trace`."""
        with silent():
            self._advance(report, journal)
            self._watch.look(self._step, self._weights, self._job.device.gains(self._weights))
            return self._results()

    def _advance(self, report: Callable[[int], None], journal: Journal | None) -> None:
        if journal is not None and (saved := journal.load(self._block)) is not None:
            self.restore(saved)
            report(self._step)
        due = time.monotonic() + _SAVE_SECONDS
        while self._step < self._job.plan.steps:
            self._weights = self._next()
            self._step += 1
            report(self._step)
            if journal is not None and (time.monotonic() > due or self._step == self._job.plan.steps):
                journal.save(self._block, self.state())
                due = time.monotonic() + _SAVE_SECONDS

    def _next(self) -> FloatArray:
        """Show W_k to the observers, then return W_{k+1}; what is evaluated at W_k is evaluated once for all."""
        job, weights = self._job, self._weights
        if job.keep_path:
            self._path.append(weights.copy())
        seen = self._averages.visit(self._step, weights)
        raw = in_dtype(self._signals.draw(self._rng, self._runs), weights.dtype)
        gradient = self._signals.gradient(weights, seen and seen.moments)
        if gradient is not None and self._fused is not None:
            if (moved := self._fused.moved(self._step, weights, gradient, raw, self._watch)) is not None:
                return moved
            signal = self._fused.signal(gradient, raw)
        else:
            signal = self._signals.signal(weights, raw)
        gains = job.device.gains(weights) if seen is None else seen.gains
        self._watch.look(self._step, weights, gains)
        change = np.multiply(job.negative_rate, signal, out=signal)
        rng = step_generator(job.seed, self._step, self._block) if job.rule.random else None
        return in_dtype(job.rule.update(job.device, weights, change, gains=gains, rng=rng), weights.dtype)

    def _results(self) -> dict[str, Any]:
        moments = self._job.problem.moments(self._weights)
        end = np.broadcast_to(moments.objective, self._weights.shape[:2])
        found = {**self._watch.results(), **self._signals.results(), "final_objective": end}
        averages = self._averages.result()
        averages[:, self.lost()] = np.nan
        named = dict(zip(STATISTICS, averages, strict=True))
        path = {"path": np.stack([*self._path, self._weights])} if self._job.keep_path else {}
        return {**named, **found, "final_weights": self._weights, **path}

    def lost(self) -> NDArray[np.bool_]:
        """Where no average exists, (checkpoints, settings, runs): the weights were not finite by then."""
        reached = np.array(self._job.plan.points)[:, np.newaxis, np.newaxis]
        first = self._watch.first_nonfinite
        return np.asarray((first >= 0) & (first <= reached))

    def _chosen_averages(self, observation: np.random.Generator) -> Averages:
        job = self._job
        if job.plan.evaluations is None:
            return EveryStep(job.problem, job.device, job.plan.points, self._weights.shape[:2])
        return Stratified(job.problem, job.device, job.plan, self._weights, observation)


def in_dtype(array: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """Real numbers in the precision of the run; whole numbers, such as those of samples, as they are."""
    return array.astype(dtype, copy=False) if array.dtype.kind == "f" else array
