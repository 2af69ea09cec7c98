"""The state of an unfinished run in a file: whole or not there, never executed, never that of another experiment."""

import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

State = dict[str, NDArray[Any]]


def save(path: Path, key: str, state: Mapping[str, NDArray[Any]]) -> None:
    """Write the state to a new file beside `path` and put it in its place in one move.

    Args:
        path: the file.
        key: fingerprint of the experiment.
        state: arrays by name.

    Raises:
        OSError: if it cannot be written; what was there before is unchanged.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, key=np.array(key), **state)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path, key: str, *, field: str) -> State:
    """Return the state in a file; `field` is the argument that named it.

    Raises:
        ValueError: naming field and file, if it is no such file, damaged, or of an experiment with another key.
    """
    try:
        # Opened here, because NumPy leaves a torn file open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            state = {name: archive[name] for name in archive.files}
    except (ValueError, zipfile.BadZipFile, EOFError, KeyError) as error:
        raise ValueError(f"{path}: {field} must be a complete npz file, got {error}") from error
    found = str(state.pop("key", "none"))
    if found != key:
        raise ValueError(
            f"{path}: {field} must be of this experiment, {key[:12]}, got {found[:12]}: what is computed or recorded, "
            "or the program, was different; give another one, or remove it to start anew"
        )
    return state
