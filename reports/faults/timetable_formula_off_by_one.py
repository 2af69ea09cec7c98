"""The closed form of a delay is M − m + 1 in the place of M − m."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from theory.predictions import SCHEDULES


def planted() -> Any:
    """Among the closed forms."""
    true = SCHEDULES["asynchronous_1f1b"]
    return patch.dict(SCHEDULES, {"asynchronous_1f1b": replace(true, delay=true.delay + 1)})


FAULT = Fault(
    title="The closed form of a delay is M − m + 1 in the place of M − m",
    planted=planted,
    red=("timetables-asynchronous-1f1b",),
)
