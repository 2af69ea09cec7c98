"""A numerical referee: finite worlds in which a statement's assumptions hold, to try the statement in.

A world gives every symbol an array over (step, history, coordinate, draw); operators become sums and weighted means
over one axis. It shares no code with the kernel, so that an unsound rule would show.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Abs, Add, Expr, Mul, Pow, Symbol

from theory.operators import Linear
from theory.statement import Statement
from theory.symbols import unfold

Array = NDArray[np.float64]
AXES = {"step": 0, "history": 1, "coordinate": 2, "draw": 3}
STEPS, HISTORIES, COORDINATES, DRAWS = 4, 3, 2, 5
# Sums of a few dozen float64 products of size 1..100: rounding stays far below this.
ROUNDING = 1e-9


def interpret(expr: Expr, world: dict[str, Array]) -> Array:
    """The value of an expression in a world, with axes kept."""
    if isinstance(expr, Symbol):
        return np.asarray(world[expr.name])
    if isinstance(expr, Linear):
        inner, axis = interpret(expr.args[0], world), AXES[expr.axis]
        size = (STEPS, HISTORIES, COORDINATES, DRAWS)[axis]
        inner = np.broadcast_to(inner, [*inner.shape[:axis], size, *inner.shape[axis + 1 :]])
        if expr.axis == "draw":
            return np.asarray(np.sum(inner * world["probability"], axis=axis, keepdims=True))
        total = np.sum(inner, axis=axis, keepdims=True)
        return np.asarray(total / HISTORIES if expr.axis == "history" else total)
    if not expr.args:
        return np.full((1, 1, 1, 1), float(expr))
    parts = [interpret(arg, world) for arg in expr.args]
    numpy: dict[Any, Any] = {Add: lambda *a: sum(a), Mul: lambda *a: math.prod(a), Pow: np.power, Abs: np.abs}
    return np.asarray(numpy[expr.func](*parts))


def make_world(rng: np.random.Generator, statement: Statement) -> dict[str, Array]:
    """A random world that is meant to satisfy the statement's assumptions (the caller checks that it does)."""
    names = {assumption.name for assumption in statement.assumptions}
    world = _device(rng, linear=statement.id.endswith(":asymmetric_linear"), digital=statement.id.endswith(":ideal"))
    _signal(rng, world, two_point="N two-point" in names, exact="A2 exact" in names)
    if "X side" in names:
        world["signal"] = np.abs(world["signal"]) * np.where(world["asymmetric"] < 0, -1, 1)
    _descent(rng, world, best_step=statement.id.startswith("T3-rate"))
    return world


def _device(rng: np.random.Generator, *, linear: bool, digital: bool) -> dict[str, Array]:
    shape = (STEPS, HISTORIES, COORDINATES, 1)
    weights, tau = rng.uniform(-0.9, 0.9, shape), rng.uniform(1, 2)
    symmetric = np.ones(shape) if linear or digital else rng.uniform(0.5, 2, shape)
    asymmetric = weights / tau if linear else np.zeros(shape) if digital else symmetric * rng.uniform(-0.9, 0.9, shape)
    descent = (symmetric**2 - asymmetric**2) / symmetric
    numbers = {
        "tau": tau,
        "max_symmetric": symmetric.max(),
        "descent_bound": descent.min(),
        "gain_bound": (symmetric + abs(asymmetric)).max(),
        "saturation_bound": abs(asymmetric).max(),
    }
    arrays = {"weights": weights, "symmetric": symmetric, "asymmetric": asymmetric}
    return arrays | {name: np.full((1, 1, 1, 1), value) for name, value in numbers.items()}


def _signal(rng: np.random.Generator, world: dict[str, Array], *, two_point: bool, exact: bool) -> None:
    shape, draws = world["weights"].shape, (STEPS, HISTORIES, COORDINATES, DRAWS)
    if two_point:
        variance = rng.uniform(0.1, 1, shape)
        ratio = world["asymmetric"] / world["symmetric"]
        gradient = -ratio * np.sqrt(variance / (1 - ratio**2))
        size = np.sqrt(gradient**2 + variance)
        up = (1 + gradient / size) / 2
        world["probability"] = np.concatenate([up, 1 - up, *[0 * up] * (DRAWS - 2)], axis=3)
        world["signal"] = size * np.array([1.0, -1, 1, 1, 1])
    else:
        gradient = rng.normal(size=shape)
        noise = rng.normal(size=draws) * rng.choice([0.1, 1.0, 3.0])
        noise -= noise.mean(axis=3, keepdims=True)
        variance = (noise**2).mean(axis=3, keepdims=True) + (0 if exact else rng.exponential(0.1, shape))
        world["probability"] = np.full(draws, 1 / DRAWS)
        world["signal"] = gradient + noise
    total = np.sqrt(variance.sum(axis=2).max()).reshape(1, 1, 1, 1)
    world |= {"gradient": gradient, "noise_variance": variance, "noise_deviation": total}
    world["other_signal"] = rng.normal(size=draws)


def _descent(rng: np.random.Generator, world: dict[str, Array], *, best_step: bool) -> None:
    scalar: Any = (1, 1, 1, 1)
    smoothness = rng.uniform(0.5, 2, scalar)
    step = rng.uniform(0.1, 1, scalar) / (smoothness * world["max_symmetric"])
    signal = world["signal"]
    update = world["symmetric"] * signal + world["asymmetric"] * abs(signal)
    change = (-world["gradient"] * step * update + smoothness / 2 * (step * update) ** 2).sum(axis=2, keepdims=True)
    loss = rng.exponential(0.01, (STEPS, HISTORIES, 1, DRAWS))
    objective = np.zeros((STEPS, HISTORIES, 1, 1))
    for k in range(1, STEPS):
        after = (objective[k - 1] + change[k - 1] - loss[k - 1]) * world["probability"][k - 1, :, :1]
        scatter = rng.normal(size=(HISTORIES, 1, 1))
        objective[k] = after.sum(axis=2).mean() + scatter - scatter.mean()
    following = objective + change - loss
    last = (following[-1] * world["probability"][-1, :, :1]).sum(axis=2).mean()
    spread = world["gain_bound"] * world["noise_deviation"]
    gap = step**2 * smoothness * STEPS * spread**2 / 2 if best_step else np.full(scalar, max(-last, 0) + 0.1)
    numbers = {
        "first_objective": 0.0,
        "last_objective": last,
        "optimal_value": -gap,
        "initial_gap": gap,
        "steps": STEPS,
    }
    world |= {name: np.full(scalar, value) for name, value in numbers.items()}
    world |= {"objective": objective, "next_objective": following, "smoothness": smoothness, "step_size": step}
    world["next_weights"] = world["weights"] - step * update


def holds(expr: Expr, relation: str, world: dict[str, Array]) -> bool:
    """Whether expr relation 0 in the world, everywhere, up to rounding."""
    value = interpret(unfold(expr), world)
    return bool(np.all(np.abs(value) < ROUNDING)) if relation == "==" else bool(np.all(value > -ROUNDING))
