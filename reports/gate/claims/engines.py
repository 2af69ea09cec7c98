"""The engine against the pipeline's recursion, which shares no line of delays and batches with it: equal to the bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from reports.gate.scene import BLOCKS, Scene
from simulation import SCHEDULES
from simulation.pipeline import run_recursion
from simulation.pipeline_stage import RULES
from simulation.schedules._copying import CopyingSchedule

STEPS, RUNS, MICROBATCHES = 24, 4, 2
DEVICE = "linear_offset"
"""Both of its gains vary."""


@dataclass(frozen=True)
class Both:
    """A scene trained by the engine and by the recursion, with the same seeds."""

    scene: Scene

    @property
    def name(self) -> str:
        """That of the scene, as one of these."""
        return f"engines-{self.scene.name}"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Final weights of both; a fixed number of runs tells all."""
        del runs
        experiment = self.scene.experiment
        problem = experiment.problem
        given = {**experiment.arguments, "runs": RUNS, "seed": seed}
        engine = replace(experiment, arguments=given).run()
        del given["steps"]
        recursion = run_recursion(
            problem, experiment.device, experiment.schedule, samples=STEPS * self.scene.microbatches, **given
        )
        return {"engine": engine.final_weights.ravel(), "recursion": recursion.final_weights.ravel()}


def claims(size: Size) -> Iterator[GateClaim]:
    """Every schedule that copies no weights, and every rule where a batch has several signals."""
    del size
    for schedule, kind in SCHEDULES.items():
        if issubclass(kind, CopyingSchedule):  # the engine has one array for every weight
            continue
        for rule in RULES if kind.batched else ("",):
            count = MICROBATCHES if rule else 1
            scene = Scene(device=DEVICE, schedule=schedule, stages=BLOCKS, microbatches=count, rule=rule, steps=STEPS)
            yield GateClaim(
                name="-".join(part.replace("_", "-") for part in ("engines", schedule, rule) if part),
                statement="Engine and recursion are one process",
                kind="identity",
                description=f"Weights after {STEPS} updates through {schedule} {rule}, engine against recursion.",
                source=Both(scene),
                measure=_both,
                exact=True,
            )


def _both(sample: Mapping[str, Array]) -> Measured:
    return Measured(left=sample["engine"], right=sample["recursion"])
