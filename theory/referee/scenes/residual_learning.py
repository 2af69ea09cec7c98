"""Residual learning on a quadratic, on a tree of draws: two arrays with any gains between their bounds.

The objective at the mixed weights W + γP is exact; it need not be convex unless the statement says so. An array that
the statement does not move takes any step at all.
"""

from collections.abc import Mapping

import numpy as np

from theory.kernel import Assumption
from theory.referee.interpret import COORDINATES, DRAWS, SCALAR, SHAPE, STEPS, TAKEN, Array, World, interpret
from theory.referee.scene import Scene, known_at, symbols_of
from theory.residual import F_P, F_W, p_next, slope
from theory.statement import Statement
from theory.symbols import Delta, alpha, w_next

EXTREME = 0.3
"""How often a gain is as small as it may be, and as often as large: where bounds are attained, slack shows."""


def build(rng: np.random.Generator, statement: Statement) -> World:
    """A random run that is meant to satisfy the statement's assumptions; nothing for one about something else."""
    if not symbols_of(statement) & {F_P, F_W}:
        return {}
    assumed = {assumption.name: assumption for assumption in statement.assumptions}
    world = {name: np.full(SCALAR, value) for name, value in _constants(rng, assumed).items()}
    if alpha not in symbols_of(statement) and Delta in symbols_of(statement):  # the gap fixes the step size
        gap = 3 * STEPS * world["noise_deviation"] ** 2 / (5 * 64 * world["smoothness"])
        world["initial_gap"] = gap * rng.uniform(0.2, 1)
    if "S mixture" in assumed:
        world["asymmetry_slope"] = rng.uniform(0.5, 1) * _steepest(assumed["S mixture"], world)
    if "A3 steep" in assumed:  # a device of its own: F = 1, gains between 1/2 and 3/2, noise of one size
        share = rng.uniform(0.2, 0.8)
        sizes = world["noise_deviation"].item() * np.sqrt([share, 1 - share])
        world["coin"] = sizes.reshape(1, 1, COORDINATES, 1, 1)
        world["residual_gain_floor"] = np.full(SCALAR, rng.uniform(0.5, 0.75))
    world |= _blank()
    hessian = _start(rng, world, assumed)
    for k in range(STEPS):
        _arrive(world, k)
        _gains(rng, world, k)
        _signal(rng, world, k, hessian)
        for symbol, name in ((p_next, "U residual"), (w_next, "U transfer")):
            if name in assumed:  # whatever the statement says the update is
                after = interpret(symbol - assumed[name].expr, world)
                world[symbol.name][k] = np.broadcast_to(after, (*SHAPE[:4], 1))[k]
            else:
                world[symbol.name][k] = _anywhere(rng, world, k, symbol.name.removeprefix("next_"))
        _leave(world, k, hessian)
    return world | {"last_objective": _last(world, world["next_objective"])} | _pulls(world)


def _constants(rng: np.random.Generator, assumed: Mapping[str, Assumption]) -> dict[str, float]:
    """Curvature, mixture, bounds on gains, and rates as large as the step-size conditions allow, or smaller."""
    convexity = rng.uniform(0.3, 1)
    smoothness = convexity * rng.uniform(1, 3)
    mixture, high = np.exp(rng.uniform(-0.7, 0.7)), rng.uniform(1.0 if "A3 steep" in assumed else 0.8, 1.5)
    spread = rng.uniform(0.1, 0.8, 2)
    if "S aligned" in assumed:
        spread *= 2 * np.sqrt(convexity * smoothness) / (convexity + smoothness)
    low = high * (1 - spread) / (1 + spread)
    rest = high / ((1 + spread[0]) * (convexity + smoothness))
    rest -= spread[0] * high / ((1 + spread[0]) * 2 * np.sqrt(convexity * smoothness))
    share = 1.0 if rng.uniform() < 0.5 else rng.uniform(0.1, 1)
    limit = 2 * rest / (mixture * high**2) if "S aligned" in assumed else 1 / (8 * mixture * smoothness * high)
    return {
        "strong_convexity": convexity,
        "smoothness": smoothness,
        "residual_weight": mixture,
        "max_symmetric": high,
        "gain_bound": high,
        "min_residual_gain": low[0],
        "residual_gain_floor": low[0] ** 2,
        "array_gain_floor": low[1] ** 2,
        "alignment": rest,
        "step_size": share * limit,
        "transfer_rate": rng.uniform(0.1, 1) * mixture / (4 * high),
        "noise_deviation": rng.uniform(0.2, 1),
        "steps": float(STEPS),
    }


