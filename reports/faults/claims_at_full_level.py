"""Every claim at the whole level of all."""

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from reports import claims
from reports.faults._fault import Fault


def alone(judged: Sequence[claims.Claim], *, level: float, others: int = 0) -> tuple[claims.Decision, ...]:
    """Each claim as if it were the only one."""
    del others
    return tuple(claims.decide(claim, level=level) for claim in judged)


def planted() -> Any:
    """Where claims are decided together."""
    return patch.object(claims, "decide_all", alone)


FAULT = Fault(
    title="Every claim at the whole level of all",
    planted=planted,
    red=("statistics-family",),
)
