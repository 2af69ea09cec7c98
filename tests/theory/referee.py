"""A numerical referee: finite stochastic processes in which a statement's assumptions hold, to try the statement in.

A world is a tree: at each of STEPS updates one of DRAWS outcomes is drawn, and a history is a path through it. Every
symbol has an array over (step, history, coordinate, draw, micro-batch) that, at step k, depends on the first k draws
only; operators become sums and means over one axis, exactly. It shares no code with the kernel, so an unsound rule
would show.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Abs, Add, Expr, Mul, Pow, Symbol

from theory.operators import Linear, Window
from theory.statement import Statement
from theory.symbols import unfold

Array = NDArray[np.float64]
World = dict[str, Array]
AXES = {"step": 0, "history": 1, "coordinate": 2, "draw": 3, "microbatch": 4}
STEPS, COORDINATES, DRAWS, BATCHES = 3, 2, 4, 2  # a draw is a pair of coins, one a micro-batch
SHAPE = (STEPS, DRAWS**STEPS, COORDINATES, DRAWS, BATCHES)
SCALAR: Any = (1, 1, 1, 1, 1)
# The draw that a path takes at each step, (step, history).
TAKEN = np.array([np.arange(SHAPE[1]) // DRAWS ** (STEPS - 1 - k) % DRAWS for k in range(STEPS)])
# Sums of some hundred float64 products of size 1..100: rounding stays far below this.
ROUNDING = 1e-9


def interpret(expr: Expr, world: World) -> Array:
    """The value of an expression in a world, with axes kept."""
    if isinstance(expr, Symbol):
        return np.asarray(world[expr.name])
    if isinstance(expr, Window):
        return _window(interpret(expr.args[0], world), world["delay"])
    if isinstance(expr, Linear):
        return _reduced(interpret(expr.args[0], world), expr.axis, world)
    if not expr.args:
        return np.full(SCALAR, float(expr))
    parts = [interpret(arg, world) for arg in expr.args]
    numpy: dict[Any, Any] = {Add: lambda *a: sum(a), Mul: lambda *a: math.prod(a), Pow: np.power, Abs: np.abs}
    return np.asarray(numpy[expr.func](*parts))


def _reduced(inner: Array, name: str, world: World) -> Array:
    axis = AXES[name]
    inner = np.broadcast_to(inner, [*inner.shape[:axis], SHAPE[axis], *inner.shape[axis + 1 :]])
    if name == "draw":
        return np.asarray(np.sum(inner * world["probability"], axis=axis, keepdims=True))
    total = np.sum(inner, axis=axis, keepdims=True)
    return np.asarray(total / SHAPE[axis] if name in {"history", "microbatch"} else total)


def _window(inner: Array, delay: Array) -> Array:
    """Σ_{j=k−δ}^{k−1} x_j along each path, with the draws that the path took."""
    batches = inner.shape[4]
    full = np.broadcast_to(inner, (*SHAPE[:4], batches))
    index = TAKEN[:, :, np.newaxis, np.newaxis, np.newaxis]
    taken = np.take_along_axis(full, np.broadcast_to(index, (*SHAPE[:3], 1, batches)), axis=3)
    result = np.zeros_like(taken)
    for k in range(STEPS):
        for d in range(COORDINATES):
            first = max(0, k - int(delay[0, 0, d, 0, 0]))
            result[k, :, d] = taken[first:k, :, d].sum(axis=0)
    return result


def known_at(rng: np.random.Generator, k: int, low: float, high: float, coordinates: int = COORDINATES) -> Array:
    """Uniform numbers that depend on the first k draws, (history, coordinate)."""
    values = rng.uniform(low, high, (DRAWS**k, coordinates))
    return np.repeat(values, DRAWS ** (STEPS - k), axis=0)


def make_world(rng: np.random.Generator, statement: Statement) -> World:
    """A random world that is meant to satisfy the statement's assumptions (the caller checks that it does)."""
    names = {assumption.name for assumption in statement.assumptions}
    device = next((d for d in ("asymmetric_linear", "ideal") if statement.id.endswith(":" + d)), "general")
    best_step = statement.id.startswith("T3-rate")
    world = _constants(rng, stale="P stale" in names, in_array="U in array" in names, long_steps=best_step)
    arrays = ("weights", "forward_weights", "gradient", "staleness_error", "symmetric", "asymmetric", "noise_variance")
    world |= {name: np.zeros((*SHAPE[:3], 1, 1)) for name in arrays}
    world |= {name: np.zeros((*SHAPE[:4], 1)) for name in ("signal", "next_weights")}
    world |= {"batch_signal": np.zeros(SHAPE), "objective": np.zeros((*SHAPE[:2], 1, 1, 1))}
    world["next_objective"] = np.zeros((*SHAPE[:2], 1, DRAWS, 1))
    world["probability"] = np.full((*SHAPE[:4], 1), 1 / DRAWS)
    for k in range(STEPS):
        _step(rng, world, k, device, names)
    _bounds(world, best_step=best_step, gap=rng.uniform(0.05, 0.5))
    return world


