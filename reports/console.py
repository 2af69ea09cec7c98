"""What the user sees: tables and the closing lines, all through one Rich console; `reports.progress` has the bars."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from reports.build import Build
    from reports.ledger import Row

_PLAIN_WIDTH = 160
"""Columns where no terminal sets them: logs and pipes should not be folded at 80."""
_TIGHTEST = 20
"""Claims of the gate that are shown though they hold."""
_STYLES = {"holds": "green", "undecided": "yellow", "violated": "bold red"}


def make(*, stderr: bool = False) -> Console:
    """Return a console on the present standard output or error."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PLAIN_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def claims_table(rows: Sequence[Row]) -> Table:
    """Return the table of claims: measured interval against bound, in the order given.

    Proofs that the kernel accepts share one row at the end, and so do claims of the gate that hold, but the tightest.
    """
    table = Table("claim", "statement", "verdict", "measured", "bound", "bound/measured", title="Claims")
    accepted = [row for row in rows if row.origin == "theory" and row.decision.verdict == "holds"]
    folded = [row for row in rows if row.origin == "gate" and row.decision.verdict == "holds"][_TIGHTEST:]
    hidden = {id(row) for row in (*accepted, *folded)}
    for row in rows:
        if id(row) in hidden:
            continue
        decision, exact = row.decision, row.origin == "theory"
        interval = f"{_number(decision.estimate)} [{_number(decision.low)}, {_number(decision.high)}]"
        table.add_row(
            row.claim.name,
            row.claim.statement,
            _styled(decision.verdict, _STYLES),
            ("accepted" if decision.estimate == 1 else "rejected") if exact else interval,
            "" if exact else _number(decision.bound),
            "" if exact else _number(decision.ratio),
        )
    if folded:
        table.add_row("…", f"{len(folded)} measured claims that are less tight", _styled("holds", _STYLES), "")
    if accepted:
        table.add_row("theory-…", f"{len(accepted)} certificates", _styled("holds", _STYLES), "accepted")
    return table


def cost_table(builds: Sequence[Build], executed: frozenset[str]) -> Table:
    """Return what each notebook cost when it was executed, now or earlier, and the sum."""
    table = Table("notebook", "executed", "wall s", "CPU s", "peak MB", title="Cost")
    for b in builds:
        state = "now" if b.name in executed else "earlier (cached)"
        table.add_row(b.name, state, f"{b.seconds:.1f}", f"{b.cpu_seconds:.1f}", f"{b.peak_mb:.0f}")
    now = [b for b in builds if b.name in executed]
    table.add_section()
    table.add_row(
        "total",
        f"{len(now)} now",
        f"{sum(b.seconds for b in now):.1f}",
        f"{sum(b.cpu_seconds for b in now):.1f}",
        f"{max((b.peak_mb for b in now), default=0.0):.0f}",
    )
    return table


def plan_table(plan: Sequence[tuple[str, bool, str]]) -> Table:
    """Return what a run would do with each notebook, and why."""
    table = Table("notebook", "would be", "why", title="Plan")
    for name, runs, reason in plan:
        table.add_row(name, "executed" if runs else "taken from the cache", reason)
    return table


def summary(rows: Sequence[Row]) -> str:
    """Return the count of each verdict as one line."""
    counts = Counter(row.decision.verdict for row in rows)
    return f"{len(rows)} claims: " + ", ".join(f"{counts[v]} {v}" for v in ("holds", "undecided", "violated"))


def statements_table(
    statements: Sequence[Any], verdicts: Mapping[str, tuple[bool, str]], devices: Mapping[str, Sequence[str]]
) -> Table:
    """Return id, title, kind and the kernel's verdict of every general statement, and its corollaries' devices."""
    table = Table("id", "title", "kind", "kernel", "corollaries: id:device", title="Statements")
    for statement in statements:
        accepted, reason = verdicts[statement.id]
        word = "holds" if accepted else "violated"
        shown = _styled("accepted" if accepted else f"rejected: {reason}", _STYLES, word)
        table.add_row(statement.id, statement.title, statement.kind, shown, ", ".join(devices.get(statement.id, ())))
    table.caption = "The kernel's verdicts are about exactly the present sources; aimc check asks it again."
    return table


def device_table(fitted: Any) -> Table:
    """Return symmetric point and gain of every measured device, of all together, and their spread."""
    table = Table("device", "symmetric point w⋄", "F(w⋄) / Δw_min", title="Fitted response")
    for name, point in fitted.symmetric_points.items():
        table.add_row(name, _number(point), _number(fitted.gains[name]))
    table.add_section()
    table.add_row("all together", _number(float(fitted.device.symmetric_point)), "1")
    table.add_row("spread (standard deviation)", _number(fitted.symmetric_spread), _number(fitted.gain_spread))
    table.caption = f"Δw_min = {fitted.dw_min:.4g} of the range −1..1, residual {fitted.residual:.3g} Δw_min"
    return table


def settings_table(trace: Any) -> Table:
    """Return each setting's average squared gradient norm over the whole run, and the runs that left the model."""
    table = Table("step size α", "average ‖∇f‖²", "standard error", "runs lost", "first at step", title="Results")
    for setting, rate in enumerate(trace.step_size):
        lost = trace.first_violation[setting]
        kept = trace.gradient_norm[-1, setting][lost < 0]
        error = kept.std(ddof=1) / len(kept) ** 0.5 if len(kept) > 1 else float("nan")
        mean = kept.mean() if len(kept) else float("nan")
        first = str(lost[lost >= 0].min()) if (lost >= 0).any() else ""
        table.add_row(_number(rate), _number(mean), _number(error), f"{(lost >= 0).sum()} of {trace.runs}", first)
    return table


def trials_table(judgements: Sequence[Any]) -> Table:
    """Return id, title and verdict of every published statement on trial, with what is wrong in a word."""
    table = Table("id", "title", "verdict", "where it fails", "what is changed", title="Published statements")
    styles = {"proved": "holds", "undecided": "undecided"}
    for j in judgements:
        repair = j.statement.repair if j.repaired else None
        where = ", ".join(f"{s.name} = {x}" for e in j.counterexamples[:1] for s, x in e.numbers.items())
        change = f"{repair.fault}: {repair.change}" if repair else ""
        verdict = _styled(j.verdict, _STYLES, styles.get(j.verdict, "violated" if not repair else "undecided"))
        table.add_row(j.statement.id, j.statement.title, verdict, where, change)
    return table


def _styled(word: str, styles: dict[str, str], key: str | None = None) -> Any:
    from rich.text import Text  # noqa: PLC0415

    return Text(word, style=styles[key or word])


def _number(value: float | None) -> str:
    return "–" if value is None or value != value else f"{value:.4g}"  # noqa: PLR0124  (NaN)
