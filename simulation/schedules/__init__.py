"""Pipeline schedules, one a file: each module exports a frozen dataclass `Schedule` (see `_schedule`)."""

from simulation._registry import discover
from simulation.schedules._schedule import PipelineSchedule
from simulation.schedules._timed import Span, Timing, timed
from simulation.schedules._timetable import Timetable, Unit, Update

SCHEDULES = discover(
    __name__,
    __path__,
    "Schedule",
    ("stages", "microbatches", "worker", "forward_slot", "backward_slot", "timetable", "require_device"),
)
"""Every schedule of this folder: file name → class."""

__all__ = ["SCHEDULES", "PipelineSchedule", "Span", "Timetable", "Timing", "Unit", "Update", "timed"]
