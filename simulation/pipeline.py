"""Training in a pipeline, twice: clock by clock with one copy of each weight, and as a recursion with delays.

Both take the same arguments and give the same weights to the last bit (E6). The first knows only who does what
when; the second knows only the delays that were read off the timetable.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulation._arithmetic import arithmetic
from simulation._arrays import FloatArray, integer
from simulation.devices._response import Response
from simulation.pipeline_stage import (
    RULES,
    BatchRule,
    Draws,
    Stage,
    apply_to_block,
    assign,
    checked_rate,
    initial_weights,
)
from simulation.plan import Seed, generators
from simulation.problems._staged import StagedProblem
from simulation.schedules import PipelineSchedule, Timetable, Unit, Update


@dataclass(frozen=True, kw_only=True, eq=False)
class Execution:
    """Outcome of a pipelined run."""

    final_weights: FloatArray
    """Weights after the last update, (settings, runs, dimension) [weight units]."""
    timetable: Timetable
    """What was carried out."""
    held: tuple[int, ...]
    """Most samples whose activations a worker held of each stage; empty for the recursion, which has no stages."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Job:
    """What both executors are asked to do, checked."""

    problem: StagedProblem
    device: Response
    timetable: Timetable
    groups: tuple[range, ...]
    start: FloatArray
    draws: Draws
    negative_rate: FloatArray
    rule: BatchRule

    def update(self, block: int, weights: FloatArray, signals: list[FloatArray]) -> FloatArray:
        """Weights of a block after an update with a batch's signals."""
        part = self.problem.parts[block]
        return apply_to_block(self.problem, self.device, part, weights, signals, self.negative_rate, self.rule)


def run_clocked(
    problem: StagedProblem,
    device: Response,
    schedule: PipelineSchedule,
    *,
    step_size: ArrayLike,
    samples: int,
    runs: int,
    seed: Seed,
    rule: BatchRule = "accumulated",
) -> Execution:
    """Carry out the timetable event by event.

    State: one copy of each stage's weights on each worker that holds it (and stashed ones if the schedule
    stashes), activations of samples in flight, messages under way, signals that wait for their update. A
    backward unit uses the weights as they are then. Memory does not grow with `samples`, but for the timetable.

    Args:
        problem: a chain of at least as many blocks as the schedule has stages.
        device: response functions; array fields of shape (settings, 1, 1) vary over settings.
        schedule: who does what when.
        step_size: α > 0, a number or shape (settings,) [weight units / gradient units].
        samples: micro-batches in all, a multiple of the schedule's `microbatches`, more than the longest delay
            counted in updates.
        runs: independent runs, ≥ 1.
        seed: int ≥ 0 or SeedSequence; the randomness of sample k is the k-th draw, whatever the schedule.
        rule: how a batch's signals reach the device, see `simulation.pipeline_stage.applied`.

    Raises:
        ValueError: if an argument is out of range, the shapes do not fit, or the schedule stashes weights that
            cannot be copied.

    Source: arXiv:2410.15155, section 2.
    """
    job = _job(problem, device, schedule, step_size, samples, runs, seed, rule)
    floor = _Floor(job)
    with arithmetic():
        for event in job.timetable.events():
            floor.carry_out(event)
    return Execution(final_weights=floor.weights(), timetable=job.timetable, held=floor.held())


def run_recursion(
    problem: StagedProblem,
    device: Response,
    schedule: PipelineSchedule,
    *,
    step_size: ArrayLike,
    samples: int,
    runs: int,
    seed: Seed,
    rule: BatchRule = "accumulated",
) -> Execution:
    """Carry out W_{k+1} = U(W_k, −α·g(U_k, W_k)) in sample order, U_k = (W^m_{k − d})_m.

    The delay d of each sample and stage is read off the timetable: min(k, d_m) if all stages are equally fast.

    The forward pass of every sample of update k reads U_k, the backward pass W_k, or U_k if the schedule stashes
    weights. Arguments, results and errors: as `run_clocked`.

    Source: arXiv:2410.15155, section 2.
    """
    job = _job(problem, device, schedule, step_size, samples, runs, seed, rule)
    table, batch = job.timetable, schedule.microbatches
    past = deque([job.start], maxlen=max(table.delays) + 1)
    with arithmetic():
        for start in range(0, table.samples, batch):
            weights, signals = past[-1], []
            for sample in range(start, start + batch):
                stale = _stale(job, past, sample)
                used = stale if table.stashed else weights
                signals.append(problem.delayed_signal(stale, used, job.draws[sample]))
                job.draws.drop(sample)
            past.append(_updated(job, weights, signals))
    return Execution(final_weights=past[-1], timetable=table, held=())


def _stale(job: _Job, past: "deque[FloatArray]", sample: int) -> FloatArray:
    """U_k from the last iterates, newest last."""
    stale = np.empty_like(past[-1])
    for row, blocks in zip(job.timetable.reads, job.groups, strict=True):
        delay = row[sample].update - row[sample].forward
        for part in job.problem.parts[blocks.start : blocks.stop]:
            stale[..., part] = past[-1 - delay][..., part]
    return stale


