"""A digest of what a run computes: two runs with the same fingerprint give the same numbers."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, partial
from numbers import Number
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

OWN = frozenset((__package__, "builtins", "numpy"))
"""Packages whose classes and functions are told by their names: their code is in the digest, or is their version's."""


def fingerprint(*things: Any, own: bool = False) -> str:
    """SHA-256 of plain values, arrays and objects by their types and fields, and of this package's sources.

    Args:
        things: what determines the run.
        own: refuse classes and functions of other programs, whose code the digest would not hold.

    Raises:
        TypeError: for an object without fields whose text may hold an address, such as a generator, for a function
            that its name does not tell, or for what `own` refuses.
    """
    digest = hashlib.sha256(sources())
    for part in _walk(things, own):
        digest.update(f"{len(part)}:".encode())
        digest.update(part)
    return digest.hexdigest()


def _walk(thing: Any, own: bool) -> Iterable[bytes]:
    yield type(thing).__qualname__.encode()
    if isinstance(thing, partial):
        thing = (thing.func, thing.args, thing.keywords)
    named = thing if isinstance(thing, type | FunctionType) else type(thing)
    if own and named.__module__.partition(".")[0] not in OWN:
        raise TypeError(f"{named.__qualname__} is not of this package, but of {named.__module__}")
    plain = _plain(thing)
    if plain is not None:
        yield plain
        return
    parts = list(_parts(thing))
    yield str(len(parts)).encode()  # so that ((1,), 2) is not told like ((1, 2),)
    for part in parts:
        yield from _walk(part, own)


def _plain(thing: Any) -> bytes | None:
    """All that is to be said of a thing without parts; None for one that has some."""
    if isinstance(thing, np.ndarray):
        return f"{thing.dtype.str}{thing.shape}:".encode() + thing.tobytes()
    if isinstance(thing, np.random.SeedSequence):
        return f"{thing.entropy} {thing.spawn_key} {thing.pool_size}".encode()
    if isinstance(thing, FunctionType):
        if "<" in thing.__qualname__:  # a lambda, or made inside a function
            raise TypeError(f"the function {thing.__qualname__} has no fingerprint: many have its name")
        return f"{thing.__module__} {thing.__qualname__}".encode()
    if thing is None or isinstance(thing, str | bytes | Number | slice | np.generic | np.dtype | type):
        return repr(thing).encode()
    return None


def _parts(thing: Any) -> Iterable[Any]:
    if isinstance(thing, Mapping):
        return [part for key in sorted(thing, key=str) for part in (key, thing[key])]
    if isinstance(thing, Iterable):
        return thing
    if is_dataclass(thing):
        # Its fields only: what it has computed from them so far must not count.
        return type(thing).__module__, {field.name: getattr(thing, field.name) for field in fields(thing)}
    if hasattr(thing, "__dict__"):
        return type(thing).__module__, vars(thing)
    raise TypeError(f"an object of {type(thing)} has no fingerprint")


@cache
def sources() -> bytes:
    """Digest of the package's Python files: a run is not continued by a program that computes something else."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
