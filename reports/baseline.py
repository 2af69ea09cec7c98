"""``aimc check --baseline``: has a bound become looser, or an agreement worse, by more than chance explains?"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reports.claims import KINDS
from reports.errors import UsageError
from reports.ledger import Row


def worsened(rows: Sequence[Row], path: Path, *, whole: bool) -> list[str]:
    """Sentences about the claims that got worse since the decisions in ``path`` (written by ``--json``).

    A measurement got worse if its interval lies wholly on the wrong side of the old one: nearer to the bound
    (or further beyond it), relative to the bound, or further from the value that it should equal. With
    ``whole``, a claim that is gone is one, too.

    Raises UsageError if the file cannot be read or is no such record.
    """
    before = _read(path)
    told = []
    for row in rows:
        old = before.get(row.claim.name)
        if old is not None and row.claim.kind == old["kind"] and KINDS[row.claim.kind].sampled:
            told += _compare(row, old)
    gone = sorted(set(before) - {row.claim.name for row in rows}) if whole else []
    return told + [f"{name}: is in the baseline and no longer claimed" for name in gone]


def _compare(row: Row, old: Mapping[str, Any]) -> list[str]:
    now = row.decision
    numbers = [now.low, now.high, now.bound, old["low"], old["high"], old["bound"]]
    if any(number is None or not math.isfinite(number) for number in numbers):
        return []
    if KINDS[row.claim.kind].one_sided:
        if now.bound <= 0 or old["bound"] <= 0:
            return []
        low, high = now.low / now.bound, now.high / now.bound
        was = old["low"] / old["bound"], old["high"] / old["bound"]
        what = "measured/bound"
    else:
        low, high = _distance(now.low, now.high, now.bound)
        was = _distance(old["low"], old["high"], old["bound"])
        what = "distance from the value"
    if low <= was[1]:
        return []
    return [f"{row.claim.name}: {what} is in [{low:.4g}, {high:.4g}], was in [{was[0]:.4g}, {was[1]:.4g}]"]


def _distance(low: float, high: float, value: float) -> tuple[float, float]:
    """Least and largest distance of an interval's points from a value."""
    ends = sorted((abs(low - value), abs(high - value)))
    return (0.0 if low <= value <= high else ends[0]), ends[1]


def _read(path: Path) -> dict[str, Mapping[str, Any]]:
    needed = {"claim", "kind", "low", "high", "bound"}
    try:
        claims = json.loads(path.read_text(encoding="utf-8"))["claims"]
        if any(not needed <= set(claim) for claim in claims):
            raise ValueError(f"every claim must have the fields {', '.join(sorted(needed))}")
        return {claim["claim"]: claim for claim in claims}
    except OSError as error:
        raise UsageError(f"--baseline {path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"--baseline {path} is no record that aimc check --json wrote: {error}") from None
