"""``aimc check --faults``: plant every fault of the catalogue and see whether the gate turns red."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from reports import console
from reports.build import write_atomic
from reports.errors import ExitCode, NothingSelected, nearest
from reports.faults import Fault, Outcome, catalogue, summary, tried
from reports.progress import counting

FILE = "faults.json"


def run(folder: Path, *, only: Sequence[str] | None, level: float, size: str, seed: int, workers: int) -> ExitCode:
    """Print what caught each fault and write it to the folder; 0 if all were caught, 1 otherwise.

    Raises NothingSelected for a name in ``only`` that no fault has.
    """
    faults = _chosen(catalogue(), only)
    with counting("planting faults") as progress:
        outcomes = tried(faults, size=size, seed=seed, level=level, workers=workers, progress=progress)
    write_atomic(folder / FILE, to_json(outcomes, level=level, size=size, seed=seed))
    out = console.make()
    out.print(table(outcomes))
    for outcome in outcomes:
        for text in complaints(outcome):
            out.print(text, soft_wrap=True)
    out.print(summary(outcomes))
    return ExitCode.OK if all(outcome.caught for outcome in outcomes) else ExitCode.NOT_HELD


def table(outcomes: Sequence[Outcome]) -> Table:
    """A row a fault: the claims that caught it, and how."""
    made = Table("fault", "what is wrong", "caught", "by", "how", title="Planted faults")
    for outcome in outcomes:
        first = outcome.red[0] if outcome.red else None
        by = f"{first.claim} is {first.verdict}" if first else ""
        more = f", and {len(outcome.red) - 1} more" if len(outcome.red) > 1 else ""
        made.add_row(outcome.fault, outcome.title, "yes" if outcome.caught else "no", by + more,
                     first.reason if first else "")  # fmt: skip
    return made


def complaints(outcome: Outcome) -> list[str]:
    """Why a fault does not count as caught, one line a reason."""
    lines = [f"missed: {outcome.fault}: no claim of {pattern!r} turned red" for pattern in outcome.missed]
    return lines + [f"unsound: {outcome.fault}: {name} fails without the fault" for name in outcome.unsound]


def to_json(outcomes: Sequence[Outcome], **given: Any) -> bytes:
    """All outcomes with what they were measured at."""
    faults = [{**asdict(outcome), "caught": outcome.caught} for outcome in outcomes]
    return (json.dumps({**given, "faults": faults}, indent=1, ensure_ascii=False) + "\n").encode()


def _chosen(faults: Mapping[str, Fault], only: Sequence[str] | None) -> dict[str, Fault]:
    for pattern in only or ():
        if not fnmatch.filter(faults, pattern):
            raise NothingSelected(f"no fault matches {pattern}; {nearest(pattern, faults)}")
    wanted = only or ["*"]
    return {name: fault for name, fault in faults.items() if any(fnmatch.fnmatchcase(name, glob) for glob in wanted)}
