"""The spread of a sample with n in the place of n − 1."""

import math
from typing import Any
from unittest.mock import patch

from reports import claims
from reports.faults._fault import Fault
from reports.intervals import interval

true = interval


def narrow(sample: Any, level: float) -> tuple[float, float]:
    """The interval, narrower about the mean by √((n − 1)/n)."""
    low, high = true(sample, level)
    centre, factor = float(sample.mean()), math.sqrt(1 - 1 / len(sample))
    return centre + factor * (low - centre), centre + factor * (high - centre)


def planted() -> Any:
    """Where claims are decided."""
    return patch.object(claims, "interval", narrow)


FAULT = Fault(
    title="The spread of a sample with n in the place of n − 1",
    planted=planted,
    red=("statistics-student",),
)
