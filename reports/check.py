"""``aimc check``: decide every recorded claim anew and say so to people and to CI."""

from __future__ import annotations

import fnmatch
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from reports.build import source_key, to_json
from reports.errors import NothingSelected, UsageError, nearest
from reports.ledger import Entry, Row, certificates, decided, read_record, worst_first
from reports.project import Project
from reports.sources import discover


def judge(project: Project, record: Path, *, only: Sequence[str] | None, level: float) -> tuple[list[Row], list[str]]:
    """Re-decide the claims of ``record`` plus one certificate per statement; return (rows, notes).

    All claims share the family-wise ``level`` whatever the selection, so a verdict never depends on
    ``only``.  Verdicts are never read from a file.  Raises UsageError for an unreadable record or one
    that lacks a notebook, NothingSelected if no claim name matches.
    """
    if not 0 < level < 1:
        raise UsageError(f"level must be in (0, 1), got {level:g}")
    entries = read_record(record)
    notes = _compare(project, record, entries)
    rows = decided({name: entry.claims for name, entry in entries.items()}, certificates(), level)
    chosen = [row for row in rows if only is None or any(fnmatch.fnmatchcase(row.claim.name, p) for p in only)]
    if not chosen:
        asked = " ".join(only or ["*"])
        raise NothingSelected(f"no claim matches {asked}; {nearest(asked, {r.claim.name for r in rows})}")
    return worst_first(chosen), notes


def _compare(project: Project, record: Path, entries: dict[str, Entry]) -> list[str]:
    """Refuse a record that lacks a notebook; note those that another state of the code produced."""
    sources = discover(project.notebooks)
    missing = [source.name for source in sources if source.name not in entries]
    if missing:
        raise UsageError(
            f"{record} has no entry for notebook {', '.join(missing)}; "
            f"make it with: aimc report --only {' '.join(missing)}"
        )
    fingerprint = project.fingerprint()
    return [
        f"{source.name}: recorded by another state of the code, data or Python than the present one"
        for source in sources
        if source_key(source, entries[source.name].parameters, fingerprint) != entries[source.name].key
    ]


def decisions_json(rows: Sequence[Row], level: float) -> bytes:
    """Return the decisions as JSON: the level and one object per claim, worst first."""
    return to_json({"level": level, "claims": [row.to_json() for row in rows]})


def junit_xml(rows: Sequence[Row]) -> bytes:
    """Return the decisions as JUnit XML, one test case per claim; violated and undecided are failures."""
    bad = [row for row in rows if row.decision.verdict != "holds"]
    suite = ET.Element("testsuite", name="aimc check", tests=str(len(rows)), failures=str(len(bad)), errors="0")
    for row in rows:
        case = ET.SubElement(suite, "testcase", classname=row.origin, name=row.claim.name)
        detail = row.claim.description if row.origin == "theory" else row.decision.reason
        if row.decision.verdict != "holds":
            failure = ET.SubElement(case, "failure", type=row.decision.verdict, message=detail)
            failure.text = f"{row.claim.statement}\n{detail}"
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
