"""The bandwidth of this machine: streaming triads over float32 arrays, compiled, on one core."""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from tests.peer.kit import module

SOURCE = """
void triad(float *restrict a, const float *restrict b, const float *restrict c, float s, long n)
{ for (long i = 0; i < n; i++) a[i] = b[i] + s * c[i]; }
void within(float *restrict a, const float *restrict b, const float *restrict c, float s, long n)
{ for (long i = 0; i < n; i++) a[i] = a[i] + s * c[i]; }
"""
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")
Loop = Callable[[Any, Any, Any], object]


class Triads(NamedTuple):
    """Loops over three flat arrays a, b, c, and what compiled them."""

    apart: Loop
    """a[i] = b[i] + s·c[i]: the processor also reads what it is going to overwrite."""
    within: Loop
    """a[i] = a[i] + s·c[i]: less traffic for the same 12 bytes counted."""
    compiler: str


@cache
def triads() -> Triads | None:
    """Both loops; None if nothing here compiles."""
    if shutil.which("gcc") is not None:
        return _by_gcc()
    return _by_numba() if find_spec("numba") is not None else None


def _by_gcc() -> Triads:
    with tempfile.TemporaryDirectory() as folder:
        code, library = Path(folder) / "triad.c", Path(folder) / "triad.so"
        code.write_text(SOURCE)
        subprocess.run(["gcc", *FLAGS, str(code), "-o", str(library)], check=True)
        loaded = ctypes.CDLL(str(library))
    return Triads(_called(loaded.triad), _called(loaded.within), f"C, gcc {FLAGS[0]}")


def _called(loop: Any) -> Loop:
    loop.argtypes, loop.restype = [*[ctypes.c_void_p] * 3, ctypes.c_float, ctypes.c_long], None
    return lambda a, b, c: loop(a.ctypes.data, b.ctypes.data, c.ctypes.data, 0.001, a.size)


def _by_numba() -> Triads:
    def apart(a: Any, b: Any, c: Any) -> None:
        for i in range(a.size):
            a[i] = b[i] + a.dtype.type(0.001) * c[i]

    def within(a: Any, b: Any, c: Any) -> None:
        for i in range(a.size):
            a[i] = a[i] + a.dtype.type(0.001) * c[i]

    compiled = module("numba").njit(nogil=True)
    return Triads(compiled(apart), compiled(within), "numba")
