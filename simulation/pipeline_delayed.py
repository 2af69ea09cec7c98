"""Training with stale forward weights: the engine's run, its averages and peaks, and the staleness."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation._arrays import FloatArray, IntArray, integer
from simulation.devices._response import Response
from simulation.engine import run
from simulation.plan import Plan
from simulation.problems._problem import Moments, StochasticProblem, additive
from simulation.problems._staged import StagedProblem, checked_sizes
from simulation.signals import Signals
from simulation.trace import Trace


@dataclass(frozen=True, kw_only=True, eq=False)
class DelayedTrace(Trace):
    """A trace (see there) of a run with delays."""

    staleness: FloatArray
    """Average of ‖U_k − W_k‖², (checkpoints, settings, runs) [weight units²]."""
    delays: IntArray
    """d of each coordinate in updates, (settings or 1, dimension)."""

    def _expected_shape(self, name: str, shape: tuple[int, int]) -> tuple[int, ...]:
        if name == "staleness":
            return (len(self.checkpoints), *shape)
        return self.delays.shape if name == "delays" else super()._expected_shape(name, shape)


def run_delayed(
    problem: StochasticProblem,
    device: Response,
    *,
    delays: ArrayLike,
    steps: int,
    checkpoints: Sequence[int] | None = None,
    **arguments: Any,
) -> DelayedTrace:
    """Train with W_{k+1} = U(W_k, −α·g(U_k, W_k)), U_k = W_{k−d} coordinate by coordinate, W_{k<0} = W_0.

    The signal is a `StagedProblem`'s backpropagation with forward weights U_k and backward weights W_k. Any other
    problem's is its stochastic gradient at U_k: what a pipeline gives if the prediction is linear in the weights,
    since messages then add up and the backward pass reads no weights; L_Φ is then the problem's L. The averages
    are of the same quantities at W_k as in `simulation.run`: h = ∇f(W_k), and the signal's variance there.

    Args:
        problem: objective and stochastic gradient.
        device: response functions, as in `run`.
        delays: updates by which forward weights are late, in 0..steps−1: one integer, one a block of a staged
            problem, or one a coordinate; a leading axis varies over settings.
        steps: updates, ≥ 1.
        checkpoints: as in `run`.
        arguments: the others of `run` (step_size, runs, seed, evaluations, progress, …), by name.

    Raises:
        ValueError: if an argument is out of range or the shapes do not fit.

    Source: arXiv:2410.15155, section 2.
    """
    count = integer("steps", steps, minimum=1)
    late = _delays(problem, delays, count)
    points = Plan(steps=count, runs=1, checkpoints=checkpoints).points
    signals = partial(_Delayed, delays=late, checkpoints=points)
    trace = run(problem, device, steps=count, checkpoints=checkpoints, signals=signals, **arguments)
    return cast(DelayedTrace, trace)


def feature_delays(problem: StochasticProblem, *, sizes: Sequence[int], delays: Sequence[int]) -> IntArray:
    """Delay of each coordinate of a softmax regression whose features are shared out to stages.

    Args:
        problem: a softmax regression with `classes` and a `design` of n columns.
        sizes: consecutive columns of the design a stage holds, for all classes; they sum to n, the constant
            column of a bias being the last.
        delays: one a stage.

    Raises:
        ValueError: if the sizes do not sum to the number of columns, or there are not as many delays as sizes.
    """
    classes = getattr(problem, "classes", 1)
    columns = checked_sizes(sizes, problem.dimension // classes)
    if len(delays) != len(columns):
        raise ValueError(f"delays must be {len(columns)}, one a stage, got {len(delays)}")
    return np.tile(np.repeat(np.array(delays), columns), classes)


class _Delayed(Signals):
    """Asked for a signal at W_k, it answers with the one for (U_k, W_k)."""

    STATE = ("_past", "_step", "_recorded", "_total")

    def __init__(self, problem: StochasticProblem, *, delays: IntArray, checkpoints: tuple[int, ...]) -> None:
        super().__init__(problem)
        self._delays, self._checkpoints, self.settings = delays, checkpoints, len(delays)
        self._past: deque[FloatArray] = deque(maxlen=int(delays.max()) + 1)
        self._picks = [
            (slice(None) if len(delays) == 1 else setting, coordinates, delay)
            for setting, row in enumerate(delays)
            for coordinates, delay in _stretches(row)
            if delay > 0
        ]
        self._step, self._recorded = 0, list[FloatArray]()
        self._total: FloatArray = np.zeros(())

    def signal(self, weights: FloatArray, raw: NDArray[Any]) -> FloatArray:
        """g(U_k, W_k); takes note of W_k and of ‖U_k − W_k‖²."""
        stale = self._recall(weights)
        self._observe(stale, weights)
        if isinstance(self.problem, StagedProblem):
            return self.problem.delayed_signal(stale, weights, raw)
        return self.problem.signal(stale, raw)

    def gradient(self, weights: FloatArray, moments: Moments | None) -> FloatArray | None:
        """∇f(U_k) of an additive problem; takes the same notes."""
        problem = additive(self.problem)
        if problem is None or isinstance(self.problem, StagedProblem):
            return None
        stale = self._recall(weights)
        self._observe(stale, weights)
        return problem.gradient(stale)

    def results(self) -> dict[str, FloatArray]:
        """Averages of ‖U_k − W_k‖², (checkpoints, settings, runs)."""
        return {"staleness": np.stack(self._recorded)}

    def trace(self, record: Mapping[str, Any]) -> DelayedTrace:
        """With the delays; lost runs have no averages."""
        lost = np.isnan(record["gradient_norm"])
        staleness = np.where(lost, np.nan, record["staleness"])
        return DelayedTrace(**{**record, "staleness": staleness}, delays=self._delays)

    def _observe(self, stale: FloatArray, weights: FloatArray) -> None:
        gap = stale - weights
        self._total = self._total + np.vecdot(gap, gap)
        self._step += 1
        if self._step in self._checkpoints:
            self._recorded.append(self._total / self._step)

    def _recall(self, weights: FloatArray) -> FloatArray:
        """Remember W_k and return U_k."""
        self._past.append(weights)
        if not self._picks:
            return weights
        stale = weights.copy()
        for setting, coordinates, delay in self._picks:
            source = self._past[max(0, len(self._past) - 1 - delay)]
            stale[setting, :, coordinates] = source[setting, :, coordinates]
        return stale


def _stretches(delays: IntArray) -> list[tuple[slice, int]]:
    """Consecutive coordinates of the same delay."""
    found, start = [], 0
    for delay, stretch in groupby(delays.tolist()):
        stop = start + len(list(stretch))
        found.append((slice(start, stop), delay))
        start = stop
    return found


def _delays(problem: StochasticProblem, delays: ArrayLike, steps: int) -> IntArray:
    """Delay of each coordinate, (settings or 1, dimension)."""
    given = np.asarray(delays)
    if given.dtype.kind not in "iu" or given.size == 0 or given.min() < 0 or given.max() >= steps:
        raise ValueError(f"delays must be integers in 0..{steps - 1}, shorter than the run, got {delays!r}")
    sizes = problem.blocks if isinstance(problem, StagedProblem) else (problem.dimension,)
    if given.ndim == 0:
        given = np.full(problem.dimension, given)
    elif given.shape[-1] == len(sizes):
        given = np.repeat(given, sizes, axis=-1)
    if given.ndim > 2 or given.shape[-1] != problem.dimension:
        expected = f"one for each of {len(sizes)} blocks or one for each of {problem.dimension} coordinates"
        raise ValueError(f"delays must be one number, {expected}, got shape {np.shape(delays)}")
    late = np.array(np.atleast_2d(given), dtype=np.int64)
    late.flags.writeable = False
    return late
