"""Several micro-batches an update: the engine's run under each of the three rules of applying them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, integer
from simulation.devices._response import Gains, Response
from simulation.engine import run
from simulation.fidelities import UpdateRule, fidelity_of
from simulation.pipeline_stage import RULES, BatchRule
from simulation.problems._problem import StochasticProblem
from simulation.signals import Signals
from simulation.trace import Trace


@dataclass(frozen=True, kw_only=True, eq=False)
class BatchTrace(Trace):
    """A trace (see there) of a run whose updates take a batch each; σ_d² is the variance of one micro-batch."""

    microbatches: int
    """B, micro-batches an update."""
    rule: BatchRule
    """How they reached the device."""


def run_batched(
    problem: StochasticProblem,
    device: Response,
    *,
    microbatches: int,
    rule: BatchRule,
    fidelity: str | UpdateRule = "mean",
    **arguments: Any,
) -> BatchTrace:
    """Train with B independent signals g_1, …, g_B an update, all of them drawn at W_k.

    accumulated: W_{k+1} = U(W_k, −α·(1/B)Σ g_b), summed digitally, then applied once (T5);
    sample_wise: W_{k+1} = (1/B)Σ U(W_k, −α·g_b), each signal pulsed with the gains at W_k (T6);
    sequential: W ← U(W, −(α/B)·g_b) for b = 1, …, B, each with the gains that the one before left (T6-sequential).

    Weights, rules and order of draws are those of `run_clocked` and `run_recursion` on a synchronous schedule,
    whose number of stages changes clocks and nothing else. The averages weigh with the variance of one
    micro-batch, since T5 and T6 divide by B themselves. Memory grows with B, not with the number of updates.

    Args:
        problem: objective and stochastic gradient; `draw` is called B times an update.
        device: response functions, as in `run`.
        microbatches: B ≥ 1; with 1 every rule is `run` itself.
        rule: 'accumulated', 'sample_wise' or 'sequential'.
        fidelity: how each signal is applied, as in `run`; every micro-batch has a generator of its own.
        arguments: the others of `run` (step_size, steps, runs, seed, checkpoints, …), by name; `steps` counts updates.

    Raises:
        ValueError: if an argument is out of range or the shapes do not fit.

    Source: statements T5 and T6; setting of arXiv:2410.15155.
    """
    count = integer("microbatches", microbatches, minimum=1)
    if rule not in RULES:
        raise ValueError(f"rule must be one of {list(RULES)}, got {rule!r}")
    single = fidelity_of(fidelity)
    summed = rule == "accumulated" or count == 1
    made = single if summed else _PULSED[rule](single=single, settings=_settings(single))
    batched = partial(_Batched, count=count, rule=rule, summed=summed)
    return cast(BatchTrace, run(problem, device, fidelity=made, signals=batched, **arguments))


class _Batched(Signals):
    """A batch's mean, or (B, settings, runs, dimension), all of it."""

    def __init__(self, problem: StochasticProblem, *, count: int, rule: BatchRule, summed: bool) -> None:
        super().__init__(problem)
        self._count, self._rule, self._summed = count, rule, summed

    def draw(self, rng: np.random.Generator, runs: int) -> NDArray[Any]:
        """Randomness of B micro-batches, drawn one after the other, (runs, B, …)."""
        return np.moveaxis(np.stack([self.problem.draw(rng, runs) for _ in range(self._count)]), 0, 1)

    def signal(self, weights: FloatArray, raw: NDArray[Any]) -> FloatArray:
        """The mean of g_1, …, g_B, or all of them."""
        signals = [self.problem.signal(weights, raw[:, b]) for b in range(self._count)]
        if not self._summed:
            return np.stack(signals)
        return _total(signals) / self._count if self._count > 1 else signals[0]

    def trace(self, record: Mapping[str, Any]) -> BatchTrace:
        """With the size of a batch and its rule."""
        return BatchTrace(**record, microbatches=self._count, rule=self._rule)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pulsed(UpdateRule):
    """Base of the rules that apply every micro-batch with another fidelity."""

    single: UpdateRule
    """How one signal is applied."""
    settings: FloatArray
    """Zeros of the shape to which that fidelity's fields broadcast: the engine reads the settings off the fields."""

    @property
    def random(self) -> bool:
        """As the fidelity."""
        return self.single.random

    def generators(self, rng: np.random.Generator | None, count: int) -> list[np.random.Generator | None]:
        """One for each micro-batch: a setting that needs more pulses for one does not shift the next one's numbers."""
        return [None] * count if rng is None else list(rng.spawn(count))


class _SampleWise(_Pulsed):
    def update(
        self,
        device: Response,
        weights: FloatArray,
        change: FloatArray,
        *,
        gains: Gains | None = None,
        rng: np.random.Generator | None = None,
    ) -> FloatArray:
        """(1/B)Σ U(W, x_b) for changes x (B, settings, runs, dimension)."""
        sources = self.generators(rng, len(change))
        moved = [
            self.single.update(device, weights, part, gains=gains, rng=source)
            for part, source in zip(change, sources, strict=True)
        ]
        return _total(moved) / len(change)


class _Sequential(_Pulsed):
    def update(
        self,
        device: Response,
        weights: FloatArray,
        change: FloatArray,
        *,
        gains: Gains | None = None,
        rng: np.random.Generator | None = None,
    ) -> FloatArray:
        """W ← U(W, x_b/B) for changes x (B, settings, runs, dimension), gains renewed after each."""
        for part, source in zip(change / len(change), self.generators(rng, len(change)), strict=True):
            weights = self.single.update(device, weights, part, gains=gains, rng=source)
            gains = None
        return weights


_PULSED: dict[str, type[_Pulsed]] = {"sample_wise": _SampleWise, "sequential": _Sequential}


def _settings(rule: UpdateRule) -> FloatArray:
    return np.zeros(np.broadcast_shapes(*(np.shape(getattr(rule, field.name)) for field in fields(rule))))


def _total(parts: list[FloatArray]) -> FloatArray:
    """Sum in the order given, as the pipelines sum."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
