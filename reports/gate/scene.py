"""A training that statements are held against: what is simulated, and every number that it tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation import DEVICES, NOISES
from simulation.experiment import Experiment
from theory.predictions import NOISES as FOLDED

Array = NDArray[np.float64]
BLOCKS = 4
RANGE = 0.4
"""Weights are to stay within ±RANGE, over which a device's extremes are taken before anything runs."""
OPTIMUM = 0.15
RIDGE = 0.2
"""A curvature that reads the weights of the backward pass: without it no one could tell which ones those are."""
_GRID = 401


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A staged quadratic with exact constants, trained on one device through one schedule."""

    device: str
    schedule: str = "vanilla"
    stages: int = BLOCKS
    microbatches: int = 1
    rule: str = ""
    """How a batch reaches the device; empty for one signal an update."""
    noise: str = "gaussian"
    deviation: float = 0.1
    """Root of the noise variance of a coordinate [gradient units]."""
    step_size: float = 0.05
    steps: int

    def tables(self) -> dict[str, Any]:
        """The scene as keys and tables of an experiment file."""
        noise = {"name": self.noise} | ({} if self.noise == "none" else {"standard_deviation": self.deviation})
        problem = {
            "name": "staged_quadratic",
            "maker": "from_spectrum",
            "spectrum": np.geomspace(0.25, 1.0, BLOCKS).round(3).tolist(),
            "sizes": [1] * BLOCKS,
            "coupling": 0.3,
            "ridge": RIDGE,
            "seed": 0,
            "optimum": [OPTIMUM, -OPTIMUM] * (BLOCKS // 2),
            "noise": noise,
        }
        schedule = {"name": self.schedule, "stages": self.stages}
        batch = {"microbatches": self.microbatches} if self.microbatches > 1 else {}
        tables = {"steps": self.steps, "runs": 1, "step_size": self.step_size, "problem": problem}
        tables |= {"device": {"name": self.device, **DEVICES[self.device].EXAMPLE}, "schedule": schedule | batch}
        return tables | ({"rule": self.rule} if self.rule else {})

    @cached_property
    def experiment(self) -> Experiment:
        """The scene, checked and ready to run."""
        return Experiment.of(self.tables(), name=self.name)

    @cached_property
    def constants(self) -> dict[str, float]:
        """Numbers of the notation table that are known before anything runs."""
        experiment, dimension = self.experiment, self.experiment.problem.dimension
        problem, start = experiment.problem, experiment.device.settle(np.array(experiment.problem.initial, ndmin=3))
        variance = np.broadcast_to(np.square(getattr(problem.noise, "standard_deviation", 0.0)), dimension)
        share = variance / variance.sum() if variance.any() else np.zeros(dimension)
        numbers = {
            "steps": self.steps,
            "step_size": self.step_size,
            "initial_gap": problem.moments(start).objective.item() - problem.optimal_value,
            "smoothness": problem.smoothness,
            "staleness_lipschitz": problem.staleness_lipschitz,
            "microbatches": experiment.microbatches,
            "noise_deviation": np.sqrt(variance.sum()),
            "max_delay": self.delays.max(),
            "mean_delay": (share * self.delays).sum(),
        }
        return {name: float(value) for name, value in numbers.items()} | extremes(experiment.device, dimension)

    @property
    def delays(self) -> NDArray[np.int_]:
        """d of each coordinate, derived from the schedule's timetable."""
        late = self.experiment.delays
        return np.zeros(BLOCKS, dtype=int) if late is None else np.asarray(late)

    @property
    def name(self) -> str:
        """All that makes it different from other scenes, joined: scenes of one name are one."""
        numbers = (self.steps, self.step_size, self.deviation, self.stages, self.microbatches)
        return "-".join([self.device, self.schedule, self.rule, self.noise, *map(repr, numbers)])

    def run(self, seed: np.random.SeedSequence, runs: int) -> Run:
        """Train with that many independent seeds; evaluate problem and device along the paths."""
        # The engine's own averages are not needed beside the path: one observation a run is the least it makes.
        arguments = {**self.experiment.arguments, "runs": runs, "seed": seed, "evaluations": 1}
        trace = replace(self.experiment, arguments=arguments).run(keep_path=True)
        path = np.asarray(trace.path)[:, 0]
        weights, forward = path[:-1], stale(path[:-1], self.delays)
        problem, device = self.experiment.problem, self.experiment.device
        moments, (symmetric, asymmetric) = problem.moments(weights), device.gains(weights)
        signal, variance = _mean_signal(problem, forward, weights), np.array(moments.noise_variance, ndmin=3)
        arrays = {"weights": weights, "forward_weights": forward, "gradient": moments.gradient, "mean_signal": signal}
        arrays |= {"noise_variance": variance, "symmetric": symmetric, "asymmetric": asymmetric, "delay": self.delays}
        arrays |= {"mean_magnitude": FOLDED[self.noise].at(signal, variance), "mean_square": signal**2 + variance}
        arrays["staleness_error"] = signal - moments.gradient
        inside = (np.abs(path) <= RANGE).all(axis=(0, 2)) & (trace.first_violation[0] < 0)
        return Run(arrays=arrays, constants=self.constants, valid=inside)


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """What one look at a scene tells, by the names of the notation table."""

    arrays: Mapping[str, Array]
    """Quantities of every update, broadcastable to (steps, runs, coordinates)."""
    constants: Mapping[str, float]
    valid: NDArray[np.bool_]
    """Runs whose weights stayed within the range, shape (runs,)."""

    @classmethod
    def joined(cls, runs: Sequence[Run]) -> Run:
        """Several looks as one."""
        first, count = runs[0], len(runs[0].valid)
        arrays = {
            name: np.concatenate([run.arrays[name] for run in runs], axis=1) if _varies(array, count) else array
            for name, array in first.arrays.items()
        }
        valid = np.concatenate([run.valid for run in runs])
        return cls(arrays=arrays, constants=first.constants, valid=valid)


def stale(weights: Array, delays: NDArray[np.int_]) -> Array:
    """U_k = W_{k−d} coordinate by coordinate, W_0 before that; weights of shape (steps, runs, coordinates)."""
    steps = np.arange(len(weights))[:, np.newaxis]
    return np.moveaxis(weights[np.maximum(steps - delays, 0), :, np.arange(weights.shape[-1])], -1, 1)


def extremes(device: Any, dimension: int) -> dict[str, float]:
    """The least and largest gains over the range, by name."""
    grid = np.repeat(np.linspace(-RANGE, RANGE, _GRID)[:, np.newaxis], dimension, axis=1)
    symmetric, asymmetric = device.gains(grid)
    drift = np.abs(asymmetric)
    return {
        "max_symmetric": float(symmetric.max()),
        "min_symmetric": float(symmetric.min()),
        "max_asymmetric": float(drift.max()),
        "gain_bound": float((symmetric + drift).max()),
        "descent_bound": float((symmetric - drift * drift / symmetric).min()),
    }


def _varies(array: Array, runs: int) -> bool:
    """Whether an array has an axis of runs."""
    return array.ndim == 3 and array.shape[1] == runs


def _mean_signal(problem: Any, forward: Array, weights: Array) -> Array:
    """E g at forward weights U and weights W: the signal without its noise."""
    silent = replace(problem, noise=NOISES["none"]())
    raw = silent.draw(np.random.default_rng(0), weights.shape[1])  # of no noise
    return np.asarray(silent.delayed_signal(forward, weights, raw))
