"""A digest of what a run computes: two runs with the same fingerprint give the same numbers."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, partial
from numbers import Number
from pathlib import Path
from typing import Any

import numpy as np


def fingerprint(*things: Any) -> str:
    """SHA-256 of plain values, arrays and objects by their types and fields, and of this package's sources.

    Raises:
        TypeError: for an object without fields whose text may hold an address, such as a generator.
    """
    digest = hashlib.sha256(_sources())
    for part in _walk(things):
        digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()


def _walk(thing: Any) -> Iterable[bytes]:
    yield type(thing).__qualname__.encode()
    if isinstance(thing, np.ndarray):
        yield f"{thing.dtype.str}{thing.shape}".encode()
        yield thing.tobytes()
    elif isinstance(thing, np.random.SeedSequence):
        yield f"{thing.entropy} {thing.spawn_key} {thing.pool_size}".encode()
    elif thing is None or isinstance(thing, str | bytes | Number | slice | np.generic | np.dtype | type):
        yield repr(thing).encode()
    elif isinstance(thing, partial):
        yield from _walk((thing.func, thing.args, thing.keywords))
    elif isinstance(thing, Mapping):
        for key in sorted(thing, key=str):
            yield from _walk(key)
            yield from _walk(thing[key])
    elif isinstance(thing, Iterable):
        for part in thing:
            yield from _walk(part)
    elif is_dataclass(thing):
        # Its fields only: what it has computed from them so far must not count.
        yield type(thing).__module__.encode()
        yield from _walk({field.name: getattr(thing, field.name) for field in fields(thing)})
    elif hasattr(thing, "__dict__"):
        yield type(thing).__module__.encode()
        yield from _walk(vars(thing))
    else:
        raise TypeError(f"an object of {type(thing)} has no fingerprint")


@cache
def _sources() -> bytes:
    """Digest of the package's Python files: a run is not continued by a program that computes something else."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
