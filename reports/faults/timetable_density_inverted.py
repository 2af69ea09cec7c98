"""A density of what there is room for over what is done."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation.schedules import Timetable

true: Any = vars(Timetable)["density"].fget

FAULT = Fault(
    title="A density of what there is room for over what is done",
    planted=lambda: patch.object(Timetable, "density", property(lambda table: 1 / true(table))),
    red=("timetables-synchronous-1f1b",),
)
