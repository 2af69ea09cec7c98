"""Unfinished runs on disk: the state of every block of runs, written whole or not at all, without pickle."""

import json
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar
from zipfile import BadZipFile

import numpy as np

State = dict[str, np.ndarray]


class Resumable:
    """Base of what changes while a run goes on: `STATE` names the attributes that make up its state.

    An attribute is an array, an integer, a generator, another resumable object, or a list or deque of arrays.
    """

    STATE: ClassVar[tuple[str, ...]] = ()

    def state(self) -> State:
        """Copy the attributes to arrays."""
        found: State = {}
        for name in self.STATE:
            value = getattr(self, name)
            if isinstance(value, Resumable):
                found |= {f"{name}.{key}": part for key, part in value.state().items()}
            else:
                found[name] = _stored(value)
        return found

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Set the attributes to what `state` returned."""
        for name in self.STATE:
            value = getattr(self, name)
            if isinstance(value, Resumable):
                inner = f"{name}."
                value.restore({key.removeprefix(inner): part for key, part in state.items() if key.startswith(inner)})
            else:
                setattr(self, name, _loaded(value, state[name]))


class Journal:
    """A folder in which a run keeps the state of its blocks until it is finished."""

    def __init__(self, folder: str | Path, key: str) -> None:
        """Prepare for the run with fingerprint `key`; nothing is written yet.

        Raises:
            ValueError: if the folder holds the state of another run, or cannot be read.
        """
        self._folder, self._key = Path(folder), key
        for path in self._files():
            if self._read(path)["key"].item() != key:
                raise ValueError(
                    f"resume must be a folder of this run, got {self._folder}, which holds the state of another one: "
                    "its experiment, or the program, was different. Remove it to start anew"
                )

    def load(self, block: int) -> State | None:
        """State of a block as last saved; None if it never was."""
        path = self._path(block)
        return self._read(path) if path.exists() else None

    def save(self, block: int, state: State) -> None:
        """Keep the state of a block in place of the one before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._path(block).with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, allow_pickle=False, **state, key=np.array(self._key))
        partial.replace(self._path(block))

    def clear(self) -> None:
        """Forget everything: the run is finished."""
        for path in [*self._files(), *self._folder.glob("block*.partial")]:
            path.unlink()
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _path(self, block: int) -> Path:
        return self._folder / f"block{block:06}.npz"

    def _files(self) -> Iterable[Path]:
        return sorted(self._folder.glob("block*.npz"))

    def _read(self, path: Path) -> State:
        try:
            # Opened here, because NumPy leaves a torn file open.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return dict(arrays)
        except (OSError, ValueError, EOFError, BadZipFile) as error:
            raise ValueError(f"resume must be a folder of this run, got {path}, not readable: {error}") from None


def _stored(value: Any) -> np.ndarray:
    if isinstance(value, np.random.Generator):
        return np.array(json.dumps(value.bit_generator.state, default=lambda array: array.tolist()))
    return np.array(list(value) if isinstance(value, deque) else value)


def _loaded(current: Any, stored: np.ndarray) -> Any:
    if isinstance(current, np.random.Generator):
        current.bit_generator.state = json.loads(stored.item())
        return current
    if isinstance(current, deque):
        return deque(stored, maxlen=current.maxlen)
    if isinstance(current, list):
        return list(stored)
    return stored if isinstance(current, np.ndarray) else int(stored)
