"""A network trained event by event, with one copy of each stage's weights: what hardware would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from simulation._arithmetic import arithmetic
from simulation._arrays import FloatArray, IntArray
from simulation.devices._response import Response
from simulation.layers._layer import Array, Message, Terms
from simulation.networks._network import LayeredNetwork
from simulation.schedules import PipelineSchedule, Unit, Update
from simulation.training._data import Labelled
from simulation.training._events import events
from simulation.training._job import Job, job
from simulation.training._passes import Score, backward, forward, score


@dataclass(frozen=True, kw_only=True, eq=False)
class Clocked:
    """Outcome of a training event by event."""

    weights: tuple[Array, ...]
    """W of each array after the last update, (settings, runs, rows, columns) [weight units]."""
    losses: FloatArray
    """Mean loss of each micro-batch as its forward pass found it, (micro-batches, settings, runs)."""
    held: tuple[int, ...]
    """Most samples whose activations a worker held of each stage."""


def train_clocked(
    network: LayeredNetwork,
    data: Labelled | Sequence[ArrayLike],
    device: Response,
    schedule: PipelineSchedule | None = None,
    **arguments: Any,
) -> Clocked:
    """Carry out the schedule event by event; arguments are those of `train` that determine the weights.

    State: one copy of each stage's weights on each worker that holds it (and stashed ones if the schedule
    stashes), activations of samples in flight, messages under way, terms that wait for their update. It is slower
    than `train` and measures nothing on the way: it exists so that the recursion can be held against it, bit by bit.

    Raises:
        ValueError: as `train`.
    """
    floor = _Floor(job(network, data, device, schedule, **arguments))
    with arithmetic():
        for event in events(floor.job.schedule, floor.job.microbatches):
            floor.carry_out(event)
    return floor.outcome()


class _Place:
    """A worker's copy of a stage."""

    def __init__(self, weights: dict[int, Array]) -> None:
        self.weights = weights
        self.stored: dict[int, dict[int, Any]] = {}
        self.stash: dict[int, dict[int, Array]] = {}
        self.updates = self.held = 0


class _Floor:
    """Where the stages stand, and what lies between them."""

    def __init__(self, job: Job) -> None:
        self.job, self._last = job, job.schedule.stages - 1
        start = job.initial()
        first = job.schedule.timetable(job.schedule.microbatches)
        self._places = {
            (update.worker, update.stage): _Place(
                {number: start[number].copy() for number in job.stages[update.stage] if number in start}
            )
            for update in first.updates
        }
        self._holders = [sum(stage == held for _, held in self._places) for stage in range(self._last + 1)]
        self._mail: dict[tuple[str, int, int], Message] = {}
        self._drawn: dict[int, tuple[Array, IntArray]] = {}
        self._terms: dict[tuple[int, int], tuple[int, dict[int, Terms]]] = {}
        self._losses: dict[int, Array] = {}

    def carry_out(self, event: Unit | Update) -> None:
        """Do what the event says."""
        if isinstance(event, Update):
            self._update(event)
        elif event.kind == "forward":
            self._forward(event)
        else:
            self._backward(event)

    def outcome(self) -> Clocked:
        """Weights of the first worker that holds a stage, and what was noted."""
        found: dict[int, Array] = {}
        held = [0] * (self._last + 1)
        for (_, stage), place in self._places.items():
            found = place.weights | found
            held[stage] = max(held[stage], place.held)
        losses = np.stack([self._losses[sample] for sample in sorted(self._losses)])
        return Clocked(weights=tuple(found[n] for n in sorted(found)), losses=losses, held=tuple(held))

    def _forward(self, unit: Unit) -> None:
        sample, place = unit.sample, self._places[unit.worker, unit.stage]
        if unit.stage == 0:
            self._drawn[sample] = self.job.feed[sample]
            message: Message = (self._drawn[sample][0],)
        else:
            message = self._mail.pop(("forward", unit.stage, sample))
        message, stored = forward(
            self.job.network, self.job.stages[unit.stage], self.job.tiles(place.weights, sample), message
        )
        place.stored[sample] = stored
        if self.job.schedule.stashed:
            place.stash[sample] = {number: array.copy() for number, array in place.weights.items()}
        place.held = max(place.held, len(place.stored))
        if unit.stage == self._last:
            found, error = score(self.job.network, message[0], self._drawn.pop(sample)[1])
            self._note(sample, found)
            self._mail["backward", unit.stage, sample] = (error,)
        else:
            self._mail["forward", unit.stage + 1, sample] = message

    def _backward(self, unit: Unit) -> None:
        sample, place = unit.sample, self._places[unit.worker, unit.stage]
        error = self._mail.pop(("backward", unit.stage, sample))
        tiles = self.job.tiles(place.stash.pop(sample, place.weights), sample)
        layers = self.job.stages[unit.stage]
        error, terms = backward(self.job.network, layers, tiles, place.stored.pop(sample), error)
        self._terms[unit.stage, sample] = (self._holders[unit.stage], terms)
        if unit.stage > 0:
            self._mail["backward", unit.stage - 1, sample] = error

    def _update(self, update: Update) -> None:
        place = self._places[update.worker, update.stage]
        batch = [self._take(update.stage, sample) for sample in update.samples]
        for number, array in place.weights.items():
            self.job.write(number, array, array, [terms[number] for terms in batch], place.updates)
        place.updates += 1

    def _take(self, stage: int, sample: int) -> dict[int, Terms]:
        """A sample's terms, forgotten when the last worker that holds the stage has taken them."""
        left, terms = self._terms.pop((stage, sample))
        if left > 1:
            self._terms[stage, sample] = (left - 1, terms)
        return terms

    def _note(self, sample: int, found: Score) -> None:
        self._losses[sample] = found.loss / self.job.batch
