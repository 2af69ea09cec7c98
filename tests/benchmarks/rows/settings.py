"""Many settings on common random numbers: the noise is drawn once for all of them."""

from collections.abc import Iterator

import numpy as np

from tests.benchmarks import workload
from tests.benchmarks.table import Row, compared, interleaved

ORDER = 2
SETTINGS, STEPS = 16, 250


def rows(rounds: int) -> Iterator[Row]:
    """16 step sizes against one; without the extra `fast`, too, where drawing the noise costs more than a setting."""
    rates = np.linspace(0.5, 1.5, SETTINGS) * workload.RATE
    for precision in workload.PRECISIONS:
        sides = {}
        for fast in (True, False):
            sides[f"one {fast}"] = workload.ours(precision, steps=STEPS, fast=fast)
            sides[f"many {fast}"] = workload.ours(precision, steps=STEPS, fast=fast, step_size=rates)
        seen = interleaved(sides, rounds)
        many = f"{SETTINGS} step sizes on common random numbers"
        work, note = f"ensemble {precision}, one core: {many} / one", f"{STEPS} steps"
        yield compared(work, seen["many True"], seen["one True"], target=4.0, sense="at most", note=note)
        yield compared(f"{work}, NumPy alone", seen["many False"], seen["one False"], note=note)
        work = f"ensemble {precision}, one core: {many}, NumPy alone / ours"
        yield compared(work, seen["many False"], seen["many True"], note=note)
