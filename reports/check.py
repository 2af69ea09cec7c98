"""``aimc check``: decide every recorded claim anew and say so to people and to CI."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.build import source_key
from reports.errors import NothingSelected, UndecidableError, UsageError, nearest
from reports.ledger import Entry, Row, certificates, decided, read_record, worst_first
from reports.project import Project
from reports.sources import discover


def judge(
    project: Project, record: Path, *, only: Sequence[str] | None, level: float, allow_stale: bool = False
) -> tuple[list[Row], list[str]]:
    """Re-decide the claims of ``record`` plus one certificate per statement; return (rows, notes).

    All claims share the family-wise ``level`` whatever the selection, so a verdict never depends on
    ``only``.  Verdicts are never read from a file.  Raises UsageError for an unreadable record or one
    that lacks a notebook, UndecidableError if it was made by another state of the code (unless
    ``allow_stale``) or a notebook claims nothing, NothingSelected if a pattern matches no claim.
    """
    if not 0 < level < 1:
        raise UsageError(f"level must be in (0, 1), got {level:g}")
    entries = read_record(record)
    notes = _compare(project, record, entries, allow_stale=allow_stale)
    rows = decided({name: entry.claims for name, entry in entries.items()}, certificates(), level)
    names = {row.claim.name for row in rows}
    for pattern in only or ():
        if not fnmatch.filter(names, pattern):
            raise NothingSelected(f"no claim matches {pattern}; {nearest(pattern, names)}")
    chosen = [row for row in rows if only is None or any(fnmatch.fnmatchcase(row.claim.name, p) for p in only)]
    return worst_first(chosen), notes


def _compare(project: Project, record: Path, entries: dict[str, Entry], *, allow_stale: bool) -> list[str]:
    """Refuse a record that is not about the present notebooks and code; note parameters that are not the defaults."""
    sources = {source.name: source for source in discover(project.notebooks)}
    if missing := [name for name in sources if name not in entries]:
        raise UsageError(
            f"{record} has no entry for notebook {', '.join(missing)}; "
            f"make it with: aimc report --only {' '.join(missing)}"
        )
    if silent := [name for name, entry in entries.items() if not entry.claims]:
        raise UndecidableError(f"notebook {', '.join(silent)} records no claim, so there is nothing to hold")
    fingerprint = project.fingerprint()
    stale = [
        name
        for name, entry in entries.items()
        if name not in sources or entry.key != source_key(sources[name], entry.parameters, fingerprint)
    ]
    if stale and not allow_stale:
        raise UndecidableError(
            f"the claims of {', '.join(stale)} in {record} were recorded by another state of the code, data, "
            "dependencies or Python; run: aimc report (or judge them all the same with --allow-stale)"
        )
    notes = [f"the claims of {name} were recorded by another state of the code" for name in stale]
    for name, entry in entries.items():
        defaults = {p.name: p.default for p in sources[name].parameters} if name in sources else entry.parameters
        if changed := {key: value for key, value in entry.parameters.items() if value != defaults.get(key)}:
            notes.append(f"{name} was run with {', '.join(f'{key} = {value}' for key, value in changed.items())}")
    return notes


def marks(rows: Sequence[Row], worse: Sequence[str]) -> Iterator[str]:
    """Commands in the log by which a hosted CI marks the notebooks whose claims fail, or got worse."""
    for row in rows:
        if row.failed:
            text = f"{row.claim.statement}: {row.detail}\nrepeat: {row.command}"
            title = f"{row.claim.name} is {row.decision.verdict}"
            yield f"::error file={row.source},title={title}::{_escaped(text)}"
    for text in worse:
        yield f"::error title=worse than the baseline::{_escaped(text)}"


def _escaped(text: str) -> str:
    for sign, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        text = text.replace(sign, code)
    return text
