"""Hard bounds do not hold a weight back."""

from unittest.mock import patch

from reports.faults._fault import Fault
from simulation.devices._bounded import Bounded

FAULT = Fault(
    title="Hard bounds do not hold a weight back",
    planted=lambda: patch.object(Bounded, "settle", lambda _, weights: weights),
    red=("gains-*-bounds",),
)
