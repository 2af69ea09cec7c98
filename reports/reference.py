"""The page of reference: every statement with its corollaries, and the notation table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports import mathml
from reports.errors import BuildError
from reports.ledger import Row, certificate_name
from reports.mathml import to_mathml
from reports.project import Project
from reports.verdicts import kept

Told = Mapping[str, Any]


def told(project: Project) -> Told:
    """What there is to say of the statements and of the notation, from the record if nothing of it has changed.

    Raises BuildError naming a statement whose formula is not understood.
    """
    found: Told = kept(project, "reference", _told, [Path(__file__), Path(mathml.__file__)])
    return found


def statements(told: Told, rows: Mapping[str, Row]) -> list[dict[str, Any]]:
    """The general statements, each with its corollaries; ``rows`` are their certificates by name."""
    shown = {one["id"]: _judged(one, rows[one["claim"]]) for one in told["statements"]}
    for one in told["statements"]:
        if one["corollary_of"]:
            shown[one["corollary_of"]]["corollaries"].append(shown.pop(one["id"]))
    return list(shown.values())


def notation(told: Told) -> list[dict[str, Any]]:
    """The rows of the notation table, with their formulas."""
    formulas = ("symbol", "definition")  # the converter escapes
    return [{**row, **{name: Markup(row[name]) for name in formulas}} for row in told["notation"]]  # noqa: S704


def _judged(one: Mapping[str, Any], row: Row) -> dict[str, Any]:
    judged = {"verdict": row.decision.verdict, "reason": row.claim.description}
    return {**one, **judged, "corollaries": [], "math": Markup(one["math"])}  # noqa: S704  (the converter escapes)


def _told() -> dict[str, Any]:
    import theory  # noqa: PLC0415

    rows = [
        {
            "symbol": to_mathml(row.latex, display=False),
            "name": row.name,
            "meaning": row.meaning,
            "definition": to_mathml(row.written(), display=False) if row.written() else "",
        }
        for row in theory.TABLE.values()
    ]
    return {"statements": [_statement(s) for s in theory.STATEMENTS.values()], "notation": rows}


def _statement(statement: Any) -> dict[str, Any]:
    try:
        math = to_mathml(statement.latex(), display=True)
    except ValueError as error:
        raise BuildError(f"statement {statement.id}: {error}") from None
    return {
        "id": statement.id,
        "title": statement.title,
        "source": statement.source,
        "assumptions": [(getattr(a, "name", ""), getattr(a, "text", str(a))) for a in statement.assumptions],
        "claim": certificate_name(statement.id),
        "corollary_of": statement.corollary_of,
        "math": math,
    }
