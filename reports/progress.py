"""Progress that the user sees: bars with the remaining time on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reports.console import make

if TYPE_CHECKING:
    from rich.console import Console

    from reports.pipeline import State, Watcher

_MARKUP = {"cached": "dim", "running": "cyan", "done": "green", "failed": "bold red"}


@contextmanager
def counting(text: str) -> Iterator[Callable[[int, int], None] | None]:
    """Yield a callback for (done, all): a bar with the remaining time on a terminal; nothing elsewhere."""
    console = make(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def watching(console: Console, jobs: int) -> Iterator[Watcher]:
    """Yield a callback for state changes: bars on a terminal, one plain line per change elsewhere.

    Both say how long the rest will take on ``jobs`` lanes, by what the notebooks took before.
    """
    clock = Remaining(jobs)
    if not console.is_terminal:
        yield lambda name, state, seconds: _told(console, clock, name, state, seconds)
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        everything = bars.add_task("notebooks", total=0)
        own: dict[str, Any] = {}

        def watch(name: str, state: State, seconds: float) -> None:
            clock.note(name, state, seconds)
            if state == "waiting":
                bars.update(everything, total=clock.count)
            elif state == "running":
                own[name] = bars.add_task(f"  {name}", total=1)
            elif state == "at":
                bars.update(own[name], completed=seconds)
            else:
                bars.console.print(f"{name}: {state}", style=_MARKUP[state])
                if name in own:
                    bars.remove_task(own.pop(name))
                    bars.advance(everything)
            bars.update(everything, description=f"notebooks {clock}".strip())

        yield watch


class Remaining:
    """How long the notebooks that are waiting or running will take, by what each took before."""

    def __init__(self, jobs: int) -> None:
        """Count on ``jobs`` lanes."""
        self._jobs = jobs
        self._expected: dict[str, float] = {}
        self._begun: dict[str, float] = {}
        self.count = 0
        """Notebooks to execute."""

    def note(self, name: str, state: State, seconds: float) -> None:
        """Take in a change."""
        if state == "waiting":
            self._expected[name] = seconds
            self.count += 1
        elif state == "running":
            self._begun[name] = time.monotonic()
        elif state != "at":
            self._expected.pop(name, None)

    @property
    def seconds(self) -> float | None:
        """The remaining time, or None if one of them was never executed here: nobody knows then."""
        if not all(self._expected.values()):
            return None
        now = time.monotonic()
        left = [max(0.0, s - now + self._begun.get(name, now)) for name, s in self._expected.items()]
        return max(sum(left) / self._jobs, max(left, default=0.0))

    def __str__(self) -> str:
        """The remaining time in words, or nothing."""
        seconds = self.seconds
        return f"(about {_minutes(seconds)} left)" if seconds else ""


def _told(console: Console, clock: Remaining, name: str, state: State, seconds: float) -> None:
    clock.note(name, state, seconds)
    if state not in ("waiting", "at"):
        console.print(f"{name}: {state} {clock if state in ('running', 'done', 'failed') else ''}".rstrip())


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
