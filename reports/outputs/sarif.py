"""Decisions as SARIF 2.1.0, the format in which code hosts take the findings of an analysis."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from reports.build import to_json
from reports.ledger import Row

HELP = "SARIF 2.1.0"
FILE = "check.sarif"
_KINDS = {"holds": ("pass", "none"), "violated": ("fail", "error"), "undecided": ("fail", "error")}
"""A claim that is not decided fails as one that is refuted does."""


def render(rows: Sequence[Row], level: float) -> bytes:
    """One rule and one result a claim; results lie in the notebook that recorded them."""
    driver = {
        "name": "aimc check",
        "semanticVersion": version("aimc-pipeline"),
        "rules": [{"id": row.claim.name, "shortDescription": {"text": row.claim.statement}} for row in rows],
    }
    run = {
        "tool": {"driver": driver},
        "properties": {"level": level},
        "results": [_result(row, place) for place, row in enumerate(rows)],
    }
    return to_json({"version": "2.1.0", "runs": [run]})


def _result(row: Row, place: int) -> dict[str, Any]:
    kind, severity = _KINDS[row.decision.verdict]
    location = {"physicalLocation": {"artifactLocation": {"uri": row.source, "uriBaseId": "SRCROOT"}}}
    text = f"{row.decision.verdict}: {row.detail}" + (f" Repeat: {row.command}" if row.failed else "")
    return {
        "ruleId": row.claim.name,
        "ruleIndex": place,
        "kind": kind,
        "level": severity,
        "message": {"text": text},
        "locations": [location],
    }
