"""Decisions as Markdown, for the summary page of a CI job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reports.ledger import Row

HELP = "a Markdown summary"
FILE = "check.md"
_SHOWN = 30
"""Claims in the table, worst first: what nobody scrolls through is in the other formats."""


def render(rows: Sequence[Row], level: float) -> bytes:
    """Counts, the claims that failed with their reasons, and a table of the tightest."""
    counts = Counter(row.decision.verdict for row in rows)
    total = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("holds", "undecided", "violated"))
    lines = [f"## {len(rows)} claims: {total}", "", f"Family-wise error {100 * level:g} %.", ""]
    for row in (row for row in rows if row.failed):
        lines += [f"- **{_text(row.claim.name)}** is {row.decision.verdict}: {_text(row.detail)}", "", "  ```sh",
                  f"  {row.command}", "  ```", ""]  # fmt: skip
    measured = [row for row in rows if row.origin != "theory"][:_SHOWN]
    lines += ["| claim | verdict | measured | bound | bound/measured |", "|---|---|---|---|---|"]
    lines += [_cells(row) for row in measured]
    proofs = sum(row.origin == "theory" and not row.failed for row in rows)
    lines += ["", f"{proofs} proofs are accepted by the kernel."] if proofs else []
    return "\n".join([*lines, ""]).encode()


def _cells(row: Row) -> str:
    found = row.decision
    ratio = "" if found.ratio is None else f"{found.ratio:.4g}"
    measured = f"{found.estimate:.4g} [{found.low:.4g}, {found.high:.4g}]"
    return f"| {_text(row.claim.name)} | {found.verdict} | {measured} | {found.bound:.4g} | {ratio} |"


def _text(text: str) -> str:
    """Text whose characters mean nothing in Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|" else sign for sign in " ".join(text.split()))
