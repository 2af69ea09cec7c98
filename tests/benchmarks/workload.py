"""The ensemble that most rows are about, and the four ways of computing it that need no peer."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Literal

import numpy as np
import pytest

from simulation import DEVICES, NOISES, PROBLEMS, _compiled, _fused, _normals, run
from simulation.fidelities import _binomial
from tests.benchmarks.table import Work, timed

DIMENSION, RUNS, STEPS = 50, 1000, 2500
RATE, SIGMA, TAU = 0.02, 0.1, 1.0
OBSERVED = 25
"""Steps at which each run is observed; the other sides observe none."""
Precision = Literal["float32", "float64"]
PRECISIONS: tuple[Precision, ...] = ("float32", "float64")


@cache
def problem() -> Any:
    """Least squares with curvatures 0.1 to 2, optimum inside the device's range, Gaussian noise."""
    rng = np.random.Generator(np.random.SFC64(1))
    spectrum, (rotation, _) = np.linspace(0.1, 2, DIMENSION), np.linalg.qr(rng.standard_normal((DIMENSION, DIMENSION)))
    matrix = np.sqrt(DIMENSION * spectrum)[:, np.newaxis] * rotation
    target = matrix @ rng.uniform(-0.5, 0.5, DIMENSION)
    return PROBLEMS["least_squares"](matrix=matrix, target=target, noise=NOISES["gaussian"](standard_deviation=SIGMA))


def device() -> Any:
    """Asymmetric linear, τ = 1."""
    return DEVICES["asymmetric_linear"](tau=TAU)


def ours(precision: Precision, *, workers: int = 1, steps: int = STEPS, fast: bool = True, **fields: Any) -> Work:
    """`simulation.run` on the ensemble, with or without what the extra `fast` compiles; seconds scaled to all steps."""
    arguments: dict[str, Any] = {"step_size": RATE, "runs": RUNS, "seed": 1, "precision": precision, "workers": workers}
    arguments |= {"evaluations": min(OBSERVED, steps)} | fields

    def go(count: int) -> float:
        with compiling(fast):
            return timed(lambda: run(problem(), device(), steps=count, **arguments))

    go(3 if arguments["evaluations"] is None else OBSERVED)  # what compiles, compiles here
    return lambda: go(steps) * STEPS / steps


@contextmanager
def compiling(at_once: bool) -> Iterator[None]:
    """Compile at once, or never; otherwise it is done after an amount of work, in whichever round that is reached."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (_compiled, _fused, _normals, _binomial):
            patch.setattr(module, "PAYS_AFTER", 0 if at_once else sys.maxsize)
        yield


def floor(precision: Precision, *, threads: int = 1, steps: int = STEPS) -> Work:
    """Nothing but the noise, from the fastest exact generator, and one pass that reads and writes the state."""
    source, share = fastest_generator(precision)[0], RUNS // threads

    def part(seed: int) -> None:
        draw = filler(source, precision, seed)
        noise, state = (np.zeros((share, DIMENSION), precision) for _ in range(2))
        for _ in range(steps):
            draw(noise)
            np.multiply(state, state.dtype.type(0.5), out=state)

    def work() -> float:
        with ThreadPoolExecutor(threads) as pool:
            return timed(lambda: list(pool.map(part, range(threads)))) * STEPS / steps

    return work


def cores(count: int) -> str:
    """The number in words."""
    return "one core" if count == 1 else f"{count} cores"


def filler(source: str, precision: Precision, seed: int = 1) -> Callable[[Any], object]:
    """A function that fills an array with standard normal numbers of one of NumPy's generators."""
    rng = np.random.Generator(getattr(np.random, source)(seed))
    dtype: Any = np.dtype(precision)
    return lambda out: rng.standard_normal(out=out, dtype=dtype)


@cache
def fastest_generator(precision: Precision) -> tuple[str, float]:
    """Name of NumPy's fastest bit generator for exact normal numbers, and its nanoseconds a number."""
    sources = ("SFC64", "PCG64", "PCG64DXSM", "Philox", "MT19937")
    out = np.empty((RUNS, DIMENSION), precision)
    cost = {}
    for source in sources:
        draw = filler(source, precision)
        cost[source] = min(timed(partial(draw, out)) for _ in range(60)) / out.size * 1e9
    best = min(cost, key=lambda source: cost[source])
    return best, cost[best]


def numpy_loop(precision: Precision, *, observed: bool = False, seeds: int = 10, steps: int = 1000) -> Work:
    """What one writes first: a loop over seeds around a loop over steps; some of both, scaled to all.

    With `observed` it keeps the five averages that `simulation.run` keeps, at every step.
    """
    dtype: Any = np.dtype(precision)
    hessian, optimum = problem().hessian.astype(dtype), problem().optimum.astype(dtype)
    rate, sigma, tau = (dtype.type(value) for value in (RATE, SIGMA, TAU))

    def one(seed: int) -> Any:
        rng = np.random.default_rng(seed)
        w, total = np.zeros(DIMENSION, dtype), np.zeros(5)
        for _ in range(steps):
            h = hessian @ (w - optimum)
            if observed:
                drift = w / tau
                squared, gain = drift * drift, 1 + np.abs(drift)
                total += h @ h, ((1 - squared) * h) @ h, gain @ gain, squared.sum(), DIMENSION
            g = h + sigma * rng.standard_normal(DIMENSION, dtype)
            w = w - rate * g - rate / tau * np.abs(g) * w
        return w, total / steps

    return lambda: timed(lambda: [one(seed) for seed in range(seeds)]) * RUNS / seeds * STEPS / steps
