"""The same device, noise, problem or fidelity in another floating-point precision, whatever its class."""

from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike

Thing = TypeVar("Thing")


def in_precision(thing: Thing, dtype: DTypeLike) -> Thing:
    """Return `thing` with every floating-point array of it cast to `dtype`, at any depth.

    Entered are dataclasses, tuples, lists and dictionaries; arrays of other kinds, numbers of Python (which adopt
    the precision of the arrays that they meet) and all other objects stay as they are. Cached properties are
    evaluated before the cast: a Hessian is formed in the precision that `thing` came in, then rounded once.
    What needs no cast is returned itself, not copied.

    Raises:
        ValueError: if a finite entry is beyond the range of `dtype`, naming the field.
    """
    cast: Thing = _Cast(np.dtype(dtype)).of(thing, type(thing).__name__)
    return cast


class _Cast:
    """One cast of a whole object."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype

    def of(self, thing: Any, name: str) -> Any:
        """`thing` in the new precision; `name` is how an error calls it."""
        if isinstance(thing, np.ndarray | np.floating):
            return self._numbers(thing, name)
        if isinstance(thing, tuple | list):
            return self._sequence(thing, name)
        if isinstance(thing, dict):
            cast = {key: self.of(value, f"{name}[{key!r}]") for key, value in thing.items()}
            return cast if _differ(cast.values(), thing.values()) else thing
        return self._record(thing, name) if is_dataclass(thing) and not isinstance(thing, type) else thing

    def _numbers(self, numbers: Any, name: str) -> Any:
        if numbers.dtype.kind != "f" or numbers.dtype == self._dtype:
            return numbers
        with np.errstate(over="ignore"):
            cast = numbers.astype(self._dtype)
        lost = np.isinf(cast) & np.isfinite(numbers)
        if np.any(lost):
            largest = np.finfo(self._dtype).max
            bad = np.asarray(numbers)[lost].flat[0]
            raise ValueError(f"{name} must be within ±{largest:.4g}, the range of {self._dtype}, got {bad:.6g}")
        if isinstance(cast, np.ndarray):
            cast.flags.writeable = numbers.flags.writeable
        return cast

    def _sequence(self, items: Any, name: str) -> Any:
        cast = [self.of(item, f"{name}[{place}]") for place, item in enumerate(items)]
        if not _differ(cast, items):
            return items
        return type(items)(*cast) if hasattr(items, "_fields") else type(items)(cast)

    def _record(self, record: Any, name: str) -> Any:
        cached = _cached(type(record))
        held = {field.name: getattr(record, field.name) for field in fields(record)} | getattr(record, "__dict__", {})
        held = {key: value for key, value in held.items() if key not in cached}
        cast = {key: self.of(value, f"{name}.{key}") for key, value in held.items()}
        if not _differ(cast.values(), held.values()):
            return record
        for key in cached:
            with suppress(Exception):  # what cannot be evaluated fails again where it is asked for, if it is
                cast[key] = self.of(getattr(record, key), f"{name}.{key}")
        # Neither __init__ nor __post_init__ runs: they would cast back to float64, and have checked already.
        copy = object.__new__(type(record))
        for key, value in cast.items():
            object.__setattr__(copy, key, value)
        return copy


def _differ(after: Any, before: Any) -> bool:
    return any(new is not old for new, old in zip(after, before, strict=True))


def _cached(kind: type) -> set[str]:
    """Names of the cached properties of a class and its bases."""
    return {name for base in kind.__mro__ for name, entry in vars(base).items() if isinstance(entry, cached_property)}
