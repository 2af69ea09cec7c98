"""Analog SGD on a tree of draws: any device, any delay, one signal an update or a mean over micro-batches.

Response functions, gradients, variances and losses are drawn at random at every node; only what the model fixes is
computed: where an update leads, what a smooth objective allows, which weights a delayed forward pass has read.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sympy import Expr

from theory.referee.interpret import BATCHES, COORDINATES, DRAWS, SCALAR, SHAPE, STEPS, TAKEN, Array, World, interpret
from theory.referee.scene import Scene, device_parameters, known_at, symbols_of
from theory.statement import Statement
from theory.symbols import F, G, alpha, unfold

COINS = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
"""(draw, micro-batch): the two micro-batches of a draw are independent of each other."""


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What is filled in step by step."""

    rng: np.random.Generator
    names: frozenset[str]
    """Of the statement's assumptions: they choose between kinds of signal and update."""
    device: dict[str, Expr]
    """What a corollary puts in the place of F and G."""
    saturation: float
    """Largest |G|/F of a general device."""
    world: World


def build(rng: np.random.Generator, statement: Statement) -> World:
    """A random run that is meant to satisfy the statement's assumptions; bounds are left open."""
    names = frozenset(assumption.name for assumption in statement.assumptions)
    device = {symbol.name: value for symbol, value in statement.where if symbol in {F, G}}
    # A step size that the statement fixes ties Δ to α²: only long steps leave room for the descent of a few updates.
    long_steps = alpha not in symbols_of(statement)
    world = _constants(rng, stale="P stale" in names, long_steps=long_steps) | _blank()
    world |= device_parameters(rng, statement, world)
    run = _Run(rng=rng, names=names, device=device, saturation=rng.uniform(0.2, 0.8), world=world)
    for k in range(STEPS):
        _arrive(run, k)
        _device(run, k)
        _signal(run, k)
        _leave(run, k)
    last = (world["next_objective"][-1] * world["probability"][-1, :, :1]).sum(axis=2).mean()
    return world | {
        "first_objective": np.zeros(SCALAR),
        "last_objective": np.full(SCALAR, last),
        "other_signal": np.roll(world["signal"], 1, axis=3),
    }


def _constants(rng: np.random.Generator, *, stale: bool, long_steps: bool) -> World:
    delay = rng.integers(0, 3, COORDINATES) if stale else np.zeros(COORDINATES)
    step, split, lipschitz = rng.uniform(0.3, 0.4) if long_steps else rng.uniform(0.02, 0.15), *rng.uniform(0.3, 1, 2)
    # Multipliers of the families, in units of the step size; C covers the drift exactly.
    error = 50 * step
    numbers = {
        "tau": rng.uniform(1.5, 2),
        "smoothness": rng.uniform(0.5, 2),
        "step_size": step,
        "staleness_lipschitz": lipschitz,
        "young": rng.uniform(0.3, 3),
        "split": split,
        "max_delay": delay.max(),
        "microbatches": BATCHES,
        "steps": STEPS,
        "multiplier": rng.uniform(0.6, 2) * step,
        "error_multiplier": error,
        "mean_multiplier": error * (lipschitz * step * delay.max()) ** 2 * (1 + split),
    }
    world = {name: np.full(SCALAR, float(value)) for name, value in numbers.items()}
    return world | {"delay": delay.reshape(1, 1, COORDINATES, 1, 1).astype(float)}


def _blank() -> World:
    arrays = ("weights", "forward_weights", "gradient", "staleness_error", "symmetric", "asymmetric", "noise_variance")
    world = {name: np.zeros((*SHAPE[:3], 1, 1)) for name in arrays}
    world |= {name: np.zeros((*SHAPE[:4], 1)) for name in ("signal", "next_weights", "sequential_change")}
    world |= {"batch_signal": np.zeros(SHAPE), "objective": np.zeros((*SHAPE[:2], 1, 1, 1))}
    world["next_objective"] = np.zeros((*SHAPE[:2], 1, DRAWS, 1))
    world["probability"] = np.full((*SHAPE[:4], 1), 1 / DRAWS)
    return world


def _arrive(run: _Run, k: int) -> None:
    """Each path goes where its draw at update k−1 led; forward weights are those of δ updates ago."""
    world = run.world
    if k == 0:
        world["weights"][0, :, :, 0, 0] = known_at(run.rng, 0, -0.9, 0.9)
    else:
        took = TAKEN[k - 1][:, np.newaxis, np.newaxis, np.newaxis]
        for name, after in (("weights", "next_weights"), ("objective", "next_objective")):
            index = np.broadcast_to(took, (*world[after][k - 1].shape[:2], 1, 1))
            world[name][k] = np.take_along_axis(world[after][k - 1], index, axis=2)
    for d in range(COORDINATES):
        before = max(0, k - int(world["delay"][0, 0, d, 0, 0]))
        world["forward_weights"][k, :, d] = world["weights"][before, :, d]


