"""Elementwise functions as compiled loops (extra `fast`): numpy's operations, hence its bits, in one pass."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from math import prod
from typing import Any, Literal

import numpy as np

from simulation._traced import Program, UnreadableError, read

Array = np.ndarray[Any, Any]
Names = tuple[str, ...]
Shape = tuple[int, ...]
_lock = threading.RLock()


@cache
def available() -> bool:
    """Whether numba is installed."""
    return find_spec("numba") is not None


@cache
def compiler() -> Callable[[Any], Any]:
    """Neither fastmath nor contraction to fused multiply-adds, and division by 0 as numpy does it: numpy's bits.

    Nothing is cached on disk: a cache is code that would be executed from a folder which others might write to.
    """
    import numba  # noqa: PLC0415  # optional, and half a second

    made: Callable[[Any], Any] = numba.njit(nogil=True, error_model="numpy", fastmath=False, cache=False)
    return made


_done: dict[tuple[tuple[str, ...], np.dtype[Any]], list[int]] = {}
"""Entries worked on so far by the same operations, whatever their parameters."""


class Loops:
    """A function of arrays as a loop; `program` is None if it cannot be read."""

    def __init__(self, function: Callable[..., Any], names: tuple[str, ...], dtype: np.dtype[Any]) -> None:
        """Read the function, which is called with a symbol for each name."""
        self._dtype, self._names = dtype, names
        self._loops: dict[Any, tuple[list[_Form], list[Array], Any]] = {}
        self.program: Program | None = None
        # Whatever it does with a symbol that no array would let it do only means that it cannot be read.
        try:
            self.program = read(function, names, dtype)
        except (UnreadableError, TypeError, ValueError, AttributeError, IndexError):
            return
        self._entries = _done.setdefault((self.program.lines, dtype), [0])

    def worked(self, entries: int) -> int:
        """Count them; entries so far."""
        self._entries[0] += entries
        return self._entries[0]

    def takes(self, array: Any, shape: Shape) -> bool:
        """Whether a loop over arrays of this shape can read and write it."""
        return (
            isinstance(array, np.ndarray)
            and array.ndim > 0
            and array.shape == shape
            and array.dtype == self._dtype
            and array.flags.c_contiguous
        )

    def run(self, inputs: Sequence[Array], *outputs: Array, within: Names = ()) -> bool:
        """Put the first results into the inputs called `within`, the next into `outputs`, all of the first one's shape.

        Inputs broadcast with the first one. Returns whether the other results, conditions, hold at every entry.
        """
        key = tuple([array.shape for array in inputs]), within
        if key not in self._loops:
            with _lock:
                self._loops[key] = self._made(key[0], within, len(outputs))
        forms, parameters, loop = self._loops[key]
        arrays = [form.of(array) for array, form in zip((*inputs, *outputs), forms, strict=True)]
        return bool(loop(*arrays, *parameters))

    def _made(self, given: tuple[Shape, ...], within: Names, outputs: int) -> tuple[list["_Form"], list[Array], Any]:
        """How the loop takes inputs and outputs, its parameters, and the loop."""
        assert self.program is not None  # noqa: S101  # for the type checker; the caller has seen to it
        results, held = self.program.results, self.program.parameters
        targets = (*within, *(f"o{n}" for n in range(outputs)))
        names = (*self._names, *targets[len(within) :], *(f"p{n}" for n in range(len(held))))
        forms = _forms(given[0], [*given, *[given[0]] * outputs, *(array.shape for array in held)])
        stores, tests = tuple(zip(targets, results, strict=False)), results[len(targets) :]
        kinds = tuple((name, form.kind) for name, form in zip(names, forms, strict=True))
        loop = _loop(self.program.lines, kinds, stores, tests, self._dtype.name)
        count = len(forms) - len(held)
        return (
            forms[:count],
            [np.ascontiguousarray(form.of(array)) for array, form in zip(held, forms[count:], strict=True)],
            loop,
        )


@dataclass(frozen=True, slots=True)
class _Form:
    """How a loop over rows and columns takes an array that broadcasts with its shape."""

    kind: Literal["row", "column", "cell"]
    """Along what it varies."""
    whole: Shape
    """To what it is broadcast before it is taken."""
    taken: Shape
    """As what: (rows,), (columns,) or (rows, columns)."""
    size: int
    """Entries of either."""

    def of(self, array: Array) -> Array:
        """The array in this form, a view if it can be."""
        if array.size == self.size:
            return array.reshape(self.taken)
        return np.ascontiguousarray(np.broadcast_to(array, self.whole)).reshape(self.taken)


def _forms(shape: Shape, given: Sequence[Shape]) -> list[_Form]:
    """As many trailing axes become columns as every array either ignores or has in full."""
    padded = [(1,) * (len(shape) - len(size)) + size for size in given]
    for axes in range(len(shape), 0, -1):
        inner = shape[-axes:]
        if all(size[-axes:] in (inner, (1,) * axes) for size in padded):
            break
    outer, ones = shape[:-axes], (1,) * axes
    rows, columns = prod(outer), prod(inner)
    row, column = _Form("row", (*outer, *ones), (rows,), rows), _Form("column", inner, (columns,), columns)
    cell = _Form("cell", shape, (rows, columns), rows * columns)
    alone = (*(1,) * len(outer), *inner)
    return [cell if size == shape else column if size == alone else row if size[-axes:] == ones else cell
            for size in padded]  # fmt: skip


@cache
def _loop(
    lines: tuple[str, ...],
    kinds: tuple[tuple[str, str], ...],
    stores: tuple[tuple[str, str], ...],
    tests: tuple[str, ...],
    dtype: str,
) -> Any:
    """The compiled loop."""
    space: dict[str, Any] = {"T": np.dtype(dtype).type}
    exec(_source(lines, kinds, stores, tests), space)  # noqa: S102  # no part of the text comes from outside
    return compiler()(space["loop"])


def _source(
    lines: tuple[str, ...],
    kinds: tuple[tuple[str, str], ...],
    stores: tuple[tuple[str, str], ...],
    tests: tuple[str, ...],
) -> str:
    """Its text, made of `_traced`'s operations and names of one letter and a number only."""
    first = kinds[0][0].upper()
    taken = {"row": "{0} = {1}[i]", "column": "{0}_ = {1}", "cell": "{0}_ = {1}[i]"}
    before = [taken[kind].format(name, name.upper()) for name, kind in kinds]
    inside = [f"{name} = {name}_[j]" for name, kind in kinds if kind != "row" and name[0] != "o"]
    inside += [*lines, *(f"{name}_[j] = {result}" for name, result in stores)]
    inside += [f"bad |= not ({' & '.join(tests)})"] if tests else []
    text = [f"def loop({', '.join(name.upper() for name, _ in kinds)}):", "    bad = False"]
    text += [f"    for i in range({first}.shape[0]):", *(f"        {line}" for line in before)]
    text += [f"        for j in range({first}.shape[1]):", *(f"            {line}" for line in inside)]
    return "\n".join([*text, "    return not bad"])
