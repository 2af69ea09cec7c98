"""Mean weights at rest on a quadratic against the zero of the mean dynamics, for every device and folded noise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from simulation import DEVICES, NOISES
from simulation.experiment import Experiment
from theory.predictions import NOISES as FOLDED
from theory.predictions import MeanDynamics

STEP_SIZE, DEVIATION, COPIES = 0.02, 0.2, 16
"""Curvature 1; the copies of a run are averaged."""
OPTIMUM = 0.3
BURN, KEPT = 400, 400
"""Started at the optimum; the distance from there to rest shrinks by exp(−8s), s the slope of the drift."""
MARGIN = 3e-3
"""O(α): the weights' variance, α·σ²/2 = 4e-4, times half of the drift's second derivative over its slope,
which is of order 4 where gains and their slopes are of order 1: 8e-4 a coordinate, two of them, and as much again."""


@dataclass(frozen=True)
class Rest:
    """One device under one noise."""

    device: str
    noise: str

    @property
    def name(self) -> str:
        """Device and noise, as one of these."""
        return f"resting-{self.device}-{self.noise}"

    @property
    def experiment(self) -> Experiment:
        """Two optima on opposite sides of the symmetric point, or near it."""
        optimum = [OPTIMUM, -OPTIMUM]
        noise = {"name": self.noise, "standard_deviation": DEVIATION}
        problem = {"name": "quadratic", "spectrum": [1.0, 1.0], "optimum": optimum, "initial": optimum, "noise": noise}
        device = {"name": self.device, **DEVICES[self.device].EXAMPLE}
        tables = {"steps": BURN + KEPT, "runs": 1, "step_size": STEP_SIZE, "problem": problem, "device": device}
        return Experiment.of(tables, name=self.name)

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Mean weights of a run after the burn-in, (coordinates, runs)."""
        experiment = self.experiment
        given = {**experiment.arguments, "runs": runs * COPIES, "seed": seed, "evaluations": 1}
        path = np.asarray(replace(experiment, arguments=given).run(keep_path=True).path)
        return {"weights": path[BURN:, 0].mean(axis=0).reshape(runs, COPIES, -1).mean(axis=1).T}

    def measured(self, sample: Mapping[str, Array]) -> Measured:
        """Displacement from the optimum in the direction in which asymmetry pulls there, summed over coordinates.

        The direction is not the predicted one: a prediction of no displacement would then be met by any.
        """
        device, goal = self.experiment.device, np.array([OPTIMUM, -OPTIMUM])
        rest = MeanDynamics(
            symmetric=lambda weights: device.gains(weights)[0],
            asymmetric=lambda weights: device.gains(weights)[1],
            gradient=lambda weights: weights - goal,
            noise=FOLDED[self.noise],
            noise_variance=DEVIATION**2,
        ).resting_weights(goal)
        pull = -np.sign(device.gains(goal)[1])
        return Measured(left=pull @ (sample["weights"].T - goal).T, right=np.array([pull @ (rest - goal)]))


def claims(size: Size) -> Iterator[GateClaim]:
    """Every device with asymmetry under every noise whose folded mean is known."""
    del size
    for device in DEVICES:
        for noise in sorted(set(FOLDED) & set(NOISES) - {"none"}):
            source = Rest(device, noise)
            if not np.any(source.experiment.device.gains(np.array([[[OPTIMUM, -OPTIMUM]]]))[1]):
                continue
            yield GateClaim(
                name=source.name.replace("_", "-"),
                statement="Where the mean dynamics rests",
                kind="equal",
                description=f"Displacement of mean weights of {device} under {noise} noise of {DEVIATION:g}.",
                source=source,
                measure=source.measured,
                margin=MARGIN,
            )
