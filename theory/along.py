"""Averages over a run, evaluated along the runs that a simulation made: the definitions themselves, at arrays.

Numbers and names cross: a simulation gives an array for each quantity of an update; here they are summed as the
notation table says. So an average that a new statement needs is measured without a line of code.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from sympy import Abs, Expr, Symbol

from theory.kernel import Assumption
from theory.operations import OPERATIONS
from theory.operators import Draw, Linear, Mean, Steps, Total
from theory.symbols import TABLE, g, unfold

Array = NDArray[np.float64]
MOMENTS: Mapping[Expr, str] = {g: "mean_signal", Abs(g): "mean_magnitude", g**2: "mean_square"}
"""Conditional expectations of the signal, and the names of their arrays."""
ROUNDING = 1e-9
"""Of sums of some hundred products of size 1."""
_AXES: Mapping[type[Linear], int] = {Steps: 0, Total: 2}


class NotAlong(ValueError):
    """Something that the arrays of a run do not tell."""


def along(expr: Expr, arrays: Mapping[str, Array]) -> Array:
    """The value of an expression for each run, its expectation over the runs left to the caller; shape (runs,).

    Args:
        expr: such as `TABLE["drift_variance"].definition`: sums over steps and coordinates of products of quantities.
        arrays: by name, broadcastable to (steps, runs, coordinates); `MOMENTS` names those of the signal's
            conditional expectations.

    Raises:
        NotAlong: naming a quantity or an operator for which there is no array.
    """
    shape = np.broadcast_shapes(*(np.shape(array) for array in arrays.values()))
    value = _value(unfold(expr), arrays, shape)
    if value.shape[0] > 1 or value.shape[2] > 1:
        raise NotAlong(f"{expr} still varies over the steps or the coordinates of a run")
    return np.array(np.broadcast_to(value[0, :, 0], shape[1:2]))


def broken(assumptions: Iterable[Assumption], arrays: Mapping[str, Array]) -> list[str]:
    """The names of the assumptions that fail somewhere along the runs, of those that the arrays can tell at all."""
    shape = np.broadcast_shapes(*(np.shape(array) for array in arrays.values()))
    return [a.name for a in assumptions if not _kept(a, arrays, shape)]


def _kept(assumption: Assumption, arrays: Mapping[str, Array], shape: tuple[int, ...]) -> bool:
    try:
        value = _value(unfold(assumption.expr), arrays, shape)
    except NotAlong:
        return True
    if assumption.relation == "==":
        return bool(np.all(np.abs(value) <= ROUNDING))
    return bool(np.all(value > 0 if assumption.relation == ">" else value >= -ROUNDING))


def averaged(name: str) -> bool:
    """Whether the notation table defines the quantity as a sum over the steps of a run."""
    definition = TABLE[name].definition
    return definition is not None and bool(definition.has(Steps))


def _value(expr: Expr, arrays: Mapping[str, Array], shape: tuple[int, ...]) -> Array:
    if isinstance(expr, Draw):
        return _array(MOMENTS.get(expr.args[0], str(expr)), arrays)
    if isinstance(expr, Symbol):
        return _array(expr.name, arrays)
    if not expr.args:
        return np.full((1, 1, 1), float(expr))
    parts = [_value(arg, arrays, shape) for arg in expr.args]
    if isinstance(expr, Mean):
        return parts[0]
    if type(expr) in _AXES:
        axis = _AXES[type(expr)]
        whole = [*parts[0].shape[:axis], shape[axis], *parts[0].shape[axis + 1 :]]
        return np.asarray(np.sum(np.broadcast_to(parts[0], whole), axis=axis, keepdims=True))
    if expr.func not in OPERATIONS:
        raise NotAlong(f"a run does not tell {expr}")
    return np.asarray(OPERATIONS[expr.func](*parts))


def _array(name: str, arrays: Mapping[str, Array]) -> Array:
    if name not in arrays:
        raise NotAlong(f"a run does not tell {name}")
    value = np.asarray(arrays[name], dtype=float)
    return value.reshape((1,) * (3 - value.ndim) + value.shape)
