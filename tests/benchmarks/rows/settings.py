"""Many settings on common random numbers: the noise is drawn once for all of them."""

from collections.abc import Iterator

import numpy as np

from tests.benchmarks import workload
from tests.benchmarks.table import Row, compared, interleaved

ORDER = 2
SETTINGS, STEPS = 16, 250


def rows(rounds: int) -> Iterator[Row]:
    """16 step sizes against one."""
    rates = np.linspace(0.5, 1.5, SETTINGS) * workload.RATE
    for precision in workload.PRECISIONS:
        one = workload.ours(precision, steps=STEPS)
        many = workload.ours(precision, steps=STEPS, step_size=rates)
        seen = interleaved({"one": one, "many": many}, rounds)
        work = f"ensemble {precision}, one core: {SETTINGS} step sizes on common random numbers / one"
        yield compared(work, seen["many"], seen["one"], target=4.0, sense="at most", note=f"{STEPS} steps")
