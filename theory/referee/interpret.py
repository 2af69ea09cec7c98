"""Expressions in a finite world: operators are sums and means over one axis, exactly. No code of the kernel is used.

A world is a tree: at each of STEPS updates one of DRAWS outcomes is drawn, and a history is a path through it. Every
symbol has an array over (step, history, coordinate, draw, micro-batch) that, at step k, depends on the first k draws
only (and, along the draw axis, on the one being drawn).
"""

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Symbol

from theory.operations import OPERATIONS
from theory.operators import Linear, Window
from theory.symbols import unfold

Array = NDArray[np.float64]
World = dict[str, Array]
AXES = {"step": 0, "history": 1, "coordinate": 2, "draw": 3, "microbatch": 4}
STEPS, COORDINATES, DRAWS, BATCHES = 3, 2, 4, 2  # a draw is a pair of coins, one a micro-batch
SHAPE = (STEPS, DRAWS**STEPS, COORDINATES, DRAWS, BATCHES)
SCALAR = (1, 1, 1, 1, 1)
TAKEN = np.array([np.arange(SHAPE[1]) // DRAWS ** (STEPS - 1 - k) % DRAWS for k in range(STEPS)])
"""The draw that a path takes at each step, (step, history)."""
ROUNDING = 1e-9
"""Sums of some hundred float64 products of size 1..100: rounding stays far below this."""


def interpret(expr: Expr, world: World) -> Array:
    """The value of an expression in a world, with axes kept; KeyError for a symbol that the world lacks."""
    if isinstance(expr, Symbol):
        return np.asarray(world[expr.name])
    if isinstance(expr, Window):
        return _window(interpret(expr.args[0], world), world["delay"])
    if isinstance(expr, Linear):
        return _reduced(interpret(expr.args[0], world), expr.axis, world)
    if not expr.args:
        return np.full(SCALAR, float(expr))
    parts = [interpret(arg, world) for arg in expr.args]
    with np.errstate(all="ignore"):  # what is not defined is not a number, and holds nothing
        return np.asarray(OPERATIONS[expr.func](*parts))


def holds(expr: Expr, relation: str, world: World) -> bool:
    """Whether expr relation 0 in the world, everywhere, up to ROUNDING; a value that is no number does not hold."""
    value = interpret(unfold(expr), world)
    if relation == "==":
        return bool(np.all(np.abs(value) < ROUNDING))
    return bool(np.all(value > (ROUNDING if relation == ">" else -ROUNDING)))


def _reduced(inner: Array, name: str, world: World) -> Array:
    axis = AXES[name]
    inner = np.broadcast_to(inner, [*inner.shape[:axis], SHAPE[axis], *inner.shape[axis + 1 :]])
    if name == "draw":
        return np.asarray(np.sum(inner * world["probability"], axis=axis, keepdims=True))
    if name == "history" and "path_probability" in world:  # paths are equally likely unless a scene says otherwise
        return np.asarray(np.sum(inner * world["path_probability"], axis=axis, keepdims=True))
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
