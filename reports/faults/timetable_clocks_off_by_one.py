"""A timetable that counts one clock too many."""

from fractions import Fraction
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation.schedules import Timetable

FAULT = Fault(
    title="A timetable that counts one clock too many",
    planted=lambda: patch.object(Timetable, "clocks", property(lambda table: Fraction(table.slots, 2) + 1)),
    red=("timetables-vanilla",),
)
