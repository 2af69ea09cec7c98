"""The stationary variance of one update of delay more."""

from typing import Any
from unittest.mock import patch

from sympy import Expr

from reports.faults._fault import Fault
from theory.predictions import variance_factor


def later(delay: int) -> Expr:
    """The true one, of another delay."""
    return variance_factor(delay + 1)


def planted() -> Any:
    """Where the gate asks for it."""
    return patch("reports.gate.claims.stationary.variance_factor", later)


FAULT = Fault(
    title="The stationary variance of one update of delay more",
    planted=planted,
    red=("stationary-delay-1",),
)
