"""Values of one run counted as if they were runs."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np

from reports import gate
from reports.claims import Claim
from reports.faults._fault import Fault
from reports.gate.claim import GateClaim, Measured

true = gate.recorded


def repeated(claim: GateClaim, found: Measured, looks: int) -> Claim:
    """Every run four times."""
    left, right = (np.repeat(side, 4) for side in (found.left, found.right))
    return true(claim, replace(found, left=left, right=right), looks)


def planted() -> Any:
    """Where a measurement becomes a claim."""
    return patch.object(gate, "recorded", repeated)


FAULT = Fault(
    title="Values of one run counted as if they were runs",
    planted=planted,
    red=("statistics-seeds",),
)
