"""T4: with two-point noise and a short step, a run on an asymmetric device measures T3's asymptotic term itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from simulation import DEVICES
from simulation.experiment import Experiment

OPTIMUM, DEVIATION, COPIES = 0.3, 0.5, 16
"""Curvature 1; the copies are independent coordinates, averaged within a run."""
STEP_SIZE, BURN, KEPT = 0.002, 5000, 5000
"""Each is ten time constants 1/α."""
LEAST = 0.25
"""Least saturation at the optimum. The weights' own variance, about ασ²/2, adds α/(2s²) to the ratio: at most 2.5 %
where the weights rest, at some two thirds of that saturation."""
MARGIN = 0.05


@dataclass(frozen=True)
class Resting:
    """Analog SGD on a quadratic whose optimum the device does not reach."""

    device: str

    @property
    def name(self) -> str:
        """That of the device, as one of these."""
        return f"sharp-{self.device}"

    @cached_property
    def experiment(self) -> Experiment:
        """Ready to run."""
        noise = {"name": "two_point", "standard_deviation": DEVIATION}
        problem = {"name": "quadratic", "spectrum": [1.0] * COPIES, "optimum": [OPTIMUM] * COPIES, "noise": noise}
        device = {"name": self.device, **DEVICES[self.device].EXAMPLE}
        tables = {"steps": BURN + KEPT, "runs": 1, "step_size": STEP_SIZE, "evaluations": 1}
        return Experiment.of({**tables, "problem": problem, "device": device}, name=self.name)

    @property
    def saturation(self) -> float:
        """|G|/F at the optimum."""
        return float(self.experiment.device.saturation(np.array(OPTIMUM)))

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Averages of (M/F)h² and of (G²/F)σ² after the burn-in."""
        experiment = self.experiment
        arguments = {**experiment.arguments, "runs": runs, "seed": seed}
        again = replace(experiment, arguments=arguments)
        weights = np.asarray(again.run(keep_path=True).path)[BURN:-1, 0]
        symmetric, asymmetric = experiment.device.gains(weights)
        gradient = weights - OPTIMUM
        drift = asymmetric**2 / symmetric
        sides = {"gradient": (symmetric - drift) * gradient**2, "drift": drift * DEVIATION**2}
        return {name: side.mean(axis=(0, 2)) for name, side in sides.items()}


def claims(size: Size) -> Iterator[GateClaim]:
    """One for every device that is asymmetric enough where it is pulled to."""
    del size
    for device in DEVICES:
        source = Resting(device)
        if source.saturation >= LEAST:
            yield GateClaim(
                name=f"sharp-{device.replace('_', '-')}",
                statement="T4: The asymptotic term is sharp",
                kind="sharp",
                description=f"Averages of (M/F)h² against (G²/F)σ² with two-point noise on {device}, α = {STEP_SIZE}.",
                source=source,
                measure=lambda sample: Measured(left=sample["gradient"], right=sample["drift"]),
                margin=MARGIN,
            )
