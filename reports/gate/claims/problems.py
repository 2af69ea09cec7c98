"""Constants of the gate's problem, taken anew from nothing but its values: f*, ∇f, L and L_Φ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from reports.gate.scene import BLOCKS, OPTIMUM, Scene
from simulation import NOISES

ROUNDING = 1e-9
"""Of central differences with steps of 1: exact on a quadratic but for rounding."""
SCENE = Scene(device="ideal", schedule="asynchronous_1f1b", steps=1)


@dataclass(frozen=True)
class Differences:
    """Values and differences of the problem; nothing in it is random but where it is looked at."""

    name: str = "problems"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """What the problem says, and under `found …` what its values say."""
        del runs
        problem = replace(SCENE.experiment.problem, noise=NOISES["none"]())
        weights = np.random.default_rng(seed).uniform(-OPTIMUM, OPTIMUM, BLOCKS)

        def value(at: Array) -> float:
            return float(problem.moments(at[np.newaxis, np.newaxis]).objective.item())

        def signal(forward: Array, backward: Array) -> Array:
            places = (array[np.newaxis, np.newaxis] for array in (forward, backward))
            raw = problem.draw(np.random.default_rng(0), 1)  # of no noise
            found: Array = problem.delayed_signal(*places, raw)[0, 0]
            return found

        units = np.eye(BLOCKS)
        slopes = np.array([value(weights + unit) - value(weights - unit) for unit in units]) / 2
        both = np.array([signal(weights + unit, weights + unit) - signal(weights, weights) for unit in units])
        stale = np.array([signal(weights + unit, weights) - signal(weights, weights) for unit in units])
        told = problem.moments(weights[np.newaxis, np.newaxis])
        start = np.broadcast_to(problem.initial, BLOCKS)
        return {
            "gradient": told.gradient[0, 0],
            "found gradient": slopes,
            "signal": signal(weights, weights),
            "found signal": slopes,
            "smoothness": np.array([problem.smoothness]),
            "found smoothness": _norm(both),
            "staleness": np.array([problem.staleness_lipschitz]),
            "found staleness": _norm(stale),
            "gap": np.array([SCENE.constants["initial_gap"]]),
            "found gap": np.array([value(start) - value(np.asarray(problem.optimum))]),
        }


def _norm(matrix: Array) -> Array:
    return np.array([np.linalg.norm(matrix, 2)])


STATEMENTS = {
    "gradient": "∇f is the derivative of f",
    "signal": "Without noise and delay the signal is ∇f",
    "smoothness": "L is the norm of the derivative of ∇f",
    "staleness": "L_Φ is the norm of the derivative of the signal by forward weights",
    "gap": "Δ is f at the start minus the least f",
}


def claims(size: Size) -> Iterator[GateClaim]:
    """One for each constant."""
    del size
    for name, statement in STATEMENTS.items():
        yield GateClaim(
            name=f"problems-{name}",
            statement=statement,
            kind="certificate",
            description="What the staged quadratic of the gate declares, against differences of its values.",
            source=Differences(),
            measure=partial(_both, name),
            margin=ROUNDING,
            exact=True,
        )


def _both(name: str, sample: Mapping[str, Array]) -> Measured:
    return Measured(left=sample[name], right=sample[f"found {name}"])
