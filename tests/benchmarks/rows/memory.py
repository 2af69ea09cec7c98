"""Memory of a long run against a short one: statistics are streamed."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.table import Row

ORDER = 6
SHORT, LONG = 10**4, 10**6
PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from simulation import DEVICES, NOISES, PROBLEMS, run
noise = NOISES["gaussian"](standard_deviation=0.1)
problem = PROBLEMS["quadratic"](spectrum=np.ones(2), noise=noise, optimum=0.3)
run(problem, DEVICES["asymmetric_linear"](tau=1.0), step_size=0.1, steps=int(sys.argv[1]), runs=4, seed=1)
# Not getrusage, whose maximum includes that of the process from which this one was forked.
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""


def peak(steps: int) -> int:
    """Largest resident memory of a process that makes so many steps [KiB]."""
    command = [sys.executable, "-c", PROGRAM, str(steps)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def rows(rounds: int, long: int = LONG) -> Iterator[Row]:
    """One process of each length, side by side: memory does not mind the company."""
    with ThreadPoolExecutor(2) as pool:
        less, more = pool.map(peak, (SHORT, long))
    note = f"{more / 1024:.1f} and {less / 1024:.1f} MiB at the peak, 4 runs of dimension 2, every step observed"
    yield Row(
        work=f"memory, {long:.0e} steps against {SHORT:.0e}",
        ratio=more / less,
        target=1.05,
        sense="at most",
        note=note,
    )
