"""One update at all of its outcomes: what a simulated device and problem do, as a world that statements are tried in.

Noise of two points a coordinate has few outcomes, so expectations are sums and a statement about one update is held
exactly, up to rounding, at many weights. What a statement only bounds is filled in as its assumptions ask for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from reports.gate.claim import Measured
from reports.gate.scene import OPTIMUM, RANGE, Array
from simulation import DEVICES, FIDELITIES, NOISES, PROBLEMS
from simulation.experiment import Experiment
from theory.operators import axes
from theory.referee.completion import complete
from theory.referee.interpret import COORDINATES, SHAPE, World, holds, interpret
from theory.referee.scene import symbols_of
from theory.symbols import unfold

COINS = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
"""(draw, coordinate): which of its two points each coordinate's noise takes."""
STEP_SIZE, DEVIATION = 0.05, 0.3
TRIES = 200
WORLDS = 3
WEAKEST = 0.005
"""Least saturation at which an update is looked at where it rests."""
PROVIDED = frozenset({
    "A1 smooth", "U update", "A2 mean", "A2 variance", "A2 exact", "A2 noise-free", "A3 F", "N two-point", "R rest",
    "S step", "S multiplier", "S quarter step",
})  # fmt: skip
"""Assumptions that an update meets by its construction, or that are checked at its numbers."""
CURVATURES = (0.4, 1.0)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What worlds are made from."""

    device: str
    seed: np.random.SeedSequence

    @classmethod
    def joined(cls, looks: Sequence[Look]) -> Look:
        """The first, which tells all."""
        return looks[0]


@dataclass(frozen=True, kw_only=True)
class OneUpdate:
    """A device of which one update is looked at, at random weights or where its mean update rests."""

    device: str

    @property
    def name(self) -> str:
        """Part of the seeds."""
        return f"one-update-{self.device}"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Look:
        """Device and seed: worlds are made for a statement, since its assumptions choose among them."""
        del runs  # one look tells all
        return Look(device=self.device, seed=seed)


def inadmissible(statement: Any) -> str:
    """Why no single update tells both sides of a statement; or nothing."""
    foreign = sorted({assumption.name for assumption in statement.assumptions} - PROVIDED)
    if foreign:
        return f"assumes {', '.join(foreign)}, which one update of weights does not provide"
    return "" if axes(statement.lhs) else "about numbers only: no update is in it"


def at_all_outcomes(statement: Any, look: Look) -> Measured:
    """Both sides of a statement about one update, at the weights where it is nearest to failing."""
    rng, symbols = np.random.default_rng(look.seed), symbols_of(statement)
    names = {assumption.name for assumption in statement.assumptions}
    found = []
    for _ in range(WORLDS):
        world = _outcomes(rng, look.device, rest="R rest" in names, silent="A2 noise-free" in names)
        complete(rng, world, statement.assumptions, symbols)
        broken = [a.name for a in statement.assumptions if not holds(a.expr, a.relation, world)]
        if broken:
            return Measured(left=np.full(1, np.nan), right=np.ones(1), obstacle=f"{', '.join(broken)} fails")
        found.append(_nearest(statement, world))
    left, right = max(found, key=lambda sides: _gap(statement, *sides))
    return Measured(left=np.array([left]), right=np.array([right]))


def _nearest(statement: Any, world: World) -> tuple[float, float]:
    left, right = (
        np.broadcast_to(interpret(unfold(side).xreplace(dict(statement.where)), world), SHAPE).ravel()
        for side in (statement.lhs, statement.rhs)
    )
    worst = int(np.argmax(_gap(statement, left, right)))
    return float(left[worst]), float(right[worst])


def _gap(statement: Any, left: Any, right: Any) -> Any:
    return np.abs(left - right) if statement.kind == "equality" else left - right


def _outcomes(rng: np.random.Generator, device: str, *, rest: bool, silent: bool) -> World:
    """Weights, gains, signals and what they lead to; arrays as in `theory.referee.interpret`."""
    response, weights = _device(device), rng.uniform(-RANGE, RANGE, (*SHAPE[:2], COORDINATES))
    deviation = np.full_like(weights, 0.0 if silent else DEVIATION)
    if rest:
        weights, deviation = _resting(rng, response)
    problem = PROBLEMS["quadratic"](spectrum=CURVATURES, optimum=_optimum(), noise=NOISES["none"]())
    moments, (symmetric, asymmetric) = problem.moments(weights), response.gains(weights)
    noise = NOISES["two_point"](standard_deviation=deviation)
    # The noise's own rule: its raw numbers 1 and −1 are those of its lower and of its upper point.
    signals = [noise.apply(moments.gradient, np.broadcast_to(-coin, weights.shape)) for coin in COINS]
    moved = [FIDELITIES["mean"]().update(response, weights, -STEP_SIZE * signal) for signal in signals]
    magnitude = np.sqrt(moments.gradient**2 + deviation**2)
    drift = np.divide(moments.gradient, magnitude, out=np.zeros_like(magnitude), where=magnitude > 0)
    chances = [np.prod((1 + coin * drift) / 2, axis=-1, keepdims=True) for coin in COINS]
    after = [problem.moments(weight).objective[..., np.newaxis] for weight in moved]
    world = {
        "weights": _at(weights),
        "gradient": _at(moments.gradient),
        "noise_variance": _at(deviation**2),
        "symmetric": _at(symmetric),
        "asymmetric": _at(asymmetric),
        "objective": _at(moments.objective[..., np.newaxis]),
        "signal": _over(signals),
        "other_signal": np.roll(_over(signals), 1, axis=3),
        "next_weights": _over(moved),
        "next_objective": _over(after),
        "probability": _over(chances),
    }
    constants = {"step_size": STEP_SIZE, "smoothness": max(CURVATURES), "microbatches": 1.0}
    constants["multiplier"] = STEP_SIZE / float(symmetric.min()) + max(CURVATURES) * STEP_SIZE**2 / 2
    return world | {name: np.full((1,) * 5, value) for name, value in constants.items()}


def _resting(rng: np.random.Generator, response: Any) -> tuple[Array, Array]:
    """Weights, and the deviations that make the mean update rest there: σ² = h²(F²/G² − 1) where h and G oppose."""
    weights = rng.uniform(-RANGE, RANGE, (TRIES, *SHAPE[:2], COORDINATES))
    symmetric, asymmetric = response.gains(weights)
    gradient = np.array(CURVATURES) * (weights - _optimum())
    # Where hardly any asymmetry opposes the gradient, only noise too large for exact sums would rest.
    fits = ((gradient * asymmetric < 0) & (np.abs(asymmetric) > WEAKEST * symmetric)).argmax(axis=0)[np.newaxis]
    weights, symmetric, asymmetric, gradient = (
        np.take_along_axis(np.broadcast_to(array, weights.shape), fits, axis=0)[0]
        for array in (weights, symmetric, asymmetric, gradient)
    )
    if not asymmetric.any():  # without asymmetry only the optimum is at rest, under any noise
        return np.broadcast_to(_optimum(), weights.shape).copy(), np.full_like(weights, DEVIATION)
    return weights, np.abs(gradient) * np.sqrt((symmetric / asymmetric) ** 2 - 1)


@cache
def _device(name: str) -> Any:
    table = {"name": name, **DEVICES[name].EXAMPLE}
    problem = {"name": "quadratic", "spectrum": list(CURVATURES), "noise": {"name": "none"}}
    tables = {"steps": 1, "runs": 1, "step_size": STEP_SIZE, "problem": problem, "device": table}
    return Experiment.of(tables, name=name).device


def _optimum() -> Array:
    return np.array([OPTIMUM, -OPTIMUM])


def _at(array: Array) -> Array:
    """(step, history, coordinate) as an array over draws and micro-batches, too."""
    return np.asarray(array[..., np.newaxis, np.newaxis])


def _over(arrays: list[Array]) -> Array:
    """One array a draw, along the axis of draws."""
    return np.stack(arrays, axis=-1)[..., np.newaxis]