def _constants(rng: np.random.Generator, *, stale: bool, in_array: bool, long_steps: bool) -> World:
    # The best step size ties Δ to α²; only long steps leave room for the descent of a few updates.
    delay = rng.integers(0, 3, COORDINATES) if stale else np.zeros(COORDINATES)
    numbers = {
        "tau": rng.uniform(1.5, 2),
        "smoothness": rng.uniform(0.5, 2),
        "step_size": rng.uniform(0.3, 0.4) if long_steps else rng.uniform(0.02, 0.15),
        "staleness_lipschitz": rng.uniform(0.2, 1),
        "young": rng.uniform(0.3, 3),
        "split": rng.uniform(0.3, 3),
        "max_delay": delay.max(),
        "microbatches": BATCHES,
        "steps": STEPS,
        "in_array": in_array,
    }
    # Multipliers of the families, in units of the step size; C covers the drift exactly.
    step, error = numbers["step_size"], 50 * numbers["step_size"]
    cover = error * (numbers["staleness_lipschitz"] * step * delay.max()) ** 2 * (1 + numbers["split"])
    numbers |= {"multiplier": rng.uniform(1, 3) * step, "error_multiplier": error, "mean_multiplier": cover}
    numbers |= {"descent_rate": 0.05 * step}
    world = {name: np.full(SCALAR, float(value)) for name, value in numbers.items()}
    return world | {"delay": delay.reshape(1, 1, COORDINATES, 1, 1).astype(float)}


def _step(rng: np.random.Generator, world: World, k: int, device: str, names: set[str]) -> None:
    """Fill in update k: device and gradient at the weights reached, the signal, and where each draw leads."""
    if k == 0:
        world["weights"][0, :, :, 0, 0] = known_at(rng, 0, -0.9, 0.9)
        world["forward_weights"][0] = world["weights"][0]
    else:
        _arrive(world, k)
    weights = world["weights"][k, :, :, 0, 0]
    symmetric = known_at(rng, k, 0.7, 1.5) if device == "general" else np.ones_like(weights)
    linear = {"asymmetric_linear": weights / world["tau"].item(), "ideal": 0 * weights}
    asymmetric = linear.get(device, symmetric * known_at(rng, k, -0.8, 0.8))
    lag = world["forward_weights"][k, :, :, 0, 0] - weights
    error = world["staleness_lipschitz"].item() * known_at(rng, k, -1, 1, 1) * lag
    gradient, variance = known_at(rng, k, -1, 1), known_at(rng, k, 0.1, 1)
    if "N two-point" in names:
        gradient = -asymmetric / symmetric * np.sqrt(variance / (1 - (asymmetric / symmetric) ** 2))
    values = {"symmetric": symmetric, "asymmetric": asymmetric, "gradient": gradient, "staleness_error": error}
    for name, value in values.items():
        world[name][k, :, :, 0, 0] = value
    _signal(rng, world, k, variance, names)
    _leave(rng, world, k)


