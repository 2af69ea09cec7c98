"""Stationary variance of delayed digital SGD on a quadratic against the exact rational functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from simulation import DEVICES, NOISES
from simulation.pipeline_delayed import run_delayed
from simulation.problems.quadratic import Problem
from theory.predictions import variance_factor

DELAYS = (0, 1, 2, 3, 4)
STEP_SIZE, DEVIATION, COPIES = 0.1, 0.3, 64
"""Curvature 1; the copies are independent coordinates, averaged within a run."""
BURN, KEPT = 200, 200
"""At the longest delay the spectral radius is below 0.95: the start is forgotten but for 1e-8."""
MARGIN = 0.04
"""One update of delay more changes the variance by about αλ = 10 %: less than half of that."""


@dataclass(frozen=True)
class Delayed:
    """Noise of one variance on a quadratic of curvature 1, with one delay."""

    delay: int

    @property
    def name(self) -> str:
        """That of the delay, as one of these."""
        return f"stationary-{self.delay}"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Mean square of the weights of a run after the burn-in."""
        problem = Problem(spectrum=np.ones(COPIES), noise=NOISES["gaussian"](standard_deviation=DEVIATION))
        trace = run_delayed(
            problem,
            DEVICES["ideal"](),
            delays=self.delay,
            step_size=STEP_SIZE,
            steps=BURN + KEPT,
            runs=runs,
            seed=seed,
            evaluations=1,
            keep_path=True,
        )
        return {"square": np.square(np.asarray(trace.path)[BURN:, 0]).mean(axis=(0, 2))}


def claims(size: Size) -> Iterator[GateClaim]:
    """One for every delay."""
    del size
    for delay in DELAYS:
        yield GateClaim(
            name=f"stationary-delay-{delay}",
            statement="Stationary variance of delayed SGD",
            kind="sharp",
            description=f"Mean square of weights {delay} updates late against the exact variance at αλ = {STEP_SIZE}.",
            source=Delayed(delay),
            measure=partial(_variance, delay),
            margin=MARGIN,
        )


def _variance(delay: int, sample: Mapping[str, Array]) -> Measured:
    (scaled,) = variance_factor(delay).free_symbols
    factor = float(variance_factor(delay).subs(scaled, STEP_SIZE))
    return Measured(left=sample["square"], right=np.array([STEP_SIZE**2 * DEVIATION**2 * factor]))
