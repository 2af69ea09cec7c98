"""Unfinished runs on disk: the state of every block of runs, written whole or not at all, without pickle."""

import json
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from simulation._statefile import State, load, save


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
            load(path, key, field="resume")

    def load(self, block: int) -> State | None:
        """State of a block as last saved; None if it never was."""
        path = self._path(block)
        return load(path, self._key, field="resume") if path.exists() else None

    def save(self, block: int, state: State) -> None:
        """Keep the state of a block in place of the one before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        save(self._path(block), self._key, state)

    def clear(self) -> None:
        """Forget everything: the run is finished."""
        for path in [*self._files(), *self._folder.glob(".block*.part")]:
            path.unlink()
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _path(self, block: int) -> Path:
        return self._folder / f"block{block:06}.npz"

    def _files(self) -> Iterable[Path]:
        return sorted(self._folder.glob("block*.npz"))


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
