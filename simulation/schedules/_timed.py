"""The same order of work when stages take unequal times: who does what when, exactly."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from numbers import Rational
from typing import NamedTuple

from simulation.schedules._timetable import SLOTS_PER_CLOCK, Timetable, Unit, Update

Duration = Fraction | float | Sequence[Fraction | float]


class Span(NamedTuple):
    """When one unit or update is under way [clocks]."""

    what: Unit | Update
    start: Fraction
    stop: Fraction


@dataclass(frozen=True, kw_only=True)
class Timing:
    """A timetable carried out as early as its order allows."""

    timetable: Timetable
    """The order."""
    spans: tuple[Span, ...]
    """Units and updates, in the order of their slots."""

    @cached_property
    def clocks(self) -> Fraction:
        """When the last span ends [clocks]."""
        return max(span.stop for span in self.spans)

    @property
    def density(self) -> Fraction:
        """Fraction of the workers' time that is spent on units; time spent on updates is lost time."""
        busy = sum((span.stop - span.start for span in self.spans if isinstance(span.what, Unit)), Fraction(0))
        return busy / (self.timetable.workers * self.clocks)


def timed(
    timetable: Timetable,
    *,
    forward: Duration | None = None,
    backward: Duration | None = None,
    updating: Duration = Fraction(0),
) -> Timing:
    """Carry out the timetable in its order, each unit as soon as its worker is free and its message is there.

    start(unit) = max(stop of the worker's previous work, stop of the unit that sends its message); an update
    waits for its worker and for the signals that it applies. Every worker keeps its order, hence which weights
    each unit reads, and with them the delays, do not depend on the durations: a slow stage costs time only.

    Args:
        timetable: the order.
        forward: duration of a forward unit, one number or one for each stage, > 0 [clocks]; that of the
            timetable, half a clock a slot, if None.
        backward: duration of a backward unit, likewise.
        updating: time for which an update (and a copy) keeps its worker from working, likewise, ≥ 0.

    Raises:
        ValueError: if a duration is not a finite number in its range, or there is not one for each stage.
    """
    planned = [Fraction(timetable.slot_of["forward", m, 0].length, SLOTS_PER_CLOCK) for m in range(timetable.stages)]
    forward, backward = planned if forward is None else forward, planned if backward is None else backward
    durations = {
        "forward": _durations("forward", forward, timetable.stages, positive=True),
        "backward": _durations("backward", backward, timetable.stages, positive=True),
        "update": _durations("updating", updating, timetable.stages, positive=False),
    }
    clock = _Clock(timetable, durations)
    # Slots sort the events topologically: messages come from earlier slots, updates follow their slot's units.
    for event in timetable.events():
        clock.carry_out(event)
    return Timing(timetable=timetable, spans=tuple(clock.spans))


class _Clock:
    """When each worker is free and each unit done, while events are carried out one by one."""

    def __init__(self, timetable: Timetable, durations: dict[str, tuple[Fraction, ...]]) -> None:
        self._timetable, self._durations = timetable, durations
        self._free: defaultdict[int, Fraction] = defaultdict(Fraction)
        self._done: dict[Unit, Fraction] = {}
        self.spans: list[Span] = []

    def carry_out(self, event: Unit | Update) -> None:
        """Find the event's span."""
        start = max([self._free[event.worker], *(self._done[unit] for unit in self._needed(event))])
        kind = event.kind if isinstance(event, Unit) else "update"
        stop = start + self._durations[kind][event.stage]
        if isinstance(event, Unit):
            self._done[event] = stop
        self.spans.append(Span(event, start, stop))
        self._free[event.worker] = stop

    def _needed(self, event: Unit | Update) -> list[Unit]:
        if isinstance(event, Update):
            return [self._timetable.slot_of["backward", event.stage, sample] for sample in event.samples]
        sender = self._timetable.sender(event)
        return [] if sender is None else [sender]


def _durations(name: str, value: Duration, stages: int, *, positive: bool) -> tuple[Fraction, ...]:
    given = tuple(value) if isinstance(value, Sequence) else (value,) * stages
    if len(given) != stages:
        raise ValueError(f"{name} must be one number or {stages}, one a stage, got {len(given)}")
    allowed = "finite and > 0" if positive else "finite and >= 0"
    for number in given:
        usable = isinstance(number, Rational | float) and not isinstance(number, bool)
        if not usable or not 0 <= number < float("inf") or (positive and number == 0):
            raise ValueError(f"{name} must be {allowed}, got {number!r}")
    return tuple(Fraction(number) for number in given)
