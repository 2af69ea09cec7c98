"""Weights at which the mean update vanishes, for any noise: F h + G E|h+n| = 0, solved at every node."""

from collections.abc import Callable

import numpy as np
from sympy import Expr

from theory.referee.interpret import DRAWS, SCALAR, SHAPE, STEPS, Array, World, interpret
from theory.referee.scene import Scene, device_parameters, known_at, symbols_of
from theory.statement import Statement
from theory.symbols import F, G, tau, unfold, w

PER_STEP, PER_DRAW = (*SHAPE[:3], 1, 1), (*SHAPE[:4], 1)
HALVINGS = 120
"""Bisections of an interval of length up to 100: far below the spacing of float64."""


def build(rng: np.random.Generator, statement: Statement) -> World:
    """Nothing for statements that do not speak of rest, or that fix the noise to be two-point noise."""
    names = {assumption.name for assumption in statement.assumptions}
    if "R rest" not in names or "N two-point" in names:
        return {}
    device = {symbol.name: value for symbol, value in statement.where if symbol in {F, G}}
    noise = _noise(rng)
    world: World = {"tau": np.full(SCALAR, rng.uniform(1.5, 2)), "probability": np.full(PER_DRAW, 1 / DRAWS)}
    world |= device_parameters(rng, statement, world)
    if device.get("asymmetric", w / tau) == w / tau and tau in symbols_of(statement):
        world |= _on_a_quadratic(rng, noise, world["tau"])
    else:
        world |= _anywhere(rng, noise, world, device)
    h = world["gradient"]
    world["signal"] = h + noise
    # A shape that the noise attains at every node, by the choice of its variance.
    size = abs(world["signal"]).mean(axis=3, keepdims=True)
    kappa, zeta = (np.full(SCALAR, rng.uniform(0.3, 1)) for _ in range(2))
    return world | {"shape_noise": kappa, "shape_gradient": zeta, "noise_variance": (size**2 - zeta * h**2) / kappa}


def _noise(rng: np.random.Generator) -> Array:
    noise = np.zeros(PER_DRAW)
    for k in range(STEPS):
        noise[k, ..., 0] = np.stack([known_at(rng, k, -1, 1) for _ in range(DRAWS)], axis=-1)
    return np.asarray(noise - noise.mean(axis=3, keepdims=True))


def _per_node(rng: np.random.Generator, low: float, high: float) -> Array:
    return np.stack([known_at(rng, k, low, high) for k in range(STEPS)])[..., np.newaxis, np.newaxis]


def _anywhere(rng: np.random.Generator, noise: Array, world: World, device: dict[str, Expr]) -> World:
    """Gains at random, or those of a device at random weights; the gradient is solved for."""
    symmetric = _per_node(rng, 0.7, 1.5)
    gains: World = {"symmetric": symmetric, "asymmetric": symmetric * _per_node(rng, -0.8, 0.8)}
    weights = {"weights": _per_node(rng, -1, 1)}
    for name, expr in device.items():
        gains[name] = np.broadcast_to(interpret(unfold(expr), world | weights), PER_STEP)
    up, bent = gains["symmetric"], gains["asymmetric"]
    gradient = _root(lambda h: up * h + bent * abs(h + noise).mean(axis=3, keepdims=True), -50, 50)
    return {**gains, **weights, "gradient": gradient}


def _on_a_quadratic(rng: np.random.Generator, noise: Array, tau: Array) -> World:
    """The linear device on a quadratic; the weight is solved for, between zero and the minimiser."""
    shape = (1, 1, SHAPE[2], 1, 1)
    curvature, optimum = rng.uniform(0.5, 2, shape), rng.uniform(0.2, 1.5, shape) * rng.choice([-1, 1], shape)

    def drift(weights: Array) -> Array:
        h = curvature * (weights - optimum)
        return np.asarray(h + weights / tau * abs(h + noise).mean(axis=3, keepdims=True))

    weights = _root(drift, np.minimum(0, optimum), np.maximum(0, optimum))
    return {
        "symmetric": np.ones(PER_STEP),
        "asymmetric": weights / tau,
        "weights": weights,
        "gradient": curvature * (weights - optimum),
        "curvature": curvature,
        "optimal_weights": optimum,
        "curved_weights": curvature * weights,
        "curved_optimum": curvature * optimum,
    }


def _root(increasing: Callable[[Array], Array], low: Array | float, high: Array | float) -> Array:
    """Where an increasing function of every node's unknown changes sign."""
    below, above = np.broadcast_to(low, PER_STEP), np.broadcast_to(high, PER_STEP)
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        up = increasing(middle) > 0
        below, above = np.where(up, below, middle), np.where(up, middle, above)
    return np.asarray((below + above) / 2)


SCENE = Scene(name="resting", build=build)
