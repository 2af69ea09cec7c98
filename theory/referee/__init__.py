"""A numerical referee: tries a statement in random finite worlds in which all its assumptions hold.

A world is a finite stochastic process (theory/referee/scenes) with values for every symbol. Nothing is shared with the
kernel's rules, so an unsound rule would show, and so would a statement whose assumptions cannot be met together.

>>> import theory
>>> str(check(theory.get("T3")))
'assumptions met in 20 of 20 random worlds, the statement holds in 20 of these'
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from sympy import Symbol

from theory.referee import scenes
from theory.referee.completion import complete
from theory.referee.interpret import ROUNDING, World, holds
from theory.referee.scene import Scene, symbols_of
from theory.registry import discover
from theory.statement import Statement
from theory.symbols import quantity, unfold

__all__ = ["SCENES", "Trial", "Vacuous", "World", "check", "meets", "survives", "worlds"]

WORLDS, TRIES = 20, 400
SEED = 2026
SCENES = cast(dict[str, Scene], discover(scenes, "SCENE"))
"""Kinds of processes, by name."""


class Vacuous(ValueError):
    """No world was found in which all assumptions of a statement hold: it may say nothing at all."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What the referee saw."""

    tried: int
    """Worlds built."""
    met: int
    """Worlds among them in which every assumption holds."""
    survived: int
    """Worlds among these in which the statement holds, too."""

    def __str__(self) -> str:
        """One line for people."""
        met = f"assumptions met in {self.met} of {self.tried} random worlds"
        return f"{met}, the statement holds in {self.survived} of these"


def worlds(statement: Statement, *, count: int = WORLDS, tries: int = TRIES, seed: int = SEED) -> list[World]:
    """`count` random worlds in which every assumption of the statement holds; fewer if `tries` do not give as many.

    Raises Vacuous, naming the assumptions that fail most, if none of the tries does.
    """
    return _found(statement, count, tries, seed)[0]


def check(statement: Statement, *, count: int = WORLDS, tries: int = TRIES, seed: int = SEED) -> Trial:
    """Try the statement in worlds that meet its assumptions; raises Vacuous as `worlds` does."""
    found, tried = _found(statement, count, tries, seed)
    return Trial(tried=tried, met=len(found), survived=sum(survives(statement, world) for world in found))


def meets(statement: Statement, world: World) -> bool:
    """Whether every assumption, and every sign of the notation table, holds in a world that has all its symbols."""
    return not _broken(statement, world)


def survives(statement: Statement, world: World) -> bool:
    """Whether lhs ≤ rhs (or lhs = rhs) in the world, up to rounding."""
    gap = unfold(statement.rhs - statement.lhs).xreplace(dict(statement.where))
    return holds(gap, "==" if statement.kind == "equality" else ">=", world)


def _found(statement: Statement, count: int, tries: int, seed: int) -> tuple[list[World], int]:
    failures: Counter[str] = Counter()
    found: list[World] = []
    for number, world in enumerate(_built(statement, tries, seed), 1):
        broken = _broken(statement, world)
        failures.update(broken)
        if not broken:
            found.append(world)
        if len(found) == count:
            return found, number
    if not found:
        often = ", ".join(f"{name} ({times})" for name, times in failures.most_common(3))
        raise Vacuous(f"{statement.id}: none of {tries} random worlds meets all assumptions; broken most: {often}")
    return found, tries


def _built(statement: Statement, tries: int, seed: int) -> Iterator[World]:
    rng, symbols = np.random.default_rng(seed), symbols_of(statement)
    suitable = _suitable(statement, symbols)
    for number in range(tries):
        world = suitable[number % len(suitable)].build(rng, statement)
        complete(rng, world, statement.assumptions, symbols)
        yield world


def _suitable(statement: Statement, symbols: set[Symbol]) -> list[Scene]:
    """The scenes that determine the most of what the statement speaks about."""
    names = {symbol.name for symbol in symbols}
    known = {scene: len(names & scene.build(np.random.default_rng(0), statement).keys()) for scene in SCENES.values()}
    return [scene for scene, number in known.items() if number == max(known.values())]


def _broken(statement: Statement, world: World) -> list[str]:
    """The assumptions, signs of the notation table among them, that do not hold in the world."""
    broken = [a.name for a in statement.assumptions if not holds(a.expr, a.relation, world)]
    return broken + [f"the sign of {s.name}" for s in symbols_of(statement) if not _signed(s, world)]


def _signed(symbol: Symbol, world: World) -> bool:
    value, sign = world[symbol.name], quantity(symbol).sign
    return bool(np.all(value > 0) if sign == "positive" else sign == "real" or np.all(value >= -ROUNDING))
