"""Backward units one clock after the messages that they wait for."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation.schedules.asynchronous_1f1b import Schedule

true = Schedule.backward_slot


def late(schedule: Schedule, stage: int, sample: int) -> int:
    """Two slots after the true one."""
    return true(schedule, stage, sample) + 2


def planted() -> Any:
    """In the schedule's own formula, so that everything derived from it agrees."""
    return patch.object(Schedule, "backward_slot", late)


FAULT = Fault(
    title="Backward units one clock after the messages that they wait for",
    planted=planted,
    red=("timetables-asynchronous-1f1b",),
)
