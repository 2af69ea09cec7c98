"""Finished simulations kept in a folder: asked for again by any program, the same one is read and not run.

The environment variable `AIMC_STORE` names the folder; without it nothing is kept. A result is found by everything that
it depends on: arguments, this package's sources, and the versions of Python and NumPy. It holds the results of one
state of the sources, those of another are removed.
"""

import contextlib
import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulation._fingerprint import fingerprint, sources
from simulation._statefile import State, load, save

FOLDER_VARIABLE = "AIMC_STORE"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where one result lies or will lie."""

    path: Path
    key: str

    @classmethod
    def of(cls, *things: Any) -> "Entry | None":
        """The place of what these arguments determine; None without a store, or if they hold others' code."""
        root = os.environ.get(FOLDER_VARIABLE)
        if not root:
            return None
        try:
            key = fingerprint(*things, platform.python_version(), np.__version__, own=True)
        except TypeError:
            return None
        return cls(path=Path(root).resolve() / sources().hex()[:16] / f"{key}.npz", key=key)

    def read(self) -> State | None:
        """What lies there; None if nothing does, or nothing whole."""
        with contextlib.suppress(OSError, ValueError):
            return load(self.path, self.key, field=FOLDER_VARIABLE)
        return None

    def write(self, state: State) -> None:
        """Keep a result; a folder that cannot be written keeps none."""
        folder = self.path.parent
        with contextlib.suppress(OSError):
            if not folder.is_dir():
                for other in folder.parent.glob("*"):
                    shutil.rmtree(other, ignore_errors=True)
                folder.mkdir(parents=True, exist_ok=True)
            save(self.path, self.key, state)


def recalled(entry: Entry | None, compute: Callable[[], State]) -> State:
    """The result that lies at an entry, computed and kept if none does."""
    found = None if entry is None else entry.read()
    if found is None:
        found = compute()
        if entry is not None:
            entry.write(found)
    return found
