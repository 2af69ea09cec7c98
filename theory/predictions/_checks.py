"""Checked numbers: each refusal names the argument, its value and what is allowed."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# A matrix that was built as XᵀX or V diag(λ) Vᵀ is symmetric up to rounding of its sums.
SYMMETRY = 1e-12


def finite(name: str, value: ArrayLike) -> FloatArray:
    """The value as float64; ValueError unless every entry is a finite real number."""
    return _checked(name, value, "finite", np.isfinite)


def positive(name: str, value: ArrayLike) -> FloatArray:
    """The value as float64; ValueError unless every entry is finite and > 0."""
    return _checked(name, value, "finite and > 0", lambda array: np.isfinite(array) & (array > 0))


def nonnegative(name: str, value: ArrayLike) -> FloatArray:
    """The value as float64; ValueError unless every entry is finite and ≥ 0."""
    return _checked(name, value, "finite and >= 0", lambda array: np.isfinite(array) & (array >= 0))


def integer(name: str, value: object, *, minimum: int) -> int:
    """The value as int; ValueError unless it is an integer ≥ `minimum` (a bool is no count)."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # the TypeError is the check
    except TypeError:
        number = minimum - 1
    if number < minimum or isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be an integer >= {minimum}, got {value!r}")
    return number


def integers(name: str, value: ArrayLike, *, minimum: int) -> IntArray:
    """The value as an int64 array; ValueError unless every entry is an integer ≥ `minimum`."""
    array = np.asarray(value)
    if array.size == 0 or not np.issubdtype(array.dtype, np.integer) or np.any(array < minimum):
        raise ValueError(f"{name} must be integers >= {minimum}, got {value!r}")
    return array.astype(np.int64)


def definite(name: str, value: ArrayLike) -> FloatArray:
    """The value as a symmetric positive definite matrix (D, D); a number or a vector becomes a diagonal."""
    array = np.atleast_1d(finite(name, value))
    matrix = np.diag(array) if array.ndim == 1 else array
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"{name} must be a number, a vector or a square matrix, got shape {array.shape}")
    asymmetry = np.max(np.abs(matrix - matrix.T))
    if asymmetry > SYMMETRY * np.max(np.abs(matrix)):
        raise ValueError(f"{name} must be symmetric, got a matrix that differs from its transpose by {asymmetry}")
    least = np.linalg.eigvalsh(matrix)[0]
    if not least > 0:
        raise ValueError(f"{name} must be positive definite, got least eigenvalue {least}")
    return np.asarray((matrix + matrix.T) / 2)


def _checked(name: str, value: ArrayLike, allowed: str, accepts: Callable[[FloatArray], Any]) -> FloatArray:
    given = np.asarray(value)
    if given.size == 0 or not np.issubdtype(given.dtype, np.number) or np.iscomplexobj(given):
        raise ValueError(f"{name} must be {allowed}, got {value!r}")
    array = given.astype(np.float64)
    good = accepts(array)
    if not np.all(good):
        raise ValueError(f"{name} must be {allowed}, got {array[~good].flat[0]}")
    return array
