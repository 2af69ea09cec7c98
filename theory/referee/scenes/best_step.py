"""Asynchronous runs at the step size that a statement fixes: bounds as tight as can be, steps that T8 allows."""

import numpy as np

from theory.referee.interpret import SCALAR, STEPS, World
from theory.referee.scene import Scene, symbols_of
from theory.referee.scenes import analog_sgd
from theory.statement import Statement
from theory.symbols import D_mean, alpha

TRIES = 30
"""Runs thrown away at most because their steps are too long for what they met."""


def build(rng: np.random.Generator, statement: Statement) -> World:
    """Nothing for statements about any step size, or without a pipeline."""
    symbols = symbols_of(statement)
    if alpha in symbols or D_mean not in symbols:
        return {}
    for _ in range(TRIES):
        world = analog_sgd.build(rng, statement)
        world |= _bounds(world)
        if _allowed(world):
            break
    return world


def _bounds(world: World) -> World:
    """What the run stayed within, and the gap for which its step size is the best."""
    gain = (world["symmetric"] + abs(world["asymmetric"])).max()
    variance = world["noise_variance"].sum(axis=2).max()
    delayed = (world["delay"] * world["noise_variance"]).sum(axis=2).max()
    gap = world["step_size"].item() ** 2 * world["smoothness"].item() * STEPS * gain**2 * variance / 2
    numbers = {
        "gain_bound": gain,
        "noise_deviation": np.sqrt(variance),
        "mean_delay": delayed / variance,
        "max_symmetric": world["symmetric"].max(),
        "min_symmetric": world["symmetric"].min(),
        "initial_gap": gap,
        "optimal_value": -gap,
    }
    return {name: np.full(SCALAR, float(value)) for name, value in numbers.items()}


def _allowed(world: World) -> bool:
    number = {name: value.item() for name, value in world.items() if value.size == 1}
    step, high, low = number["step_size"], number["max_symmetric"], number["min_symmetric"]
    room = 4 * (step * number["staleness_lipschitz"] * number["max_delay"] * number["gain_bound"]) ** 2
    short = 2 * step * number["smoothness"] * high <= 1 and room * (1 + 1 / number["young"]) * high / low <= 1
    return bool(short and number["last_objective"] >= number["optimal_value"])


SCENE = Scene(name="best_step", build=build)
