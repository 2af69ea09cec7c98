"""The gradient's norm is averaged, not its square."""

from typing import Any
from unittest.mock import patch

import numpy as np

from reports.faults._fault import Fault
from simulation import statistics
from simulation._arrays import FloatArray

observe = statistics.observe


def unsquared(*given: Any) -> FloatArray:
    """As it should be, but for a root of the first quantity."""
    values = observe(*given)
    values[0] = np.sqrt(values[0])
    return values


def planted() -> Any:
    """Where a step is observed."""
    return patch.object(statistics, "observe", unsquared)


FAULT = Fault(
    title="The gradient's norm is averaged, not its square",
    planted=planted,
    red=("rate-of-t3", "averages-gradient_norm"),
)
