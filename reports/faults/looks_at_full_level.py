"""Every look at the whole level of a claim."""

from typing import Any
from unittest.mock import patch

from reports import gate
from reports.claims import Claim
from reports.faults._fault import Fault
from reports.gate.claim import GateClaim, Measured

true = gate.recorded


def alone(claim: GateClaim, found: Measured, _: int) -> Claim:
    """A claim that was looked at once."""
    return true(claim, found, 1)


def planted() -> Any:
    """Where a measurement becomes a claim."""
    return patch.object(gate, "recorded", alone)


FAULT = Fault(
    title="Every look at the whole level of a claim",
    planted=planted,
    red=("statistics-shares",),
)
