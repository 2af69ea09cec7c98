"""Every statement tried in random finite worlds in which its assumptions hold; a vacuous one fails."""

from dataclasses import replace

import numpy as np
import pytest
from sympy import Rational

import theory
from tests.theory.referee import holds, make_world
from theory.statement import Statement

WORLDS, TRIES = 20, 400


def worlds(statement: Statement) -> list[dict[str, np.ndarray]]:
    rng = np.random.default_rng(2026)
    found: list[dict[str, np.ndarray]] = []
    for _ in range(TRIES):
        world = make_world(rng, statement)
        if all(holds(a.expr, a.relation, world) for a in statement.assumptions):
            found.append(world)
        if len(found) == WORLDS:
            return found
    pytest.fail(f"{statement.id}: only {len(found)} of {TRIES} random worlds satisfy its assumptions")


def survives(statement: Statement, world: dict[str, np.ndarray]) -> bool:
    return holds(statement.rhs - statement.lhs, "==" if statement.kind == "equality" else ">=", world)


@pytest.mark.parametrize("name", theory.STATEMENTS)
def test_statement_survives_the_referee(name: str) -> None:
    statement = theory.get(name)
    assert all(survives(statement, world) for world in worlds(statement))


@pytest.mark.parametrize("name", ["T1a", "T1a-sharp", "T1c-gap", "T4", "T4:asymmetric_linear"])
def test_referee_catches_a_halved_right_hand_side(name: str) -> None:
    """These are sharp enough for random worlds to violate half of them."""
    statement = theory.get(name)
    halved = replace(statement, rhs_terms=tuple(term * Rational(1, 2) for term in statement.rhs_terms))
    assert not all(survives(halved, world) for world in worlds(statement))
