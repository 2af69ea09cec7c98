"""How cost grows: the exponent of a power law fitted through five sizes."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from simulation import DEVICES, NOISES, PROBLEMS, run
from simulation.pipeline import run_clocked, run_recursion
from simulation.pipeline_delayed import run_delayed
from simulation.schedules import SCHEDULES
from tests.benchmarks.table import Row, interleaved, timed

ORDER = 7
NOISE = NOISES["gaussian"](standard_deviation=0.1)
DEVICE = DEVICES["asymmetric_linear"](tau=1.0)
COMMON: dict[str, Any] = {"step_size": 0.02, "seed": 1}


def diagonal(dimension: int) -> Any:
    """A quadratic without coupling, whose gradient costs one product a coordinate."""
    return PROBLEMS["quadratic"](spectrum=np.linspace(0.1, 2, dimension), noise=NOISE, optimum=0.3)


def chain(stages: int, width: int = 16) -> Any:
    """Blocks of equal size, message of fixed length."""
    matrix = np.random.Generator(np.random.SFC64(1)).standard_normal((16, stages * width)) / (stages * width) ** 0.5
    return PROBLEMS["staged_quadratic"](matrix=matrix, sizes=[width] * stages, noise=NOISE, optimum=0.3)


def of_runs(size: int) -> object:
    """Runs."""
    return run(diagonal(64), DEVICE, steps=25, runs=size, **COMMON)


def of_dimension(size: int) -> object:
    """Dimension."""
    return run(diagonal(size), DEVICE, steps=25, runs=256, **COMMON)


def of_steps(size: int) -> object:
    """Steps."""
    return run(diagonal(64), DEVICE, steps=size, runs=128, **COMMON)


def pipelined(execute: Callable[..., object], stages: int) -> object:
    """A number of samples through a pipeline of so many stages."""
    schedule = SCHEDULES["asynchronous_1f1b"](stages=stages)
    return execute(chain(stages), DEVICE, schedule, samples=96, runs=16, **COMMON)


def of_stages_clocked(size: int) -> object:
    """Stages, carried out clock by clock."""
    return pipelined(run_clocked, size)


def of_stages_recursion(size: int) -> object:
    """Stages, as a recursion with delays."""
    return pipelined(run_recursion, size)


def of_delays(size: int) -> object:
    """Delay."""
    return run_delayed(diagonal(64), DEVICE, delays=size, steps=400, runs=128, **COMMON)


GROWTH: dict[str, tuple[Callable[[int], object], tuple[int, ...]]] = {
    "runs": (of_runs, (1024, 2048, 4096, 8192, 16384)),
    "dimension": (of_dimension, (256, 512, 1024, 2048, 4096)),
    "steps": (of_steps, (64, 128, 256, 512, 1024)),
    "stages, clock by clock": (of_stages_clocked, (4, 8, 16, 32, 64)),
    "stages, as a recursion": (of_stages_recursion, (4, 8, 16, 32, 64)),
    "delay": (of_delays, (2, 8, 32, 128, 256)),
}


def rows(rounds: int) -> Iterator[Row]:
    """The median over rounds of the exponent fitted in each."""
    for name, (work, sizes) in GROWTH.items():
        sides = {str(size): partial(timed, partial(work, size)) for size in sizes}
        work(sizes[0])
        seen = np.array(list(interleaved(sides, rounds).values()))
        exponents = np.polyfit(np.log(sizes), np.log(seen), 1)[0]
        note = f"{name} {sizes[0]} to {sizes[-1]}, {np.median(seen[-1]):.2g} s for the largest"
        yield Row(
            work=f"cost growth in {name}: exponent",
            ratio=float(np.median(exponents)),
            low=float(exponents.min()),
            high=float(exponents.max()),
            target=1.05,
            sense="at most",
            unit="",
            note=note,
        )
