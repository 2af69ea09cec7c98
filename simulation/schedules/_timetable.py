"""The timetable of a pipeline, and everything that can be read off it: nothing here is typed in.

Time is counted in slots. In a slot a worker does one unit: the forward or the backward pass of one micro-batch
through one stage. A *clock* is two slots, the time in which a worker can do one forward and one backward unit.
Stages, workers, samples (micro-batches) and updates are counted from 0: stage m of the theory is index m − 1.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, NamedTuple

Kind = Literal["forward", "backward"]
SLOTS_PER_CLOCK = 2


class Unit(NamedTuple):
    """One forward or backward pass of one sample through one stage."""

    slot: int
    """Its first slot."""
    worker: int
    stage: int
    kind: Kind
    sample: int
    length: int = 1
    """Slots that it takes."""

    @property
    def stop(self) -> int:
        """First slot after it."""
        return self.slot + self.length


class Update(NamedTuple):
    """A worker changes its weights of a stage at the end of a slot, after all reads of that slot."""

    slot: int
    worker: int
    stage: int
    samples: tuple[int, ...]
    """The samples whose signals it applies, in order."""


class Reads(NamedTuple):
    """Which weights a sample meets at a stage, counted in updates applied there before."""

    update: int
    """Number k of the update that applies the sample's signal: k updates come before it."""
    forward: int
    """Updates applied before the forward unit: it reads W_forward."""
    backward: int
    """Updates applied before the backward unit, or `forward` if the weights were stashed: it uses W_backward."""


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """Who does what in which slot, and when weights change.

    Raises:
        ValueError: naming the unit, if a unit is missing or done twice, a worker is given two units in a slot,
            a message is used in the slot in which it is sent or before, samples overtake one another at a
            stage, or an update is missing, doubled, or comes before the signals that it applies.
    """

    stages: int
    """M, stages."""
    workers: int
    """Rows of the timetable; one a stage in a pipeline."""
    samples: int
    """Micro-batches in all."""
    units: tuple[Unit, ...]
    """All units, in any order; kept sorted by slot."""
    updates: tuple[Update, ...]
    """All updates, in any order; kept sorted by slot."""
    stashed: bool = False
    """Whether the backward unit uses a kept copy of the weights that the forward unit read."""

    def __post_init__(self) -> None:
        """Sort and check."""
        object.__setattr__(self, "units", tuple(sorted(self.units)))
        object.__setattr__(self, "updates", tuple(sorted(self.updates)))
        for problem in self._problems():
            raise ValueError(problem)

    @cached_property
    def slots(self) -> int:
        """Slots from the first to the last that is used."""
        return max(unit.stop for unit in self.units)

    @property
    def clocks(self) -> Fraction:
        """Clocks = slots / 2."""
        return Fraction(self.slots, SLOTS_PER_CLOCK)

    @property
    def density(self) -> Fraction:
        """Fraction of the workers' slots that are used: Σ lengths of units / (workers · slots)."""
        return Fraction(sum(unit.length for unit in self.units), self.workers * self.slots)

    @cached_property
    def slot_of(self) -> dict[tuple[Kind, int, int], Unit]:
        """(kind, stage, sample) → its unit."""
        return {(unit.kind, unit.stage, unit.sample): unit for unit in self.units}

    @cached_property
    def reads(self) -> tuple[tuple[Reads, ...], ...]:
        """Weight versions that each sample meets, [stage][sample]."""
        return tuple(tuple(self._reads_of(stage, k) for k in range(self.samples)) for stage in range(self.stages))

    @cached_property
    def delays(self) -> tuple[int, ...]:
        """d_m = max over samples of (update − forward version), for each stage, in updates."""
        return tuple(max(read.update - read.forward for read in row) for row in self.reads)

    @cached_property
    def backward_delays(self) -> tuple[int, ...]:
        """Max over samples of (update − backward version), for each stage: 0 where weights are not stashed."""
        return tuple(max(read.update - read.backward for read in row) for row in self.reads)

    @cached_property
    def activations(self) -> tuple[int, ...]:
        """Most samples that a worker holds of a stage at once, from the forward to the end of the backward slot."""
        return tuple(
            max(self._most_held(worker, stage) for worker in range(self.workers)) for stage in range(self.stages)
        )

    @cached_property
    def copies(self) -> tuple[int, ...]:
        """Arrays that each stage's weights take: workers that store them, times versions held if stashed."""
        holders = [sum(stage == held for _, held in self._updates_at) for stage in range(self.stages)]
        if not self.stashed:
            return tuple(holders)
        return tuple(self._versions_held(stage) for stage in range(self.stages))

    def events(self) -> list[Unit | Update]:
        """Units and updates in the order of time; a slot's updates come after all of its units."""
        events: list[Unit | Update] = [*self.units, *self.updates]
        return sorted(events, key=lambda event: (event.slot, isinstance(event, Update)))

    def picture(self) -> str:
        """Draw it: a row a worker, a column a slot; F or B and the sample; * where weights are updated after.

        A worker that does several stages shows them as F<sample>.<stage>; a unit of several slots fills each.
        """
        updating = {(update.slot, update.worker) for update in self.updates}
        cells = {
            (unit.worker, slot): self._label(unit) + ("*" if (slot, unit.worker) in updating else "")
            for unit in self.units
            for slot in range(unit.slot, unit.stop)
        }
        width = max(map(len, cells.values()))
        rows = (
            " ".join(cells.get((worker, slot), ".").ljust(width) for slot in range(self.slots))
            for worker in range(self.workers)
        )
        return "\n".join(f"{worker} | {row}".rstrip() for worker, row in enumerate(rows))

    def _label(self, unit: Unit) -> str:
        stages = {stage for worker, stage in self._units_at if worker == unit.worker}
        stage = f".{unit.stage}" if len(stages) > 1 else ""
        return f"{unit.kind[0].upper()}{unit.sample}{stage}"

    @cached_property
    def _updates_at(self) -> dict[tuple[int, int], list[Update]]:
        """(worker, stage) → its updates in order."""
        found: defaultdict[tuple[int, int], list[Update]] = defaultdict(list)
        for update in self.updates:
            found[update.worker, update.stage].append(update)
        return dict(found)

    @cached_property
    def _number_of(self) -> dict[tuple[int, int, int], int]:
        """(worker, stage, sample) → number of the update that applies it there."""
        return {
            (*place, sample): number
            for place, updates in self._updates_at.items()
            for number, update in enumerate(updates)
            for sample in update.samples
        }

    @cached_property
    def _version_at(self) -> dict[Unit, int]:
        """Updates applied to the worker's weights of the stage before each unit, in one sweep over time."""
        done: defaultdict[tuple[int, int], int] = defaultdict(int)
        waiting = iter([*self.updates, None])
        update, versions = next(waiting), {}
        for unit in self.units:
            while update is not None and update.slot < unit.slot:
                done[update.worker, update.stage] += 1
                update = next(waiting)
            versions[unit] = done[unit.worker, unit.stage]
        return versions

    def _reads_of(self, stage: int, sample: int) -> Reads:
        forward, backward = self.slot_of["forward", stage, sample], self.slot_of["backward", stage, sample]
        read = self._version_at[forward]
        used = read if self.stashed else self._version_at[backward]
        return Reads(self._number_of[backward.worker, stage, sample], read, used)

    def _most_held(self, worker: int, stage: int) -> int:
        """Most samples begun and not ended at one worker and stage, the one that is ending included."""
        held = most = 0
        for unit in self._units_at.get((worker, stage), ()):
            held += 1 if unit.kind == "forward" else -1
            most = max(most, held)
        return most

    @cached_property
    def _units_at(self) -> dict[tuple[int, int], list[Unit]]:
        """(worker, stage) → its units in order."""
        found: defaultdict[tuple[int, int], list[Unit]] = defaultdict(list)
        for unit in self.units:
            found[unit.worker, unit.stage].append(unit)
        return dict(found)

    def _versions_held(self, stage: int) -> int:
        """Most distinct versions among those that samples in flight wait for and the current one."""
        held: dict[int, int] = {}
        most = 1
        for unit in self._units_at[stage, stage]:
            if unit.kind == "forward":
                held[unit.sample] = self._version_at[unit]
            most = max(most, len({*held.values(), self._version_at[unit]}))
            if unit.kind == "backward":
                del held[unit.sample]
        return most

    def _problems(self) -> Iterator[str]:
        """What is wrong with it, in words."""
        yield from self._wrong_units()
        yield from self._wrong_messages()
        yield from self._wrong_updates()

    def _wrong_units(self) -> Iterator[str]:
        expected = {
            (kind, stage, sample)
            for kind in ("forward", "backward")
            for stage in range(self.stages)
            for sample in range(self.samples)
        }
        missing = sorted(expected - self.slot_of.keys()) + sorted(self.slot_of.keys() - expected)
        if missing or len(self.units) != len(expected):
            yield f"units must hold each (kind, stage, sample) once, got {len(self.units)}, wrong are {missing[:3]}"
        free: defaultdict[int, int] = defaultdict(int)
        for unit in self.units:
            if unit.slot < free[unit.worker]:
                yield f"units must start at slots >= 0 at which their worker is free, got {unit}"
            free[unit.worker] = unit.stop

    def _wrong_messages(self) -> Iterator[str]:
        for unit in self.units:
            sender = self.sender(unit)
            if sender is not None and sender.stop > unit.slot:
                yield f"units must wait for their message, got {unit} not after {sender}"
        latest: dict[tuple[int, int, Kind], Unit] = {}
        for unit in self.units:
            before = latest.get((unit.worker, unit.stage, unit.kind))
            if before is not None and before.sample > unit.sample:
                yield f"units must keep the samples in order, got {unit} after {before}"
            latest[unit.worker, unit.stage, unit.kind] = unit

    def sender(self, unit: Unit) -> Unit | None:
        """Return the unit whose result this one needs, None for the first stage's forward unit."""
        step = -1 if unit.kind == "forward" else 1
        if unit.kind == "backward" and unit.stage == self.stages - 1:
            return self.slot_of["forward", unit.stage, unit.sample]  # the loss is evaluated at the last stage
        return self.slot_of.get((unit.kind, unit.stage + step, unit.sample))

    def _wrong_updates(self) -> Iterator[str]:
        applied = {place: [k for u in updates for k in u.samples] for place, updates in self._updates_at.items()}
        for worker, stage in self._units_at:
            if sorted(applied.get((worker, stage), ())) != list(range(self.samples)):
                yield f"updates must apply each sample once at worker {worker}, stage {stage}, got otherwise"
                return
        for update in self.updates:
            late = [k for k in update.samples if self.slot_of["backward", update.stage, k].stop > update.slot + 1]
            if late:
                yield f"updates must wait for the signals that they apply, got {update} before samples {late}"