def _steepest(mixture: Assumption, world: World) -> Array:
    """The largest slope ℓ that a condition a − bℓ² ≥ 0 allows."""
    flat, one = (interpret(mixture.expr, world | {slope.name: np.full(SCALAR, x)}) for x in (0.0, 1.0))
    return np.asarray(np.sqrt(np.maximum(flat, 0) / (flat - one)))


def _blank() -> World:
    before = ("weights", "residual", "gradient", "noise_variance")
    gains = ("symmetric", "asymmetric")
    names = (*before, *(f"{array}_{gain}" for array in ("array", "residual") for gain in gains))
    world = {name: np.zeros((*SHAPE[:3], 1, 1)) for name in names}
    world |= {name: np.zeros((*SHAPE[:4], 1)) for name in ("signal", "next_weights", "next_residual")}
    world |= {name: np.zeros((*SHAPE[:2], 1, 1, 1)) for name in ("objective", "distance")}
    world |= {name: np.zeros((*SHAPE[:2], 1, DRAWS, 1)) for name in ("next_objective", "next_distance")}
    return world | {"probability": np.full((*SHAPE[:4], 1), 1 / DRAWS)}


def _start(rng: np.random.Generator, world: World, assumed: Mapping[str, Assumption]) -> Array:
    """A quadratic and where the run begins; its Hessian."""
    turn = rng.uniform(0, np.pi)
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    convex = any(name.startswith("A5") for name in assumed)
    low = world["strong_convexity"].item() if convex else -world["smoothness"].item()
    hessian = axes @ np.diag([low, world["smoothness"].item()]) @ axes.T
    weights, residual = rng.uniform(-1, 1, (2, COORDINATES))
    if {"A5 at the start", "R start"} & assumed.keys():
        residual = np.zeros(COORDINATES)
    minimiser = weights + world["residual_weight"].item() * residual + rng.uniform(-1, 1, COORDINATES)
    if "initial_gap" in world:  # the run starts no farther away than the step size allows
        offset = minimiser - weights
        reach = rng.uniform(0.3, 1) * world["initial_gap"].item()
        minimiser = weights + offset * np.sqrt(2 * reach / (offset @ hessian @ offset))
    world["minimiser"] = minimiser.reshape(1, 1, COORDINATES, 1, 1)
    world["weights"][0], world["residual"][0] = weights.reshape(-1, 1, 1), residual.reshape(-1, 1, 1)
    world["first_objective"] = _objective(world, hessian, world["weights"][:1, :1], world["residual"][:1, :1])
    world["first_distance"] = ((world["weights"][:1, :1] - world["minimiser"]) ** 2).sum(axis=2, keepdims=True)
    gap = world.get("initial_gap", world["first_objective"])
    world["optimal_value"] = world["first_objective"] - gap
    return np.asarray(hessian)


def _objective(world: World, hessian: Array, weights: Array, residual: Array) -> Array:
    """½(W̄−W*)ᵀH(W̄−W*); coordinates are the third axis from the end."""
    offset = weights + world["residual_weight"] * residual - world["minimiser"]
    return np.asarray((offset * np.einsum("cd,...dxy->...cxy", hessian, offset)).sum(axis=-3, keepdims=True) / 2)


def _arrive(world: World, k: int) -> None:
    """Each path goes where its draw at update k−1 led."""
    if k == 0:
        return
    took = TAKEN[k - 1][:, np.newaxis, np.newaxis, np.newaxis]
    for name in ("weights", "residual"):
        after = world[f"next_{name}"][k - 1]
        world[name][k] = np.take_along_axis(after, np.broadcast_to(took, (*after.shape[:2], 1, 1)), axis=2)


