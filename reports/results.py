"""Numbers that the text shows: recorded by notebooks, filled into their prose, and kept in ``results.json``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.ledger import Row

MIME = "application/vnd.aimc.result+json"
_PLACE = re.compile(r"\{\{\s*([A-Za-z][\w-]*(?:\.\w+)?)\s*(?::\s*([^{}]*?)\s*)?\}\}")
_OF_CLAIM = {"measured": "estimate", "low": "low", "high": "high", "bound": "bound", "ratio": "ratio"}
"""What the prose may ask of a claim, and the field of its decision."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """A number and what it means; raises ValueError naming the field that cannot be."""

    name: str
    value: float
    meaning: str
    front: bool = False
    """Whether the start page says it as well."""

    def __post_init__(self) -> None:
        """Check every field."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"name must be lower-case letters, digits and _, a letter first, got {self.name!r}")
        if not math.isfinite(self.value):
            raise ValueError(f"result {self.name}: value must be finite, got {self.value}")
        if not self.meaning.strip():
            raise ValueError(f"result {self.name}: meaning must be a non-empty string, got {self.meaning!r}")


def number(value: float | None) -> str:
    """Return four significant digits, or a dash for an undefined number."""
    return "—" if value is None or not math.isfinite(value) else f"{value:.4g}".replace("-", "−")


def collect(notebook: Any) -> list[Result]:
    """Return the results among the outputs of an executed notebook; raises ValueError for a name given twice."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    found = [Result(**data[MIME]) for output in outputs if MIME in (data := output.get("data", {}))]
    names = [one.name for one in found]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"result {min(repeated)!r} is recorded twice")
    return found


def known(parameters: Mapping[str, Any], rows: Sequence[Row], results: Sequence[Result]) -> dict[str, Any]:
    """Return name -> value of all that the prose of a notebook may ask for: parameters, results, parts of claims."""
    of_claims = {
        f"{row.claim.name}.{part}": getattr(row.decision, field) for row in rows for part, field in _OF_CLAIM.items()
    }
    return {**parameters, **of_claims, **{one.name: one.value for one in results}}


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Return Markdown with each ``{{ name }}`` or ``{{ name:format }}`` replaced by its value.

    Raises ValueError naming a place whose name is not known or whose format does not fit.
    """

    def value(place: re.Match[str]) -> str:
        name, form = place.groups()
        if name not in values:
            raise ValueError(f"{place[0]}: no parameter, result or claim gives it; known: {', '.join(sorted(values))}")
        given = values[name]
        if form is None:
            return number(given) if isinstance(given, float) else str(given)
        try:
            return format(given, form).replace("-", "−")
        except (TypeError, ValueError) as error:
            raise ValueError(f"{place[0]}: {error}") from None

    return _PLACE.sub(value, text)


def record(parameters: Mapping[str, Any], rows: Sequence[Row], results: Sequence[Result], body: str) -> dict[str, Any]:
    """Return what ``results.json`` holds of one chapter: its parameters, results, decided claims and tables."""
    return {
        "parameters": dict(parameters),
        "results": {one.name: {"value": one.value, "meaning": one.meaning} for one in results},
        "claims": {row.claim.name: _claim(row) for row in rows},
        "tables": tables(body),
    }


def _claim(row: Row) -> dict[str, Any]:
    values = {part: getattr(row.decision, field) for part, field in _OF_CLAIM.items()}
    written = {part: value if value is not None and math.isfinite(value) else None for part, value in values.items()}
    return {"verdict": row.decision.verdict, **written}


def tables(body: str) -> list[list[list[str]]]:
    """Return the tables of a page that hold digits, as rows of cells, each cell as its text (a formula as TeX)."""
    reader = _Tables()
    reader.feed(body)
    found = [[[" ".join(cell.split()) for cell in row] for row in table] for table in reader.tables]
    return [table for table in found if any(re.search(r"\d", cell) for row in table for cell in row)]


class _Tables(HTMLParser):
    """Reads tables; of a formula its annotation."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
        if tag in ("td", "th", "math", "annotation", "caption"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        shown = self._inside and self._inside[-1] in ("td", "th", "annotation") and self._inside[0] in ("td", "th")
        if shown and self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data
