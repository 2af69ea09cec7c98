"""The rate: at step sizes that fall like K^(−1/2) the average squared gradient norm does, too, as T3-rate says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from simulation import DEVICES, NOISES, PROBLEMS, run

LENGTHS = (250, 500, 1000, 2000)
SCALE, DEVIATION, CURVATURE = 1.0, 0.3, np.geomspace(0.25, 1.0, 4)
"""Step sizes are SCALE/√K."""
MARGIN = 0.05
"""A step αλ ≤ 0.063 changes the plateau by half of that over the range of K: 0.03/log 8 of an exponent; thrice that."""


@dataclass(frozen=True)
class Lengths:
    """Digital SGD on a quadratic, runs of several lengths."""

    name: str = "rates-digital"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Average squared gradient norms, (lengths, runs)."""
        noise = NOISES["gaussian"](standard_deviation=DEVIATION)
        problem = PROBLEMS["quadratic"](spectrum=CURVATURE, optimum=np.full(4, 0.5), noise=noise)
        traces = [
            run(problem, DEVICES["ideal"](), step_size=SCALE / np.sqrt(steps), steps=steps, runs=runs, seed=root)
            for steps, root in zip(LENGTHS, seed.spawn(len(LENGTHS)), strict=True)
        ]
        return {"norm": np.stack([trace.gradient_norm[-1, 0] for trace in traces])}


def claims(size: Size) -> Iterator[GateClaim]:
    """The exponent, fitted for every seed."""
    del size
    yield GateClaim(
        name="rate-of-t3",
        statement="T3-rate: Rate at the best step size",
        kind="rate",
        description=f"Exponent of the average squared gradient norm in K, fitted over {len(LENGTHS)} lengths of runs.",
        source=Lengths(),
        measure=_exponent,
        margin=MARGIN,
    )


def _exponent(sample: Mapping[str, Array]) -> Measured:
    slopes = np.polyfit(np.log(LENGTHS), np.log(sample["norm"]), 1)[0]
    return Measured(left=slopes, right=np.array([-0.5]))
