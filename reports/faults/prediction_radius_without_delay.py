"""The spectral radius of descent without delay."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from theory.predictions import spectral_radius


def prompt(*, delays: Any, **given: Any) -> float:
    """The true one, without the delays."""
    del delays
    return spectral_radius(delays=0, **given)


FAULT = Fault(
    title="The spectral radius of descent without delay",
    planted=lambda: patch("reports.gate.claims.step_limits.spectral_radius", prompt),
    red=("step-limits-1-above",),
)
