"""Decisions as JSON, worst first: ``{"level": …, "claims": [{origin, claim, kind, statement, verdict, …}]}``."""

from __future__ import annotations

from collections.abc import Sequence

from reports.build import to_json
from reports.ledger import Row

HELP = "JSON, which --baseline reads"
FILE = "check.json"


def render(rows: Sequence[Row], level: float) -> bytes:
    """The family-wise level and one object a claim; undefined numbers are null."""
    return to_json({"level": level, "claims": [row.to_json() for row in rows]})