def _signal(rng: np.random.Generator, world: World, k: int, variance: Array, names: set[str]) -> None:
    mean = (world["gradient"] + world["staleness_error"])[k, :, :, 0, 0]
    slack = 0 if {"A2 exact", "N two-point"} & names else known_at(rng, k, 0, 0.2)
    if "N two-point" in names:
        size = np.sqrt(mean**2 + variance)
        up = (1 + mean / size) / 2
        world["probability"][k, :, :, :, 0] = np.stack([up, 1 - up, 0 * up, 0 * up], axis=-1)
        world["signal"][k, :, :, :, 0] = size[..., np.newaxis] * np.array([1.0, -1, 1, 1])
    elif "U accumulated" in names or "U in array" in names:
        coins = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])  # (draw, micro-batch): independent of each other
        world["batch_signal"][k] = (
            mean[..., np.newaxis, np.newaxis] + np.sqrt(variance)[..., np.newaxis, np.newaxis] * coins
        )
        world["signal"][k, ..., 0] = world["batch_signal"][k].mean(axis=-1)
    else:
        noise = np.stack([known_at(rng, k, -1, 1) for _ in range(DRAWS)], axis=-1)
        noise -= noise.mean(axis=-1, keepdims=True)
        noise *= np.sqrt(variance / (noise**2).mean(axis=-1))[..., np.newaxis]
        world["signal"][k, ..., 0] = mean[..., np.newaxis] + noise
    if "X side" in names:
        side = np.where(world["asymmetric"][k] < 0, -1, 1)
        world["signal"][k] = np.abs(world["signal"][k]) * side
    world["noise_variance"][k, :, :, 0, 0] = variance + slack


def _leave(rng: np.random.Generator, world: World, k: int) -> None:
    """Weights and objective after each draw of update k: smoothness, less a random loss."""
    here = {name: world[name][k] for name in ("symmetric", "asymmetric", "gradient", "weights", "objective")}
    signal = world["batch_signal"][k] if world["in_array"].item() else world["signal"][k]
    response = here["symmetric"] * signal + here["asymmetric"] * np.abs(signal)
    move = -world["step_size"].item() * response.mean(axis=-1, keepdims=True)
    rise = (here["gradient"] * move + world["smoothness"].item() / 2 * move**2).sum(axis=1, keepdims=True)
    loss = np.stack([known_at(rng, k, 0, 0.02, 1) for _ in range(DRAWS)], axis=-1)[..., np.newaxis]
    world["next_weights"][k] = here["weights"] + move
    world["next_objective"][k] = here["objective"] + rise - loss


def _arrive(world: World, k: int) -> None:
    """Each path goes where its draw at update k−1 led; forward weights are those of δ updates ago."""
    took = TAKEN[k - 1][:, np.newaxis, np.newaxis, np.newaxis]
    for name, after in (("weights", "next_weights"), ("objective", "next_objective")):
        index = np.broadcast_to(took, (*world[after][k - 1].shape[:2], 1, 1))
        world[name][k] = np.take_along_axis(world[after][k - 1], index, axis=2)
    for d in range(COORDINATES):
        before = max(0, k - int(world["delay"][0, 0, d, 0, 0]))
        world["forward_weights"][k, :, d] = world["weights"][before, :, d]


def _bounds(world: World, *, best_step: bool, gap: float) -> None:
    """Constants that bound what happened, and an initial gap."""
    symmetric, asymmetric = world["symmetric"], world["asymmetric"]
    last = (world["next_objective"][-1] * world["probability"][-1, :, :1]).sum(axis=2).mean()
    numbers = {
        "max_symmetric": symmetric.max(),
        "min_symmetric": symmetric.min(),
        "descent_bound": ((symmetric**2 - asymmetric**2) / symmetric).min(),
        "gain_bound": (symmetric + abs(asymmetric)).max(),
        "max_asymmetric": abs(asymmetric).max(),
        "saturation_bound": (abs(asymmetric) / symmetric).max(),
        "noise_deviation": np.sqrt(world["noise_variance"].sum(axis=2).max()),
        "first_objective": 0.0,
        "last_objective": last,
    }
    delayed = (world["delay"] * world["noise_variance"]).sum(axis=2).max()
    numbers["mean_delay"] = delayed / numbers["noise_deviation"] ** 2
    spread = numbers["gain_bound"] * numbers["noise_deviation"]
    best = world["step_size"].item() ** 2 * world["smoothness"].item() * STEPS * spread**2 / 2
    numbers["initial_gap"] = best if best_step else max(-last, 0) + gap
    numbers["optimal_value"] = -numbers["initial_gap"]
    world |= {name: np.full(SCALAR, value) for name, value in numbers.items()}
    world["other_signal"] = np.roll(world["signal"], 1, axis=3)


def holds(expr: Expr, relation: str, world: World) -> bool:
    """Whether expr relation 0 in the world, everywhere, up to rounding."""
    value = interpret(unfold(expr), world)
    return bool(np.all(np.abs(value) < ROUNDING)) if relation == "==" else bool(np.all(value > -ROUNDING))
