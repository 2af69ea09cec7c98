"""The update as one compiled loop (extra `fast`): numpy's operations, hence its bits, in one pass over memory."""

import threading
import weakref
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np

from simulation._arrays import FloatArray
from simulation._traced import Program, UnreadableError, read
from simulation.devices._response import Response

Kernel = Literal["auto", "numpy", "numba"]
KERNELS = ("auto", "numpy", "numba")
PAYS_AFTER = 500_000_000
"""Entries updated by numpy before 'auto' compiles: at 1 to 2 ns each this takes as long as compiling, about a second,
so that no run takes more than twice the time of the better choice."""


@cache
def available() -> bool:
    """Whether numba is installed."""
    return find_spec("numba") is not None


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
    if not available():
        return _declined(demanded, "numba must be installed: pip install 'aimc-pipeline[fast]'")
    plan = _plan(formula, device, weights)
    if plan is None or plan.program is None:
        return _declined(demanded, f"{type(device).__module__} must consist of exactly rounded operations")
    if not demanded and not plan.pays(weights.size):
        return None
    arrays = (weights, change) if out is None else (weights, change, out)
    if not all(_fits(array, weights) for array in arrays):
        return _declined(demanded, "weights, change and out must be contiguous arrays of one shape and precision")
    return plan.run(weights, change, out)


def _declined(demanded: bool, reason: str) -> FloatArray | None:
    if demanded:
        raise ValueError(f"kernel cannot be 'numba' here: {reason}")
    return None


def _fits(array: Any, weights: Any) -> bool:
    return (
        isinstance(array, np.ndarray)
        and array.ndim > 0
        and array.shape == weights.shape
        and array.dtype == weights.dtype
        and array.dtype.kind == "f"
        and array.flags.c_contiguous
    )


_updated: dict[tuple[tuple[str, ...], np.dtype[Any]], list[int]] = {}
"""Entries updated so far by the same operations, whatever the device's parameters."""


class _Plan:
    """What is known about one device in one precision."""

    def __init__(self, formula: Callable[..., Any], device: Response, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype
        self._loops: dict[tuple[tuple[int, ...], bool], tuple[tuple[int, int], list[Any], Any]] = {}
        self.program: Program | None = None
        # Whatever a device does with a symbol that no array would let it do only means that it cannot be read.
        try:
            self.program = read(lambda weights, change: formula(device, weights, change), ("w", "x"), dtype)
        except (UnreadableError, TypeError, ValueError, AttributeError, IndexError):
            return
        self._entries = _updated.setdefault((self.program.lines, dtype), [0])

    def pays(self, entries: int) -> bool:
        """Count them; whether so many have been updated that a loop is worth compiling."""
        self._entries[0] += entries
        return self._entries[0] >= PAYS_AFTER

    def run(self, weights: FloatArray, change: FloatArray, out: FloatArray | None) -> FloatArray:
        # Two names for one array would make the compiler give up vector instructions.
        within = out is weights
        key = weights.shape, within
        if key not in self._loops:
            self._loops[key] = self._made(*key)
        flat, parameters, loop = self._loops[key]
        result = np.empty_like(weights) if out is None else out
        arrays = (weights, change) if within else (weights, change, result)
        loop(*[array.reshape(flat) for array in arrays], *parameters)
        return result

    def _made(self, shape: tuple[int, ...], within: bool) -> tuple[tuple[int, int], list[Any], Any]:
        assert self.program is not None  # noqa: S101  # for the type checker; the caller has seen to it
        flat, parameters, kinds = _layout(self.program.parameters, shape)
        return flat, parameters, _loop(self.program.lines, self.program.result, kinds, self._dtype.name, within)


_plans: "weakref.WeakKeyDictionary[Response, dict[Any, _Plan]]" = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def _plan(formula: Callable[..., Any], device: Response, weights: Any) -> _Plan | None:
    """The device's plan in the precision of the weights, made once."""
    if not isinstance(weights, np.ndarray) or weights.dtype.kind != "f":
        return None
    held, kind = _plans.get(device), (formula, weights.dtype.num)
    if held is None or kind not in held:
        with _lock:
            held = _plans.setdefault(device, {})
            if kind not in held:
                held[kind] = _Plan(formula, device, weights.dtype)
    return held[kind]


def _layout(
    parameters: tuple[np.ndarray[Any, Any], ...], shape: tuple[int, ...]
) -> tuple[tuple[int, int], list[Any], tuple[str, ...]]:
    """Rows and columns of the loop, the parameters in its form, and how each varies: 'row', 'column' or 'cell'.

    As many trailing axes become columns as every parameter either ignores or has in full.
    """
    padded = [(1,) * (len(shape) - array.ndim) + array.shape for array in parameters]
    for axes in range(len(shape), 0, -1):
        inner = shape[-axes:]
        if all(has[-axes:] in (inner, (1,) * axes) for has in padded):
            break
    outer = shape[:-axes]
    rows, columns = int(np.prod(outer)), int(np.prod(inner))
    made, kinds = list[Any](), list[str]()
    for array, has in zip(parameters, padded, strict=True):
        kind = "row" if has[-axes:] != inner else "column" if has[:-axes] == (1,) * len(outer) else "cell"
        whole = {"row": (*outer, *(1,) * axes), "column": has, "cell": shape}[kind]
        size = {"row": (rows,), "column": (columns,), "cell": (rows, columns)}[kind]
        made.append(np.ascontiguousarray(np.broadcast_to(array, whole).reshape(size)))
        kinds.append(kind)
    return (rows, columns), made, tuple(kinds)


@cache
def _loop(lines: tuple[str, ...], result: str, kinds: tuple[str, ...], dtype: str, within: bool) -> Any:
    """The compiled loop."""
    space: dict[str, Any] = {"T": np.dtype(dtype).type}
    exec(_source(lines, result, kinds, within), space)  # noqa: S102  # no part of the text comes from outside
    return compiler()(space["loop"])


def _source(lines: tuple[str, ...], result: str, kinds: tuple[str, ...], within: bool) -> str:
    """Its text, made of `_traced`'s operations and numbered names only."""
    numbers = range(len(kinds))
    arguments = ", ".join(["W", "X", *([] if within else ["O"]), *(f"P{number}" for number in numbers)])
    before = ["a, b = W[i], X[i]", f"c = {'a' if within else 'O[i]'}"]
    taken = {"row": "p{0} = P{0}[i]", "column": "r{0} = P{0}", "cell": "r{0} = P{0}[i]"}
    before += [taken[kinds[number]].format(number) for number in numbers]
    inside = ["w, x = a[j], b[j]", *(f"p{number} = r{number}[j]" for number in numbers if kinds[number] != "row")]
    text = [f"def loop({arguments}):", "    for i in range(W.shape[0]):"]
    text += [f"        {line}" for line in [*before, "for j in range(a.size):"]]
    text += [f"            {line}" for line in [*inside, *lines, f"c[j] = {result}"]]
    return "\n".join(text)


@cache
def compiler() -> Callable[[Any], Any]:
    """Neither fastmath nor contraction to fused multiply-adds, and division by 0 as numpy does it: numpy's bits.

    Nothing is cached on disk: a cache is code that would be executed from a folder which others might write to.
    """
    import numba  # noqa: PLC0415  # optional, and half a second

    compiler: Callable[[Any], Any] = numba.njit(nogil=True, error_model="numpy", fastmath=False, cache=False)
    return compiler
