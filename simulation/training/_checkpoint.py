"""The state of a training in a file: whole or not there, and never that of another experiment."""

import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from simulation.layers._layer import Array

FORMAT = 1
"""Of the file; another number is refused."""


def save(path: Path, digest: str, state: Mapping[str, Array]) -> None:
    """Write the state to a new file beside `path` and put it in its place in one move.

    Raises:
        OSError: if it cannot be written; what was there before is unchanged.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, format=np.array(FORMAT), digest=np.array(digest), **state)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path, digest: str) -> dict[str, Array]:
    """Return the state in a file; nothing in it is executed.

    Raises:
        ValueError: naming the file, if it is no checkpoint, damaged, or of an experiment with another digest.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            state = {name: archive[name] for name in archive.files}
    except (ValueError, zipfile.BadZipFile, EOFError, KeyError) as error:
        raise ValueError(f"{path}: checkpoint must be a complete npz file, got {error}") from error
    found = state.pop("digest", None), state.pop("format", None)
    if found[0] is None or found[1] is None or int(found[1]) != FORMAT:
        raise ValueError(f"{path}: checkpoint must be of format {FORMAT}, got {found[1]}")
    if str(found[0]) != digest:
        raise ValueError(
            f"{path}: checkpoint must be of this experiment, {digest[:12]}, got {str(found[0])[:12]}: network, data, "
            "device, schedule, step size, seed or what is recorded differ; give another file"
        )
    return state
