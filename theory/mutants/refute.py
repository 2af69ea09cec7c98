"""A world that meets a mutant's assumptions and violates it, if one is found.

The worlds of the original are tried first. For a mutant that makes other assumptions, what the changed ones speak about
is then moved at random: a world that breaks only what is no longer assumed may well violate the conclusion.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

import numpy as np
from sympy import Expr, Symbol

from theory.kernel import Assumption
from theory.operators import Linear
from theory.referee import Vacuous, World, meets, survives, worlds
from theory.referee.completion import complete, free
from theory.referee.interpret import STEPS, holds
from theory.referee.scene import symbols_of
from theory.referee.scenes._paths import arrived, at_the_end, path_probability
from theory.statement import Statement
from theory.symbols import SEQUENCES, quantity

MOVES = 16
"""Worlds made from the original's by moving a quantity or two."""
HOPELESS = 4
"""Moves after which the search ends if none of them could be mended."""
REPAIRS = 4
"""Assumptions mended at most before a world is given up."""
FIXED = frozenset({"steps", "microbatches", "delay", "batch_signal"})
"""What the operators and the rules about a run are about: no assumption says that draws are independent."""


def counterexample(original: Statement, mutant: Statement) -> World | None:
    """A world of the original, or one made from it, that refutes the mutant."""
    known = tuple(_with_all_symbols(world, mutant) for world in worlds_of(original))
    moved = _moved(original, mutant, known) if set(mutant.assumptions) != set(original.assumptions) else ()
    violated = (world for world in chain(known, moved) if not survives(mutant, world))
    return next((world for world in violated if meets(mutant, world)), None)


def _with_all_symbols(world: World, mutant: Statement) -> World:
    """The world, and values for what only the mutant mentions."""
    world = dict(world)
    complete(np.random.default_rng(0), world, mutant.assumptions, symbols_of(mutant))
    return world


@cache
def worlds_of(statement: Statement) -> tuple[World, ...]:
    """Worlds of the original, found once; none if it is vacuous."""
    try:
        return tuple(worlds(statement))
    except Vacuous:
        return ()


def _moved(original: Statement, mutant: Statement, known: tuple[World, ...]) -> Iterator[World]:
    """Worlds near those of the original: a quantity or two moved, others solved for so that what is assumed holds."""
    symbols = _movable(set(original.assumptions) ^ set(mutant.assumptions))
    rng = np.random.default_rng(len(symbols))
    mended = 0
    for number in range(MOVES if known and symbols else 0):
        if number >= HOPELESS and not mended:
            return
        world = dict(known[number % len(known)])
        for index in rng.choice(len(symbols), size=min(len(symbols), int(rng.integers(1, 3))), replace=False):
            _move(rng, world, symbols[index])
        _follow(world)
        for _ in range(REPAIRS):
            broken = [a for a in mutant.assumptions if not holds(a.expr, a.relation, world)]
            if not broken:
                mended += 1
                yield world
                break
            _repair(rng, world, broken[rng.integers(len(broken))], mutant.assumptions)


def _repair(rng: np.random.Generator, world: World, broken: Assumption, assumptions: tuple[Assumption, ...]) -> None:
    """Solve for one of the quantities that an assumption is about, if it can be solved for."""
    symbols = [s for s in _movable({broken}) if s not in inside_operators(broken.expr)]
    if symbols:
        solved = symbols[rng.integers(len(symbols))]
        del world[solved.name]
        complete(rng, world, assumptions, {solved})
        _follow(world)


def inside_operators(expr: Expr) -> set[Symbol]:
    """What stands under a sum or an expectation: one equation for many values, which does not determine them."""
    return set[Symbol]().union(*(operator.free_symbols for operator in expr.atoms(Linear)))


def _movable(assumptions: Iterable[Assumption]) -> list[Symbol]:
    names = set[Symbol]().union(*(assumption.expr.free_symbols for assumption in assumptions))
    return sorted((symbol for symbol in names if symbol.name not in FIXED), key=lambda s: s.name)


def _move(rng: np.random.Generator, world: World, symbol: Symbol) -> None:
    """Other values of a quantity, near or far."""
    by, here, size = free(rng, symbol), world[symbol.name], np.exp(rng.uniform(-4, 2))
    world[symbol.name] = here * by**size if quantity(symbol).sign != "real" else here + size * by


def _follow(world: World) -> None:
    """Make every sequence one again: x_{k+1} is where each path goes, and x_K where it ends."""
    for now, (following, _, last) in SEQUENCES.items():
        if now.name in world and following.name in world and last.name in world:
            after = np.broadcast_to(world[following.name], (STEPS, *world[following.name].shape[1:]))
            moved = [world[now.name][:1], *(arrived(after, k)[np.newaxis] for k in range(1, STEPS))]
            ends = at_the_end(after)[np.newaxis] * path_probability(world["probability"])
            world[now.name] = np.concatenate(moved)
            world[last.name] = ends.sum(axis=1, keepdims=True)
