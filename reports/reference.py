"""The page of reference: every statement with its corollaries, and the notation table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from reports.errors import BuildError
from reports.ledger import Row, certificate_name
from reports.mathml import to_mathml


def statements(rows: Mapping[str, Row]) -> list[dict[str, Any]]:
    """The general statements, each with its corollaries; ``rows`` are their certificates by name.

    Raises BuildError naming a statement whose formula is not understood.
    """
    if not rows:
        return []
    import theory  # noqa: PLC0415

    shown = {s.id: _statement(s, rows[certificate_name(s.id)]) for s in theory.STATEMENTS.values()}
    for statement in theory.STATEMENTS.values():
        if statement.corollary_of:
            shown[statement.corollary_of]["corollaries"].append(shown.pop(statement.id))
    return list(shown.values())


def notation() -> list[dict[str, Any]]:
    """The rows of the notation table, with their formulas."""
    import theory  # noqa: PLC0415

    return [
        {
            "symbol": Markup(to_mathml(row.latex, display=False)),  # noqa: S704  (the converter escapes)
            "name": row.name,
            "meaning": row.meaning,
            "definition": Markup(to_mathml(row.written(), display=False)) if row.written() else "",  # noqa: S704
        }
        for row in theory.TABLE.values()
    ]


def _statement(statement: Any, row: Row) -> dict[str, Any]:
    try:
        math = to_mathml(statement.latex(), display=True)
    except ValueError as error:
        raise BuildError(f"statement {statement.id}: {error}") from None
    return {
        "id": statement.id,
        "title": statement.title,
        "source": statement.source,
        "assumptions": [(getattr(a, "name", ""), getattr(a, "text", str(a))) for a in statement.assumptions],
        "claim": row.claim.name,
        "verdict": row.decision.verdict,
        "reason": row.claim.description,
        "corollaries": [],
        "math": Markup(math),  # noqa: S704  (the converter escapes)
    }
