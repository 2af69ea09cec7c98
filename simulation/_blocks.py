"""Large arrays worked on in pieces that fit the cache: elementwise results do not depend on the pieces."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from simulation._arrays import FloatArray

BYTES = 128 * 1024
"""Of one array in a piece: half a dozen fit a second-level cache of 1 MiB, and calls cost little beside work."""

Index = tuple[Any, ...]


def pieces(shape: tuple[int, ...], axis: int, itemsize: int) -> Iterator[Index]:
    """Indices that cut arrays of this shape along one axis, counted from the end, into pieces of about `BYTES`."""
    length, rest = shape[-axis], (slice(None),) * (axis - 1)
    step = max(1, BYTES * length // max(1, itemsize * int(np.prod(shape))))
    return ((..., slice(start, start + step), *rest) for start in range(0, length, step))


def free_axis(case: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> int | None:
    """An axis, counted from the end, on which no field of `case` varies; None if there is none.

    Preferred is the outermost one that can be cut into pieces small enough, since they lie together in memory; then
    the longest. Also None if a field is of another precision than `dtype`, for then results are, too.
    """
    held = list(_arrays(case))
    if any(array.dtype.kind == "f" and array.dtype != dtype for array in held):
        return None
    axes = range(1, len(shape) + 1)
    free = [axis for axis in axes if all(array.ndim < axis or array.shape[-axis] == 1 for array in held)]
    entries = int(np.prod(shape)) * dtype.itemsize // BYTES
    small = [axis for axis in free if shape[-axis] >= entries]
    return max(small) if small else max(free, key=lambda axis: shape[-axis], default=None)


def _arrays(case: object) -> Iterator[FloatArray]:
    """Arrays among the fields of a dataclass, at any depth."""
    if isinstance(case, np.ndarray):
        yield case
    elif isinstance(case, tuple):
        for entry in case:
            yield from _arrays(entry)
    elif is_dataclass(case):
        for field in fields(case):
            yield from _arrays(getattr(case, field.name))
