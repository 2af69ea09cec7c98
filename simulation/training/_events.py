"""What a schedule lets happen, one event after the other, without a timetable of the whole training."""

import heapq
from collections import defaultdict, deque
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from simulation.schedules import PipelineSchedule, Unit, Update
from simulation.schedules._timetable import SLOTS_PER_CLOCK, Kind


def events(schedule: PipelineSchedule, samples: int) -> Iterator[Unit | Update]:
    """Units and updates in the order of time, as `Timetable.events`, made only when asked for."""
    first = schedule.timetable(schedule.microbatches)
    kinds: tuple[Kind, ...] = ("forward", "backward")
    streams: list[Iterator[Unit | Update]] = [
        _units(schedule, stage, kind, samples) for stage in range(schedule.stages) for kind in kinds
    ]
    streams += [_updates(schedule, update.worker, update.stage, samples) for update in first.updates]
    return heapq.merge(*streams, key=lambda event: (event.slot, isinstance(event, Update), event))


class Versions(NamedTuple):
    """Weights that a sample meets at a stage, counted in updates applied there before."""

    forward: int
    backward: int


def versions(schedule: PipelineSchedule, samples: int) -> Iterator[tuple[Versions, ...]]:
    """For each sample in order, the versions at every stage: `Timetable.reads`, in the memory of those in flight."""
    kinds: tuple[Kind, ...] = ("forward", "backward")
    applied = _Applied(schedule, samples, kinds)
    slots = {"forward": schedule.forward_slot, "backward": schedule.backward_slot}
    for sample in range(samples):
        row = []
        for stage in range(schedule.stages):
            worker = schedule.worker(stage, sample)
            read, used = (applied.before(kind, worker, stage, slots[kind](stage, sample)) for kind in kinds)
            row.append(Versions(read, read if schedule.stashed else used))
        yield tuple(row)


class _Applied:
    """Counts updates at each worker and stage, for readers that each move forward in time."""

    def __init__(self, schedule: PipelineSchedule, samples: int, readers: tuple[Kind, ...]) -> None:
        self._source, self._readers = schedule._updates(samples), readers
        self._due: defaultdict[tuple[Kind, int, int], deque[int]] = defaultdict(deque)
        self._done: defaultdict[tuple[Kind, int, int], int] = defaultdict(int)

    def before(self, reader: Kind, worker: int, stage: int, slot: int) -> int:
        """Updates whose slot ends before this one begins."""
        place = reader, worker, stage
        due = self._due[place]
        while due or self._fetch(place):
            if due[0] >= slot:
                break
            due.popleft()
            self._done[place] += 1
        return self._done[place]

    def _fetch(self, place: tuple[Kind, int, int]) -> bool:
        """Read updates until one of the place is found."""
        for update in self._source:
            for reader in self._readers:
                self._due[reader, update.worker, update.stage].append(update.slot)
            if (update.worker, update.stage) == place[1:]:
                return True
        return False


def clocks(schedule: PipelineSchedule, samples: int) -> Fraction:
    """Clocks until the last unit of that many samples ends: `Timetable.clocks`."""
    if not samples:
        return Fraction(0)
    last = range(max(0, samples - schedule.microbatches), samples)
    stop = max(
        schedule.backward_slot(stage, sample) + schedule.length(stage)
        for stage in range(schedule.stages)
        for sample in last
    )
    return Fraction(stop, SLOTS_PER_CLOCK)


def _units(schedule: PipelineSchedule, stage: int, kind: Kind, samples: int) -> Iterator[Unit]:
    slot = schedule.forward_slot if kind == "forward" else schedule.backward_slot
    length = schedule.length(stage)
    for sample in range(samples):
        yield Unit(slot(stage, sample), schedule.worker(stage, sample), stage, kind, sample, length)


def _updates(schedule: PipelineSchedule, worker: int, stage: int, samples: int) -> Iterator[Update]:
    for update in schedule._updates(samples):
        if (update.worker, update.stage) == (worker, stage):
            yield update
