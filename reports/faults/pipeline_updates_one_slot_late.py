"""A stage applies its update one slot late."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation.schedules import Timetable, Unit, Update


def late(table: Timetable) -> list[Unit | Update]:
    """Updates after the units of the next slot."""
    events: list[Unit | Update] = [*table.units, *table.updates]
    return sorted(events, key=lambda event: (event.slot + isinstance(event, Update), isinstance(event, Update)))


def planted() -> Any:
    """In the order in which a timetable is carried out."""
    return patch.object(Timetable, "events", late)


FAULT = Fault(
    title="A stage applies its update one slot late",
    planted=planted,
    red=("executors-asynchronous-1f1b-4",),
)
