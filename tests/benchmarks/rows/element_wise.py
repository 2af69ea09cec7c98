"""The update of one large array against the bandwidth of this machine."""

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from simulation._compiled import Kernel
from simulation._precision import in_precision
from simulation.update import analog_update
from tests.benchmarks import workload
from tests.benchmarks.table import Row, Work, compared, interleaved, timed
from tests.benchmarks.triad import Triads, triads

ORDER = 3
SIDE = 4096
BYTES = 12
"""An entry: two numbers read and one written, by triad and update alike."""
TARGETS: dict[Kernel, float] = {"numpy": 0.5, "numba": 0.9}
"""Share of the triad's bandwidth that each kernel is meant to reach."""
PLACES = ("apart", "within")


def rows(rounds: int) -> Iterator[Row]:
    """Into another array and in place, each against the triad that does the same."""
    found, installed = triads(), available()
    seen = {} if found is None else interleaved(_sides(found, installed), 4 * rounds)
    for kernel, target in TARGETS.items():
        for place in PLACES:
            where = "in place" if place == "within" else "into another array"
            work = f"update of {SIDE}×{SIDE} float32 {where}, {kernel}, one core: share of the triad's bandwidth"
            if found is None or kernel not in installed:
                missing = "no compiler here" if found is None else "extra 'fast' is not installed"
                yield Row(work=work, ratio=None, target=target, unit="", note=missing)
                continue
            triad, update = seen[f"triad {place}"], seen[f"{kernel} {place}"]
            speed = BYTES * SIDE**2 / np.median(triad) / 1e9
            note = f"triad {where} in {found.compiler}: {speed:.1f} GB/s"
            yield compared(work, triad, update, target=target, unit="", note=note)


def available() -> tuple[Kernel, ...]:
    """Kernels that can be had here."""
    return ("numpy", "numba") if find_spec("numba") is not None else ("numpy",)


def _sides(loops: Triads, kernels: tuple[Kernel, ...]) -> dict[str, Work]:
    rng = np.random.Generator(np.random.SFC64(1))
    made: list[Any] = [rng.uniform(-width, width, (SIDE, SIDE)).astype(np.float32) for width in (0.5, 1e-3)]
    weights, change = made
    outputs = {"apart": np.zeros_like(weights), "within": weights}
    device: Any = in_precision(workload.device(), "float32")
    sides: dict[str, Work] = {}
    for place in PLACES:
        sides[f"triad {place}"] = partial(timed, partial(getattr(loops, place), outputs[place], weights, change))
        for kernel in kernels:
            update = partial(analog_update, device, weights, change, out=outputs[place], kernel=kernel)
            update()  # what compiles, compiles here
            sides[f"{kernel} {place}"] = partial(timed, update)
    return sides
