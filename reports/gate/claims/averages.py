"""What the engine averages while it trains, against the same averages along the path that it kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from reports.gate.scene import Scene
from simulation.statistics import STATISTICS
from theory.along import along, averaged
from theory.symbols import TABLE

STEPS, RUNS = 30, 4
ROUNDING = 1e-12
"""Of averages of at most 1, of some hundred products each."""
SCENE = Scene(device="linear_offset", schedule="asynchronous_1f1b", steps=STEPS)
"""Both gains vary, and weights are late."""


@dataclass(frozen=True)
class Twice:
    """The scene run twice with the same seeds: averages of the engine, and the path."""

    name: str = f"averages-{SCENE.name}"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Both averages by name; a fixed number of runs tells all."""
        del runs
        experiment = SCENE.experiment
        trace = replace(experiment, arguments={**experiment.arguments, "runs": RUNS, "seed": seed}).run()
        arrays = {**SCENE.run(seed, RUNS).arrays, "steps": np.array(float(STEPS))}
        streamed = {name: getattr(trace, name)[-1, 0] for name in _names()}
        return streamed | {f"path {name}": along(TABLE[name].definition, arrays) for name in _names()}


def claims(size: Size) -> Iterator[GateClaim]:
    """One for every average that the notation table defines."""
    del size
    for name in _names():
        yield GateClaim(
            name=f"averages-{name}",
            statement=f"Average of {TABLE[name].meaning}",
            kind="certificate",
            description=f"{STEPS} updates through {SCENE.schedule} on {SCENE.device}: streamed against kept path.",
            source=Twice(),
            measure=partial(_both, name),
            margin=ROUNDING,
            exact=True,
        )


def _names() -> tuple[str, ...]:
    return (*(name for name in STATISTICS if name in TABLE and averaged(name)), "staleness")


def _both(name: str, sample: Mapping[str, Any]) -> Measured:
    return Measured(left=sample[name], right=sample[f"path {name}"])
