"""The update as one compiled loop (extra `fast`): numpy's operations, hence its bits, in one pass over memory."""

import threading
import weakref
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from simulation import _loops
from simulation._arrays import FloatArray
from simulation._loops import Loops
from simulation.devices._response import Response

Kernel = Literal["auto", "numpy", "numba"]
KERNELS = ("auto", "numpy", "numba")
PAYS_AFTER = 500_000_000
"""Entries updated by numpy before 'auto' compiles: at 1 to 2 ns each this takes as long as compiling, about a second,
so that no run takes more than twice the time of the better choice."""


def update(
    formula: Callable[..., Any],
    device: Response,
    weights: FloatArray,
    change: FloatArray,
    *,
    out: FloatArray | None,
    demanded: bool,
) -> FloatArray | None:
    """formula(device, weights, change) by a compiled loop; None if numpy is to do it.

    Args:
        formula: an elementwise function, of which the loop is made by calling it with symbols.
        device: its first argument.
        weights: its second one.
        change: its third one, of the shape of the weights.
        out: where the result goes if not into a new array.
        demanded: whether to raise instead of returning None, and to compile whatever the amount of work.

    Raises:
        ValueError: if `demanded` and numba is not installed, the device does what no loop can reproduce to the last
            bit, or the arrays are not of one shape, one precision and contiguous.
    """
    if not _loops.available():
        return _declined(demanded, "numba must be installed: pip install 'aimc-pipeline[fast]'")
    plan = _plan(formula, device, weights)
    if plan is None or plan.program is None:
        return _declined(demanded, f"{type(device).__module__} must consist of exactly rounded operations")
    if not demanded and plan.worked(weights.size) < PAYS_AFTER:
        return None
    arrays = (weights, change) if out is None else (weights, change, out)
    if not all(plan.takes(array, weights.shape) for array in arrays):
        return _declined(demanded, "weights, change and out must be contiguous arrays of one shape and precision")
    result = np.empty_like(weights) if out is None else out
    # Two names for one array would make the compiler give up vector instructions.
    plan.run((weights, change), *([] if out is weights else [result]), within=("w",) if out is weights else ())
    return result


def _declined(demanded: bool, reason: str) -> FloatArray | None:
    if demanded:
        raise ValueError(f"kernel cannot be 'numba' here: {reason}")
    return None


_plans: "weakref.WeakKeyDictionary[Response, dict[Any, Loops]]" = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def _plan(formula: Callable[..., Any], device: Response, weights: Any) -> Loops | None:
    """The device's loops in the precision of the weights, made once."""
    if not isinstance(weights, np.ndarray) or weights.dtype.kind != "f":
        return None
    held, kind = _plans.get(device), (formula, weights.dtype.num)
    if held is None or kind not in held:
        with _lock:
            held = _plans.setdefault(device, {})
            if kind not in held:
                held[kind] = Loops(lambda w, x: formula(device, w, x), ("w", "x"), weights.dtype)
    return held[kind]
