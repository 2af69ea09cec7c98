"""Checked numbers: every public object validates its fields with these, and freezes its arrays."""

import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def frozen(array: FloatArray) -> FloatArray:
    """Return a private read-only copy, so that a frozen object cannot change through its arrays.

    An array that is read-only and owns its data is returned as it is: data sets are large.
    """
    if not array.flags.writeable and array.flags.owndata and array.dtype == np.float64:
        return array
    copy = np.array(array, dtype=np.float64)
    copy.flags.writeable = False
    return copy


def finite_array(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as a frozen float64 array; ValueError names the first entry that is not finite."""
    return _checked(name, value, "finite", np.isfinite)


def positive_array(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as a frozen float64 array; ValueError names the first entry not finite and > 0."""
    return _checked(name, value, "finite and > 0", lambda array: np.isfinite(array) & (array > 0))


def nonnegative_array(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as a frozen float64 array; ValueError names the first entry not finite and ≥ 0."""
    return _checked(name, value, "finite and >= 0", lambda array: np.isfinite(array) & (array >= 0))


def integer(name: str, value: object, *, minimum: int, maximum: int | None = None) -> int:
    """Return `value` as an int in minimum..maximum; ValueError otherwise (a bool is no count)."""
    allowed = f">= {minimum}" if maximum is None else f"in {minimum}..{maximum}"
    message = f"{name} must be an integer {allowed}, got {value!r}"
    if isinstance(value, bool | np.bool_):
        raise ValueError(message)
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # the TypeError is the check
    except TypeError:
        raise ValueError(message) from None
    if number < minimum or (maximum is not None and number > maximum):
        raise ValueError(message)
    return number


def integers(name: str, value: object, *, minimum: int) -> tuple[int, ...]:
    """Return `value` as a tuple of ints ≥ minimum; ValueError if it is no list of them (a text is none)."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(f"{name} must be a list of integers >= {minimum}, got {value!r}")
    return tuple(integer(name, entry, minimum=minimum) for entry in value)


def boolean(name: str, value: object) -> bool:
    """Return `value` as a bool; ValueError if it is anything else (0, 1 and a text are no bools)."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be true or false, got {value!r}")
    return bool(value)


def require_shape(name: str, array: FloatArray, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless `array` broadcasts to exactly `shape` in its trailing axes."""
    trailing = array.shape[-len(shape) :] if array.ndim >= len(shape) else array.shape
    try:
        fits = np.broadcast_shapes(trailing, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{name} must broadcast to trailing shape {shape}, got shape {array.shape}")


def _checked(name: str, value: ArrayLike, allowed: str, accepts: Callable[[FloatArray], Any]) -> FloatArray:
    try:
        given = np.asarray(value)
        if given.dtype.kind in "bSU":  # NumPy would take true for 1 and read a text as a number
            raise TypeError
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be {allowed}, got {value!r}") from None
    if array.size == 0:
        raise ValueError(f"{name} must be {allowed} and not empty, got shape {array.shape}")
    good = accepts(array)
    if not np.all(good):
        raise ValueError(f"{name} must be {allowed}, got {array[~good].flat[0]}")
    return frozen(array)