def _updated(job: _Job, weights: FloatArray, signals: list[FloatArray]) -> FloatArray:
    """All blocks after an update."""
    changed = np.empty_like(weights)
    for block, part in enumerate(job.problem.parts):
        own = [np.ascontiguousarray(signal[..., part]) for signal in signals]
        changed[..., part] = job.update(block, np.ascontiguousarray(weights[..., part]), own)
    return changed


class _Floor:
    """Where the stages stand, and what lies between them."""

    def __init__(self, job: _Job) -> None:
        self._job, self._last = job, job.timetable.stages - 1
        places = {(update.worker, update.stage) for update in job.timetable.updates}
        self._stages = {
            (worker, stage): Stage(job.problem, job.groups[stage], job.start, stashed=job.timetable.stashed)
            for worker, stage in sorted(places)
        }
        self._holders = [sum(stage == held for _, held in places) for stage in range(self._last + 1)]
        self._mail: dict[tuple[str, int, int], FloatArray] = {}
        self._signals: dict[tuple[int, int], tuple[int, dict[int, FloatArray]]] = {}

    def carry_out(self, event: Unit | Update) -> None:
        """Do what the event says."""
        actions: dict[str, Callable[[Unit], None]] = {"forward": self._forward, "backward": self._backward}
        if isinstance(event, Update):
            self._update(event)
        else:
            actions[event.kind](event)

    def held(self) -> tuple[int, ...]:
        """Most samples held by a worker of each stage."""
        peaks = [0] * (self._last + 1)
        for (_, stage), place in self._stages.items():
            peaks[stage] = max(peaks[stage], place.held)
        return tuple(peaks)

    def weights(self) -> FloatArray:
        """All weights side by side, those of the first worker that holds a stage."""
        found: dict[int, FloatArray] = {}
        for place in self._stages.values():
            found = place.weights | found
        return np.concatenate([found[block] for block in sorted(found)], axis=-1)

    def _forward(self, unit: Unit) -> None:
        raw, sample = self._job.draws[unit.sample], unit.sample
        message = self._job.problem.enter(raw) if unit.stage == 0 else self._mail.pop(("forward", unit.stage, sample))
        message = self._stages[unit.worker, unit.stage].forward(sample, message)
        if unit.stage == self._last:
            self._mail["backward", unit.stage, sample] = self._job.problem.loss(raw, message)
        else:
            self._mail["forward", unit.stage + 1, sample] = message

    def _backward(self, unit: Unit) -> None:
        raw, sample = self._job.draws[unit.sample], unit.sample
        error = self._mail.pop(("backward", unit.stage, sample))
        error, signals = self._stages[unit.worker, unit.stage].backward(sample, error, raw)
        self._signals[unit.stage, sample] = (self._holders[unit.stage], signals)
        if unit.stage == 0:
            self._job.draws.drop(sample)
        else:
            self._mail["backward", unit.stage - 1, sample] = error

    def _update(self, update: Update) -> None:
        signals = [self._take(update.stage, sample) for sample in update.samples]
        weights = self._stages[update.worker, update.stage].weights
        for block, held in weights.items():
            weights[block] = self._job.update(block, held, [signal[block] for signal in signals])

    def _take(self, stage: int, sample: int) -> dict[int, FloatArray]:
        """A sample's signals, forgotten when the last worker that holds the stage has taken them."""
        left, signals = self._signals.pop((stage, sample))
        if left > 1:
            self._signals[stage, sample] = (left - 1, signals)
        return signals


def _job(
    problem: StagedProblem,
    device: Response,
    schedule: PipelineSchedule,
    step_size: ArrayLike,
    samples: int,
    runs: int,
    seed: Seed,
    rule: BatchRule,
) -> _Job:
    if not isinstance(problem, StagedProblem):
        raise ValueError(f"problem must be a chain of blocks (a StagedProblem), got {type(problem).__module__}")
    if rule not in RULES:
        raise ValueError(f"rule must be one of {list(RULES)}, got {rule!r}")
    rate = checked_rate(step_size)
    count = integer("runs", runs, minimum=1)
    schedule.require_device(device)
    groups, table = assign(problem, schedule.stages), schedule.timetable(samples)
    longest = max(schedule.steady_delays())
    if longest * schedule.microbatches >= table.samples:
        raise ValueError(f"samples must be > {longest * schedule.microbatches}, the longest delay, got {samples}")
    start, (training, _) = initial_weights(problem, device, rate, count), generators(seed)
    draws = Draws(problem, training, count)
    return _Job(
        problem=problem,
        device=device,
        timetable=table,
        groups=groups,
        start=start,
        draws=draws,
        negative_rate=-rate,
        rule=rule,
    )
