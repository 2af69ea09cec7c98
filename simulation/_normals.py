"""Standard normal numbers by one compiled loop (extra `fast`): NumPy's own, to the last bit, in a third of the time."""

import ctypes
import math
import threading
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from simulation import _loops

PAYS_AFTER = 100_000_000
"""Numbers of one precision drawn by NumPy before a loop is compiled: at 10 ns each they take as long as compiling."""
_FEW = 1000  # numbers, fewer of which NumPy draws before the loop is reached
_TRIED = 2**14  # numbers that a loop must draw as NumPy does before it is used

_drawn = {np.dtype(kind): 0 for kind in (np.float32, np.float64)}
_lock = threading.Lock()


class FastGenerator(np.random.Generator):
    """NumPy's generator; many normal numbers at once come from the loop where it is to be had."""

    def standard_normal(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        """As in NumPy."""
        filled = drawn(self.bit_generator, size, dtype) if out is None else None
        return super().standard_normal(size, dtype, out) if filled is None else filled


def drawn(source: np.random.BitGenerator, size: Any, dtype: DTypeLike) -> NDArray[Any] | None:
    """The numbers that `Generator(source).standard_normal(size, dtype)` would be, leaving the source as that would.

    None, and the source untouched, if they are few, no loop can be had, or it does not pay yet.
    """
    kind = np.dtype(dtype)
    count = math.prod(np.atleast_1d(size).tolist()) if size is not None else 1
    if count < _FEW or kind not in _drawn or not isinstance(source, np.random.SFC64) or not _loops.available():
        return None
    _drawn[kind] += count
    loop = _loop(kind) if _drawn[kind] >= PAYS_AFTER else None
    if loop is None:
        return None
    numbers = np.empty(size, kind)
    with source.lock:
        loop(numbers.reshape(-1), _state(source), source.ctypes.bit_generator.value)
    return numbers


def _state(source: np.random.BitGenerator) -> NDArray[np.uint64]:
    """SFC64's memory: a, b, c, the counter, and a word of whether half of one is left over, and which."""
    memory: Any = (ctypes.c_uint64 * 5).from_address(source.ctypes.state_address)
    words: NDArray[np.uint64] = np.frombuffer(memory, np.uint64)
    return words


def _loop(kind: np.dtype[Any]) -> Any:
    """The compiled loop, made once; None if it does not draw what NumPy does."""
    with _lock:
        return _made(kind)


@cache
def _made(kind: np.dtype[Any]) -> Any:
    try:
        loop = _compiled_loop(kind)
    except (ImportError, AttributeError, OSError):  # another NumPy or numba than the ones that this was written for
        return None
    ours, theirs = np.random.SFC64(1), np.random.Generator(np.random.SFC64(1))
    found = np.empty(_TRIED, kind)
    loop(found, _state(ours), ours.ctypes.bit_generator.value)
    same = np.array_equal(found, theirs.standard_normal(_TRIED, kind))
    return loop if same and repr(ours.state) == repr(theirs.bit_generator.state) else None


def _compiled_loop(kind: np.dtype[Any]) -> Any:
    """The first try of NumPy's ziggurat inlined, which 99 of 100 numbers take; NumPy's own function for the others.

    The fast way is one product of numbers of the right precision, hence the same everywhere. NumPy documents that its
    functions may be called from compiled code. Source: numpy/random/src/distributions/distributions.c.
    """
    import numpy.random._generator as compiled  # noqa: PLC0415
    from numba.np.random import _constants as tables  # noqa: PLC0415

    single = kind == np.float32
    name, suffix = ("random_standard_normal_f", "float") if single else ("random_standard_normal", "double")
    numpys = getattr(ctypes.CDLL(compiled.__file__), name)
    numpys.argtypes, numpys.restype = [ctypes.c_void_p], ctypes.c_float if single else ctypes.c_double
    width, limit = (np.asarray(getattr(tables, f"{part}_{suffix}")) for part in ("wi", "ki"))
    signed = np.concatenate([width, -width])  # bits 0 to 7 choose the layer, bit 8 the sign
    loop = _loops.compiler()((_singles if single else _doubles)(numpys))
    return lambda out, state, source: loop(out, state, signed, limit, source)


def _doubles(numpys: Any) -> Any:
    u = np.uint64

    def loop(out: Any, state: Any, width: Any, limit: Any, source: Any) -> None:
        a, b, c, counter = state[0], state[1], state[2], state[3]
        for i in range(out.size):
            word = a + b + counter
            size = (word >> u(9)) & u(0x000FFFFFFFFFFFFF)
            if size < limit[word & u(0xFF)]:
                out[i] = np.float64(np.int64(size)) * width[word & u(0x1FF)]
                a, b, c = b ^ (b >> u(11)), c + (c << u(3)), ((c << u(24)) | (c >> u(40))) + word
                counter += u(1)
            else:
                state[0], state[1], state[2], state[3] = a, b, c, counter
                out[i] = numpys(source)
                a, b, c, counter = state[0], state[1], state[2], state[3]
        state[0], state[1], state[2], state[3] = a, b, c, counter

    return loop


def _singles(numpys: Any) -> Any:
    u, h = np.uint64, np.uint32

    def loop(out: Any, state: Any, width: Any, limit: Any, source: Any) -> None:
        # Two numbers a word. After an odd number of halves, one is left over and comes first.
        a, b, c, counter, rest = state[0], state[1], state[2], state[3], state[4]
        i, end = u(0), u(out.size)
        while i < end:
            word = a + b + counter
            low, high = h(word), h(word >> u(32))
            first, second = (h(rest >> u(32)), low) if h(rest) else (low, high)
            sizes = first >> h(9), second >> h(9)
            if i + u(1) < end and sizes[0] < limit[first & h(0xFF)] and sizes[1] < limit[second & h(0xFF)]:
                out[i] = np.float32(np.int32(sizes[0])) * width[first & h(0x1FF)]
                out[i + u(1)] = np.float32(np.int32(sizes[1])) * width[second & h(0x1FF)]
                a, b, c = b ^ (b >> u(11)), c + (c << u(3)), ((c << u(24)) | (c >> u(40))) + word
                counter += u(1)
                rest = (rest & u(0xFFFFFFFF)) | (u(high) << u(32))
                i += u(2)
            else:
                state[0], state[1], state[2], state[3], state[4] = a, b, c, counter, rest
                out[i] = numpys(source)
                a, b, c, counter, rest = state[0], state[1], state[2], state[3], state[4]
                i += u(1)
        state[0], state[1], state[2], state[3], state[4] = a, b, c, counter, rest

    return loop
