"""Growth of delayed gradient descent without noise against the spectral radius of the companion matrix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from simulation import DEVICES, NOISES
from simulation.pipeline_delayed import run_delayed
from simulation.problems.quadratic import Problem
from theory.predictions import spectral_radius, step_limit

DELAYS = (0, 1, 2, 4)
FACTORS = {"below": 0.7, "above": 1.3}
"""Of the limit of the step size."""
FROM, UNTIL = 200, 600
MARGIN = 0.01
"""The growth of 400 updates tells the radius but for the shape of the oscillation, a factor of e² at most over the
longest history: 2/400 = 0.005 of the radius, which is below 2."""


@dataclass(frozen=True)
class Growth:
    """One delay at one multiple of the limit; nothing in it is random."""

    delay: int
    side: str

    @property
    def name(self) -> str:
        """Delay and side, as one of these."""
        return f"step-limits-{self.delay}-{self.side}"

    @property
    def step_size(self) -> float:
        """The multiple of the limit at curvature 1."""
        return float(FACTORS[self.side] * step_limit(curvature=1.0, delays=self.delay))

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Growth an update of the largest weight of a history."""
        del runs
        problem = Problem(spectrum=np.ones(1), noise=NOISES["none"](), initial=np.ones(1))
        trace = run_delayed(
            problem,
            DEVICES["ideal"](),
            delays=self.delay,
            step_size=self.step_size,
            steps=UNTIL,
            runs=1,
            seed=seed,
            evaluations=1,
            keep_path=True,
        )
        path, history = np.abs(np.asarray(trace.path)[:, 0, 0, 0]), 2 * self.delay + 1
        begin, end = path[FROM - history : FROM].max(), path[UNTIL - history : UNTIL].max()
        return {"growth": np.array([(end / begin) ** (1 / (UNTIL - FROM))])}

    def measured(self, sample: Mapping[str, Array]) -> Measured:
        """Against the companion matrix's radius, on its side of 1."""
        radius = spectral_radius(curvature=1.0, delays=self.delay, step_size=self.step_size)
        right_side = (radius < 1) == (self.side == "below")
        return Measured(
            left=sample["growth"],
            right=np.array([radius]),
            obstacle="" if right_side else f"radius {radius} is not {self.side} 1",
        )


def claims(size: Size) -> Iterator[GateClaim]:
    """Below and above the limit of every delay."""
    del size
    for delay in DELAYS:
        for side, factor in FACTORS.items():
            source = Growth(delay, side)
            yield GateClaim(
                name=source.name,
                statement="Largest stable step size under delay",
                kind="certificate",
                description=f"Growth of weights {delay} updates late at {factor:g} times the limit.",
                source=source,
                measure=source.measured,
                margin=MARGIN,
                exact=True,
            )
