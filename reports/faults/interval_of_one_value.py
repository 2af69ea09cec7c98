"""The spread of single values in the place of their mean's."""

import math
from typing import Any
from unittest.mock import patch

from reports import claims
from reports.faults._fault import Fault
from reports.intervals import interval

true = interval


def wide(sample: Any, level: float) -> tuple[float, float]:
    """The interval, wider about the mean by √n."""
    low, high = true(sample, level)
    centre, factor = float(sample.mean()), math.sqrt(len(sample))
    return centre + factor * (low - centre), centre + factor * (high - centre)


def planted() -> Any:
    """Where claims are decided."""
    return patch.object(claims, "interval", wide)


FAULT = Fault(
    title="The spread of single values in the place of their mean's",
    planted=planted,
    red=("statistics-student",),
)
