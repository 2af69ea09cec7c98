"""The kernel takes any proof for a proof of what is stated."""

from unittest.mock import patch

from reports.faults._fault import Fault

FAULT = Fault(
    title="The kernel takes any proof for a proof of what is stated",
    planted=lambda: patch("theory.statement.is_zero", return_value=True),
    red=(
        "refusals-T3",
        "refusals-T1b",
    ),
)
