"""How a run computes: one thread of linear algebra, no warnings about runs that diverge, memory that is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

_KEPT_BYTES = 30 * 2**20  # below 32 MiB, the largest threshold that glibc adopts


@contextmanager
def arithmetic() -> Iterator[None]:
    """Around every run.

    The linear algebra library keeps to one thread: the last bits of its sums depend on their number, its threads
    would fight with a run's own, and small products wait for each other longer than they compute. A run that
    diverges is reported by who watches it, so NumPy need not warn of its overflow.
    """
    _keep_freed_memory()
    with _libraries().limit(limits=1, user_api="blas"), silent():
        yield


def silent() -> np.errstate:
    """No warnings; each thread needs its own."""
    return np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore")


def _keep_freed_memory() -> None:
    """Make the C library keep the memory of freed temporaries: a third of the time at 50,000 entries.

    glibc raises its thresholds to the size of the largest block freed so far. Otherwise it hands the memory
    of every step's temporaries back and faults it in again. The block is never touched, so it costs nothing;
    other C libraries are unaffected.
    """
    np.empty(_KEPT_BYTES, dtype=np.uint8)


@cache
def _libraries() -> ThreadpoolController:
    """Looked up once: searching the process for libraries takes milliseconds."""
    return ThreadpoolController()
