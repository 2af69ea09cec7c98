"""``aimc check``: decide every recorded claim anew and say so to people and to CI."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.build import source_key
from reports.claims import Claim
from reports.errors import NothingSelected, UndecidableError, UsageError, nearest
from reports.fingerprints import Fingerprints
from reports.ledger import Entry, Row, certificates, decided, read_record, worst_first
from reports.project import Project
from reports.sources import discover


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """What is measured anew, besides what a report recorded."""

    size: str = "ci"
    """A name in `reports.gate.SIZES`, or "none"."""
    seed: int = 0
    seeds: int | None = None
    """Most seeds of a claim; those of the size if None."""
    workers: int = 1
    progress: Callable[[int, int], None] | None = None


def judge(
    project: Project,
    record: Path,
    *,
    only: Sequence[str] | None,
    level: float,
    allow_stale: bool = False,
    fresh: Fresh = Fresh(size="none"),
) -> tuple[list[Row], list[str]]:
    """Re-decide the claims of ``record``, one certificate per statement and the gate; return (rows, notes).

    All claims share the family-wise ``level`` whatever the selection; one that is measured alone keeps the share of
    the first.  Verdicts are never read from a file.  Raises UsageError for an unreadable record or one
    that lacks a notebook, UndecidableError if it was made by another state of the code (unless
    ``allow_stale``) or a notebook claims nothing, NothingSelected if a pattern matches no claim.
    """
    if not 0 < level < 1:
        raise UsageError(f"level must be in (0, 1), got {level:g}")
    entries = read_record(record)
    notes = _compare(project, record, entries, allow_stale=allow_stale)
    recorded, proofs = {name: entry.claims for name, entry in entries.items()}, certificates()
    gate = _gate_names(fresh.size)
    names = [claim.name for claims in (*recorded.values(), proofs) for claim in claims] + gate
    for pattern in only or ():
        if not fnmatch.filter(names, pattern):
            raise NothingSelected(f"no claim matches {pattern}; {nearest(pattern, names)}")
    wanted = [name for name in gate if _selected(name, only)]
    measured = _measured(wanted, fresh, level / len(names))
    rows = decided(recorded, proofs, level, gate=measured, others=len(gate) - len(wanted))
    return worst_first([row for row in rows if _selected(row.claim.name, only)]), notes


def _selected(name: str, only: Sequence[str] | None) -> bool:
    return only is None or any(fnmatch.fnmatchcase(name, pattern) for pattern in only)


def _gate_names(size: str) -> list[str]:
    if size == "none":
        return []
    from reports import gate  # noqa: PLC0415  (imports the simulation)

    return [claim.name for claim in gate.collection(gate.SIZES[size])]


def _measured(names: Sequence[str], fresh: Fresh, share: float) -> list[Claim]:
    if not names:
        return []
    from reports import gate  # noqa: PLC0415  (imports the simulation)

    given: dict[str, Any] = {"size": fresh.size, "seed": fresh.seed, "seeds": fresh.seeds}
    return gate.judged(names, **given, share=share, workers=fresh.workers, progress=fresh.progress)


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
    fingerprints = Fingerprints(project, {name: source.code for name, source in sources.items()})
    stale = [
        name
        for name, entry in entries.items()
        if name not in sources or entry.key != source_key(sources[name], entry.parameters, fingerprints.whole(name))
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
