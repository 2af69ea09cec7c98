"""The kernel takes any conclusion for the sum of its terms."""

from unittest.mock import patch

from reports.faults._fault import Fault

FAULT = Fault(
    title="The kernel takes any conclusion for the sum of its terms",
    planted=lambda: patch("theory.kernel.is_zero", return_value=True),
    red=("refusals-conclusion",),
)
