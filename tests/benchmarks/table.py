"""Rows of the table of speeds: ratios of two sides that were timed in turn, and how they are written down."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Work = Callable[[], float]
"""Does some work and returns its seconds, scaled to the whole work if only a part was done."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line: `ratio` is the median over rounds, `low` and `high` are the extremes; None if it was not measured."""

    work: str
    """What is compared with what."""
    ratio: float | None
    low: float | None = None
    high: float | None = None
    target: float | None = None
    """What the ratio is meant to reach; None for a line that only informs."""
    sense: Literal["at least", "at most"] = "at least"
    unit: str = "×"
    note: str = ""
    """How it was measured, or why not."""

    @property
    def reached(self) -> bool | None:
        """Whether the median reaches the target; None without either."""
        if self.ratio is None or self.target is None:
            return None
        return self.ratio >= self.target if self.sense == "at least" else self.ratio <= self.target

    def cells(self) -> tuple[str, str, str, str, str]:
        """Work, ratio with its range, target, verdict, note."""
        ends = [end for end in (self.low, self.high) if end is not None]
        wide = f" ({' – '.join(map(short, ends))})" if len(set(ends)) == 2 else ""
        ratio = "–" if self.ratio is None else f"{short(self.ratio)} {self.unit}".rstrip() + wide
        sign = "≥" if self.sense == "at least" else "≤"
        target = "" if self.target is None else f"{sign} {self.target:g} {self.unit}".rstrip()
        verdict = {None: "", True: "yes", False: "no"}[self.reached]
        return self.work, ratio, target, verdict, self.note


def short(value: float) -> str:
    """Three digits."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call, garbage collected before it."""
    gc.collect()
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def interleaved(sides: Mapping[str, Work], rounds: int) -> dict[str, list[float]]:
    """Seconds of every side in every round; every other round goes backwards, so that no side is always first."""
    seen: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds):
        for name in list(sides)[:: -1 if turn % 2 else 1]:
            seen[name].append(sides[name]())
    return seen


def compared(work: str, above: Sequence[float], below: Sequence[float], **fields: Any) -> Row:
    """The row of above/below, divided within each round: both sides then saw the same load of the machine."""
    ratios = [a / b for a, b in zip(above, below, strict=True)]
    return Row(work=work, ratio=statistics.median(ratios), low=min(ratios), high=max(ratios), **fields)


def as_text(rows: Iterable[Row]) -> str:
    """For a terminal."""
    lines = []
    for row in rows:
        work, ratio, target, verdict, note = row.cells()
        lines.append(f"{work:82}{ratio:>24}{target:>10} {verdict:4}{note}")
    return "\n".join(lines) + "\n" if lines else ""


def as_markdown(rows: Iterable[Row]) -> str:
    """For the documentation."""
    head = "| work | measured | to reach | reached | how |\n|---|---|---|---|---|\n"
    return head + "".join("| " + " | ".join(row.cells()) + " |\n" for row in rows)


def as_data(row: Row) -> dict[str, Any]:
    """For a file; four digits are more than a timing has."""
    kept = {name: float(f"{value:.4g}") if isinstance(value, float) else value for name, value in asdict(row).items()}
    return kept | {"reached": row.reached}
