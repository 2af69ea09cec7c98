"""What a file in theory/referee/scenes exports, and what such files share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sympy import Symbol

from theory.referee.interpret import COORDINATES, DRAWS, STEPS, Array, World
from theory.statement import Statement
from theory.symbols import unfold


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A kind of process: how to build a random one that suits a statement."""

    name: str
    build: Callable[[np.random.Generator, Statement], World]
    """Arrays by name, broadcastable to (step, history, coordinate, draw, micro-batch), for the symbols that the process
    determines. Constants that bound what happened, and whatever else is missing, are filled in afterwards."""


def symbols_of(statement: Statement) -> set[Symbol]:
    """The symbols of a statement and of its assumptions, abbreviations unfolded and a corollary's device put in."""
    sides = (unfold(side).xreplace(dict(statement.where)) for side in (statement.lhs, statement.rhs))
    assumed = (unfold(assumption.expr) for assumption in statement.assumptions)
    return set[Symbol]().union(*(expr.free_symbols for expr in (*sides, *assumed)))


def known_at(rng: np.random.Generator, k: int, low: float, high: float, coordinates: int = COORDINATES) -> Array:
    """Uniform numbers that depend on the first k draws, (history, coordinate)."""
    values = rng.uniform(low, high, (DRAWS**k, coordinates))
    return np.repeat(values, DRAWS ** (STEPS - k), axis=0)
