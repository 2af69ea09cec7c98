"""``aimc report --watch``: the same report again, in a process of its own, whenever a source changes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from reports import console
from reports.project import Project

_PAUSE = 0.5
"""Seconds between two looks."""
_IGNORED = frozenset(("__pycache__", "rendered", "full"))
"""Folders that a report itself writes."""


def repeat(project: Project, words: Sequence[str]) -> None:
    """Run ``aimc`` with these words now and after every change of a source, until interrupted.

    A process of its own, because modules that were imported stay as they were.
    """
    environ = {**os.environ, "AIMC_NOTEBOOKS": str(project.notebooks), "AIMC_BUILD": str(project.build)}
    seen: dict[Path, tuple[int, int]] = {}
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            now = sources(project)
            if now != seen:
                seen = now  # taken before the run: what changes meanwhile counts
                subprocess.run([sys.executable, "-m", "reports", *words], env=environ, check=False)  # noqa: S603
                console.make().print("waiting for a change; Ctrl-C ends this")
            time.sleep(_PAUSE)


def sources(project: Project) -> dict[Path, tuple[int, int]]:
    """Time of change [ns] and size [bytes] of every file that a report depends on."""
    found = {}
    for folder in (project.notebooks, project.root / "theory", project.root / "simulation", Path(__file__).parent):
        for path in folder.rglob("*"):
            if _IGNORED.isdisjoint(path.relative_to(folder).parts):
                with contextlib.suppress(FileNotFoundError):  # an editor's file that came and went
                    about = path.stat()
                    if path.is_file():
                        found[path] = (about.st_mtime_ns, about.st_size)
    return found