def _device(run: _Run, k: int) -> None:
    """Responses at the weights reached: those of the device, or anything with F > |G|."""
    world = run.world
    symmetric = known_at(run.rng, k, 0.7, 1.5)
    values = {"symmetric": symmetric, "asymmetric": symmetric * run.saturation * known_at(run.rng, k, -1, 1)}
    for name, expr in run.device.items():
        values[name] = np.broadcast_to(interpret(unfold(expr), world), world["weights"].shape)[k, :, :, 0, 0]
    for name, value in values.items():
        world[name][k, :, :, 0, 0] = value


def _signal(run: _Run, k: int) -> None:
    """Gradient, staleness error and variance at random, then draws of the signal with that mean and variance."""
    world, rng = run.world, run.rng
    gradient, variance = known_at(rng, k, -1, 1), known_at(rng, k, 0.1, 1)
    if "N two-point" in run.names:  # where the mean update rests
        saturation = (world["asymmetric"][k] / world["symmetric"][k])[:, :, 0, 0]
        gradient = -saturation * np.sqrt(variance / (1 - saturation**2))
    lag = (world["forward_weights"] - world["weights"])[k, :, :, 0, 0]
    error = world["staleness_lipschitz"].item() * known_at(rng, k, -1, 1, 1) * lag
    slack = 0 if {"A2 exact", "N two-point"} & run.names else known_at(rng, k, 0, 0.2)
    values = {"gradient": gradient, "staleness_error": error, "noise_variance": variance + slack}
    for name, value in values.items():
        world[name][k, :, :, 0, 0] = value
    law = next((LAWS[name] for name in LAWS if name in run.names), _centred)
    law(run, k, gradient + error, variance)


def _centred(run: _Run, k: int, mean: Array, variance: Array) -> None:
    """Equally likely draws at random, made to have the mean and the variance."""
    noise = np.stack([known_at(run.rng, k, -1, 1) for _ in range(DRAWS)], axis=-1)
    noise -= noise.mean(axis=-1, keepdims=True)
    noise *= np.sqrt(variance / (noise**2).mean(axis=-1))[..., np.newaxis]
    run.world["signal"][k, ..., 0] = mean[..., np.newaxis] + noise


def _two_point(run: _Run, k: int, mean: Array, variance: Array) -> None:
    """±√(h²+σ²), with the probabilities that give the mean."""
    size = np.sqrt(mean**2 + variance)
    up = (1 + mean / size) / 2
    run.world["probability"][k, :, :, :, 0] = np.stack([up, 1 - up, 0 * up, 0 * up], axis=-1)
    run.world["signal"][k, :, :, :, 0] = size[..., np.newaxis] * np.array([1.0, -1, 1, 1])


def _micro_batches(run: _Run, k: int, mean: Array, variance: Array) -> None:
    """A coin for each micro-batch; the signal is the mean."""
    deviation = np.sqrt(variance)[..., np.newaxis, np.newaxis]
    run.world["batch_signal"][k] = mean[..., np.newaxis, np.newaxis] + deviation * COINS
    run.world["signal"][k, ..., 0] = run.world["batch_signal"][k].mean(axis=-1)


def _favoured(run: _Run, k: int, mean: Array, variance: Array) -> None:
    """Signals on the side of the larger gain."""
    _centred(run, k, mean, variance)
    side = np.where(run.world["asymmetric"][k] < 0, -1, 1)
    run.world["signal"][k] = np.abs(run.world["signal"][k]) * side


def _noise_free(run: _Run, k: int, mean: Array, variance: Array) -> None:
    """Every draw is the mean."""
    run.world["signal"][k, ..., 0] = mean[..., np.newaxis]


LAWS: dict[str, Callable[[_Run, int, Array, Array], None]] = {
    "N two-point": _two_point,
    "U accumulated": _micro_batches,
    "U in array": _micro_batches,
    "U sequential": _micro_batches,
    "X side": _favoured,
    "A2 noise-free": _noise_free,
}
"""How the signal is drawn if an assumption of that name is made."""


def _leave(run: _Run, k: int) -> None:
    """Weights and objective after each draw of update k: smoothness, less a random loss."""
    names = ("symmetric", "asymmetric", "gradient", "weights", "objective")
    here = {name: run.world[name][k] for name in names}
    in_array = {"U in array", "U sequential"} & run.names
    signal = run.world["batch_signal" if in_array else "signal"][k]
    response = here["symmetric"] * signal + here["asymmetric"] * np.abs(signal)
    move = -run.world["step_size"].item() * response.mean(axis=-1, keepdims=True)
    if "U sequential" in run.names:  # whatever the order of the pulses adds, of second order in the step size
        extra = np.stack([known_at(run.rng, k, -1, 1) for _ in range(DRAWS)], axis=-1)[..., np.newaxis]
        run.world["sequential_change"][k] = run.world["step_size"].item() ** 2 * extra
        move = move + run.world["sequential_change"][k]
    rise = (here["gradient"] * move + run.world["smoothness"].item() / 2 * move**2).sum(axis=1, keepdims=True)
    loss = np.stack([known_at(run.rng, k, 0, 0.02, 1) for _ in range(DRAWS)], axis=-1)[..., np.newaxis]
    run.world["next_weights"][k] = here["weights"] + move
    run.world["next_objective"][k] = here["objective"] + rise - loss


SCENE = Scene(name="analog_sgd", build=build)
