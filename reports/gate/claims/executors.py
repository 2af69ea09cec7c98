"""Pipelines carried out event by event against the recursion that their timetable implies: equal to the bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from reports.gate.scene import BLOCKS, Scene
from simulation import SCHEDULES
from simulation.pipeline import run_clocked, run_recursion
from simulation.schedules._copying import CopyingSchedule

UPDATES, RUNS, MICROBATCHES = 16, 3, 2
ANALOG, COPIED = "linear_offset", "ideal"
"""Both gains of the first vary; weights of the second can be copied exactly."""


@dataclass(frozen=True)
class Executors:
    """One schedule at one number of stages."""

    schedule: str
    stages: int

    @property
    def name(self) -> str:
        """Schedule and stages, as one of these."""
        return f"executors-{self.schedule}-{self.stages}"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Final weights of both with the same seeds; a fixed number of runs tells all."""
        del runs
        kind = SCHEDULES[self.schedule]
        batch = MICROBATCHES if kind.batched else 1
        device = COPIED if kind.stashed or issubclass(kind, CopyingSchedule) else ANALOG
        scene = Scene(
            device=device, schedule=self.schedule, stages=self.stages, microbatches=batch, steps=UPDATES
        ).experiment
        both = [
            execute(
                scene.problem,
                scene.device,
                kind(stages=self.stages, microbatches=batch),
                step_size=0.05,
                samples=UPDATES * batch,
                runs=RUNS,
                seed=seed,
            )
            for execute in (run_clocked, run_recursion)
        ]
        return {name: made.final_weights.ravel() for name, made in zip(("clocked", "recursion"), both, strict=True)}


def claims(size: Size) -> Iterator[GateClaim]:
    """Every schedule at every number of stages that the blocks can be dealt to."""
    del size
    for schedule in SCHEDULES:
        for stages in range(1, BLOCKS + 1):
            yield GateClaim(
                name=f"executors-{schedule.replace('_', '-')}-{stages}",
                statement="The clocked pipeline is the delayed recursion",
                kind="identity",
                description=f"Weights that differ after {UPDATES} updates through {stages} stages, {schedule}.",
                source=Executors(schedule, stages),
                measure=_both,
                exact=True,
            )


def _both(sample: Mapping[str, Array]) -> Measured:
    differ = np.count_nonzero(sample["clocked"] != sample["recursion"])
    return Measured(left=np.array([float(differ)]), right=np.zeros(1))