def _gains(rng: np.random.Generator, world: World, k: int) -> None:
    """Both gains of both arrays between their bounds, often at one of them."""
    high = world["gain_bound"].item()
    for array in ("array", "residual"):
        low = np.sqrt(world[f"{array}_gain_floor"].item())
        gains = [np.clip(known_at(rng, k, -EXTREME, 1 + EXTREME), 0, 1) * (high - low) + low for _ in range(2)]
        world[f"{array}_symmetric"][k, :, :, 0, 0] = (gains[0] + gains[1]) / 2
        world[f"{array}_asymmetric"][k, :, :, 0, 0] = (gains[0] - gains[1]) / 2
    if "coin" in world:
        reach = abs(world["residual"][k]) + (world["step_size"] * world["coin"] / 4)[0]
        world["residual_symmetric"][k] = 1
        world["residual_asymmetric"][k] = -world["residual"][k] / (2 * reach)
    if "asymmetry_slope" in world:  # smaller differences keep both gains between their bounds
        most = world["asymmetry_slope"].item() * np.sqrt(world["residual_symmetric"][k]) * abs(world["residual"][k])
        world["residual_asymmetric"][k] = np.clip(world["residual_asymmetric"][k], -most, most)


def _signal(rng: np.random.Generator, world: World, k: int, hessian: Array) -> None:
    """The exact gradient, and equally likely draws around it, from a coin to a rare large one."""
    offset = (world["weights"] + world["residual_weight"] * world["residual"] - world["minimiser"])[k]
    gradient = np.einsum("cd,hdxy->hcxy", hessian, offset)
    share = known_at(rng, k, 0, 1, 1)
    variance = world["noise_deviation"].item() ** 2 * np.concatenate([share, 1 - share], axis=1)
    noise = np.stack([known_at(rng, k, -1, 1) for _ in range(DRAWS)], axis=-1) ** rng.choice([1, 3, 9])
    noise -= noise.mean(axis=-1, keepdims=True)
    slack = rng.choice([1.0, rng.uniform(0.5, 1)])
    noise *= np.sqrt(slack * variance / (noise**2).mean(axis=-1))[..., np.newaxis]
    if "coin" in world:
        noise = world["coin"][0, :, :, 0] * rng.permuted([[1.0, 1, -1, -1]] * COORDINATES, axis=1)
    world["gradient"][k], world["noise_variance"][k, :, :, 0, 0] = gradient, variance
    world["signal"][k, ..., 0] = gradient[..., 0] + noise


def _anywhere(rng: np.random.Generator, world: World, k: int, name: str) -> Array:
    """A step of an array that the statement leaves free, of any size."""
    steps = np.stack([known_at(rng, k, -1, 1) for _ in range(DRAWS)], axis=-1)[..., np.newaxis]
    return np.asarray(world[name][k] + steps * np.exp(rng.uniform(-5, 0)))


def _leave(world: World, k: int, hessian: Array) -> None:
    """Objective and distance of W from the minimiser, before the update and after each draw."""
    for prefix in ("", "next_"):
        weights, residual = world[f"{prefix}weights"][k], world[f"{prefix}residual"][k]
        world[f"{prefix}objective"][k] = _objective(world, hessian, weights, residual)[0]
        world[f"{prefix}distance"][k] = ((weights - world["minimiser"][0]) ** 2).sum(axis=1, keepdims=True)


def _pulls(world: World) -> World:
    """Sizes of the residuals, weighted by those of the noise, where it has one; and what the last update leaves."""
    if "coin" not in world:
        return {}
    now, following = ((world["coin"] * abs(world[x])).sum(axis=2, keepdims=True) for x in ("residual", "next_residual"))
    pulls = {"pull": now, "next_pull": following, "first_pull": now[:1, :1], "last_pull": _last(world, following)}
    return pulls | {"last_distance": _last(world, world["next_distance"])}


def _last(world: World, following: Array) -> Array:
    """The mean, over everything, of what follows the last update."""
    return np.full(SCALAR, (following[-1] * world["probability"][-1, :, :1]).sum(axis=2).mean())


SCENE = Scene(name="residual_learning", build=build)
