"""Runs with two-point noise: with constant gains on a quadratic, or any device with a function V of the slope T4-run.

The two coordinates toss a coin each, so that a draw is a pair of coins and a path is as likely as its draws are.
"""

import numpy as np

from theory.referee.interpret import DRAWS, SCALAR, SHAPE, STEPS, Array, World, interpret
from theory.referee.scene import Scene, device_parameters, known_at, symbols_of
from theory.referee.scenes._paths import arrived, at_the_end, path_probability
from theory.statement import Statement
from theory.symbols import F, G, unfold

HEADS = np.array([[1.0, 1, -1, -1], [1, -1, 1, -1]])
"""Sign of the signal, (coordinate, draw)."""
PER_STEP, PER_DRAW = (*SHAPE[:3], 1, 1), (*SHAPE[:4], 1)


def build(rng: np.random.Generator, statement: Statement) -> World:
    """A run that suits the statement; nothing if it speaks about neither kind of run."""
    names = {symbol.name for symbol in symbols_of(statement)}
    if not names & {"resting_gradient", "potential"}:
        return {}
    world: World = {"tau": np.full(SCALAR, rng.uniform(1.5, 2)), "steps": np.full(SCALAR, float(STEPS))}
    world |= device_parameters(rng, statement, world)
    world |= {name: np.zeros(PER_STEP) for name in ("weights", "gradient", "symmetric", "asymmetric", "noise_variance")}
    world |= {name: np.zeros(PER_DRAW) for name in ("signal", "next_weights", "next_gradient", "probability")}
    constant = "resting_gradient" in names
    world |= _constants(rng) if constant else {"step_size": np.full(SCALAR, rng.uniform(0.05, 0.5))}
    for k in range(STEPS):
        _node(rng, statement, world, k, constant=constant)
        _update(world, k)
    world["path_probability"] = path_probability(world["probability"])
    return world | (_shortfall(world) if constant else _potential(rng, world))


def _constants(rng: np.random.Generator) -> World:
    """Constant gains, a quadratic, and the resting point in closed form."""
    shape = (1, 1, SHAPE[2], 1, 1)
    symmetric, curvature, variance = (rng.uniform(0.5, 1.5, shape) for _ in range(3))
    asymmetric = symmetric * rng.uniform(-0.9, 0.9, shape)
    product = symmetric**2 - asymmetric**2
    step = rng.uniform(0.05, 1) * (symmetric / (curvature * product)).min()
    return {
        "constant_symmetric": symmetric,
        "constant_asymmetric": asymmetric,
        "constant_variance": variance,
        "curvature": curvature,
        "step_size": np.full(SCALAR, step),
        "contraction": 1 - step * curvature * product / symmetric,
        "resting_gradient": -asymmetric * np.sqrt(variance / product),
        "resting_size": symmetric * np.sqrt(variance / product),
    }


def _node(rng: np.random.Generator, statement: Statement, world: World, k: int, *, constant: bool) -> None:
    """Weights, gains, gradient and noise before update k."""
    world["weights"][k] = arrived(world["next_weights"], k) if k else known_at(rng, 0, -0.9, 0.9)[..., None, None]
    symmetric = known_at(rng, k, 0.7, 1.5)[..., None, None]
    values = {"symmetric": symmetric, "asymmetric": symmetric * known_at(rng, k, -0.8, 0.8)[..., None, None]}
    for symbol, expr in statement.where:
        if symbol in {F, G}:
            values[symbol.name] = np.broadcast_to(interpret(unfold(expr), world), PER_STEP)[k]
    values["gradient"] = known_at(rng, k, -1, 1)[..., None, None]
    values["noise_variance"] = known_at(rng, k, 0.1, 1)[..., None, None]
    if constant:
        for name, of in (("symmetric", "symmetric"), ("asymmetric", "asymmetric"), ("noise_variance", "variance")):
            values[name] = np.broadcast_to(world[f"constant_{of}"][0], PER_STEP[1:])
        values["gradient"] = arrived(world["next_gradient"], k) if k else world["resting_gradient"][0]
    for name, value in values.items():
        world[name][k] = value


def _update(world: World, k: int) -> None:
    """±√(h²+σ²) with the probabilities that give the mean, and where each pair of coins leads."""
    h, variance = world["gradient"][k], world["noise_variance"][k]
    size = np.sqrt(h**2 + variance)
    heads = HEADS[np.newaxis, :, :, np.newaxis]
    chance = (1 + heads * h / size) / 2
    world["probability"][k] = chance.prod(axis=1, keepdims=True)
    world["signal"][k] = heads * size
    response = world["symmetric"][k] * world["signal"][k] + world["asymmetric"][k] * size
    move = -world["step_size"][0] * response
    world["next_weights"][k] = world["weights"][k] + move
    if "curvature" in world:
        world["next_gradient"][k] = h + world["curvature"][0] * move


def _shortfall(world: World) -> World:
    """h̊² − h̊h before and after every update."""
    rest = world["resting_gradient"]
    final = rest**2 - rest * at_the_end(world["next_gradient"])[np.newaxis]
    return {
        "shortfall": rest**2 - rest * world["gradient"],
        "next_shortfall": rest**2 - rest * world["next_gradient"],
        "first_shortfall": np.zeros(SCALAR),
        "last_shortfall": (final * world["path_probability"]).sum(axis=1, keepdims=True),
    }


def _potential(rng: np.random.Generator, world: World) -> World:
    """V rises by at least what its slope and smoothness promise."""
    smoothness = rng.uniform(0.5, 2)
    size = np.sqrt(world["gradient"] ** 2 + world["noise_variance"])
    slope = world["gradient"] - world["asymmetric"] / world["symmetric"] * size
    move = world["next_weights"] - world["weights"]
    rise: Array = (slope * move - smoothness / 2 * move**2).sum(axis=2, keepdims=True)
    now, after = np.zeros((*SHAPE[:2], 1, 1, 1)), np.zeros((*SHAPE[:2], 1, DRAWS, 1))
    for k in range(STEPS):
        now[k] = arrived(after, k) if k else 0.0
        bonus = rng.choice([0, 0.5]) * np.stack([known_at(rng, k, 0, 1, 1) for _ in range(DRAWS)], axis=-1)
        after[k] = now[k] + rise[k] + bonus[..., np.newaxis]
    last = (at_the_end(after)[np.newaxis] * world["path_probability"]).sum()
    return {
        "potential": now,
        "next_potential": after,
        "first_potential": np.zeros(SCALAR),
        "last_potential": np.full(SCALAR, last),
        "potential_rise": np.full(SCALAR, max(last, 0.0)),
        "potential_smoothness": np.full(SCALAR, smoothness),
    }


SCENE = Scene(name="two_point", build=build)
