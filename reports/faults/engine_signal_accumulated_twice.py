"""The last signal of a batch is added twice."""

from unittest.mock import patch

from reports.faults._fault import Fault

FAULT = Fault(
    title="The last signal of a batch is added twice",
    planted=lambda: patch("simulation.batch._total", lambda parts: sum(parts) + parts[-1]),
    red=("engines-synchronous-accumulated",),
)
