"""What a file in theory/referee/scenes exports, and what such files share."""

from collections.abc import Callable, Container
from dataclasses import dataclass

import numpy as np
from sympy import Symbol

from theory.operators import axes
from theory.referee.interpret import COORDINATES, DRAWS, SCALAR, STEPS, Array, World
from theory.statement import Statement
from theory.symbols import F, G, quantity, unfold

PARAMETERS = {"positive": (0.3, 2.5), "nonnegative": (0, 1), "real": (-0.7, 0.7)}
"""Where a device's own parameters are drawn from, by their sign: from nearly flat responses to steep ones."""


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


def device_parameters(rng: np.random.Generator, statement: Statement, known: Container[str]) -> World:
    """Values of what the response of a corollary's device depends on, where the process does not give them."""
    responses = (unfold(value) for symbol, value in statement.where if symbol in {F, G})
    free = set[Symbol]().union(*(response.free_symbols for response in responses))
    names = sorted((s.name, quantity(s).sign) for s in free if not axes(s) and s.name not in known)
    return {name: np.full(SCALAR, rng.uniform(*PARAMETERS[sign])) for name, sign in names}


def known_at(rng: np.random.Generator, k: int, low: float, high: float, coordinates: int = COORDINATES) -> Array:
    """Uniform numbers that depend on the first k draws, (history, coordinate)."""
    values = rng.uniform(low, high, (DRAWS**k, coordinates))
    return np.repeat(values, DRAWS ** (STEPS - k), axis=0)
