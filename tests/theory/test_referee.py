"""Every statement tried in random finite worlds in which its assumptions hold; one that has none is vacuous."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sympy import Expr, Integer, Rational, Symbol

import theory
from theory import referee
from theory.assumptions import EXACT_VARIANCE, STEP_SIZE, UNSATURATED, VARIANCE
from theory.kernel import Assumption, combine
from theory.operators import Batch, Draw, Mean, Steps, Total, Window
from theory.referee import SCENES, WORLDS, Vacuous, check, survives, worlds
from theory.referee.completion import complete, free
from theory.referee.interpret import DRAWS, SHAPE, STEPS, holds, interpret
from theory.symbols import F, F_max, UnknownSymbol, alpha, delay, g, g_batch, h, m_min, s_bar, sigma, v

RNG = np.random.default_rng


def assumed(expr: Expr, relation: Any = ">=") -> Assumption:
    return Assumption(name="new", relation=relation, expr=expr, text="")


@pytest.mark.parametrize("name", theory.STATEMENTS)
def test_statement_survives_the_referee(name: str) -> None:
    trial = check(theory.get(name))
    assert (trial.met, trial.survived) == (WORLDS, WORLDS)


@pytest.mark.parametrize("name", ["T1a", "T1a-sharp", "T1c-gap", "T4", "T4:asymmetric_linear"])
def test_referee_catches_a_halved_right_hand_side(name: str) -> None:
    """These are sharp enough for random worlds to violate half of them."""
    statement = theory.get(name)
    halved = replace(statement, rhs_terms=tuple(term * Rational(1, 2) for term in statement.rhs_terms))
    assert check(halved).survived < WORLDS


def with_assumptions(*more: Assumption) -> theory.Statement:
    """T3-rate's frame with more to assume and nothing to prove."""
    uniform = theory.get("T3-uniform")
    return replace(uniform, assumptions=(*uniform.assumptions, *more), prove=lambda: combine((), Integer(0)))


def test_contradictory_assumptions_are_vacuous() -> None:
    saturated = replace(UNSATURATED, name="A3 saturated", relation=">=", expr=-UNSATURATED.expr)
    with pytest.raises(Vacuous, match=r"T3-uniform: none of 50 .* broken most: A3 (range|saturated)"):
        check(with_assumptions(UNSATURATED, saturated), tries=50)


def test_a_sign_that_cannot_be_is_vacuous() -> None:
    with pytest.raises(Vacuous, match="the sign of descent_bound"):
        check(replace(theory.get("T1a"), assumptions=(assumed(-1 - m_min),)), tries=50)


def test_assumptions_that_are_hard_to_meet_together_are_not_vacuous() -> None:
    assert check(with_assumptions(assumed(F_max - 2), assumed(3 * STEP_SIZE.expr - 2))).met == WORLDS


def test_a_strict_inequality_is_strict() -> None:
    world = {"saturation_bound": np.ones((1, 1, 1, 1, 1))}
    assert not holds(UNSATURATED.expr, ">", world)
    assert holds(UNSATURATED.expr, ">=", world)


def test_a_symbol_outside_the_table_is_unknown() -> None:
    with pytest.raises(UnknownSymbol, match="'nobody'"):
        worlds(replace(theory.get("T1a"), assumptions=(assumed(Symbol("nobody", real=True)),)))


# ------------------------------------------------------------------------------------------ the machinery


def world_of(name: str) -> dict[str, Any]:
    return worlds(theory.get(name), count=1)[0]


def test_operators_are_sums_and_means() -> None:
    world = world_of("T6")
    signal = np.broadcast_to(world["batch_signal"], SHAPE)
    assert np.allclose(interpret(Batch(Draw(g_batch)), world)[..., 0, 0], signal.mean(axis=(3, 4)))
    squares = np.broadcast_to(world["gradient"], (*SHAPE[:3], 1, 1)) ** 2
    assert np.allclose(interpret(Steps(Mean(Total(h**2))), world), squares.sum(axis=(0, 2)).mean())


def test_windows_look_back_along_the_path() -> None:
    world = world_of("T7") | {"delay": np.array([1.0, 2]).reshape(1, 1, 2, 1, 1)}
    sums = interpret(Window(g), world)
    signal = world["signal"]
    for path in (0, 27, SHAPE[1] - 1):
        first, second = path // DRAWS ** (STEPS - 1), path // DRAWS ** (STEPS - 2) % DRAWS
        assert np.all(sums[0, path] == 0)
        assert sums[1, path, 1] == signal[0, path, 1, first]
        assert sums[2, path, 0] == signal[1, path, 0, second]
        assert np.isclose(sums[2, path, 1], signal[0, path, 1, first] + signal[1, path, 1, second])


def test_nothing_depends_on_a_later_draw() -> None:
    drawn = {symbol.name: free(RNG(1), symbol) for symbol in (v, g, h, g_batch, delay, sigma)}
    for name, value in {**world_of("T8-optimum"), **drawn}.items():
        if value.shape[1] > 1:
            for k in range(STEPS):
                tree = value[k].reshape(DRAWS**k, -1, *value.shape[2:])
                assert np.all(tree == tree[:, :1]), name


@pytest.mark.parametrize(
    ("assumption", "symbol", "least"),
    [(assumed(F_max - F), F_max, 1.5), (assumed(sigma**2 - F), sigma, 1.5**0.5), (assumed(1 / alpha - 4), alpha, 0.25)],
)
def test_open_constants_are_what_the_assumption_asks_for(assumption: Assumption, symbol: Symbol, least: float) -> None:
    values = []
    for seed in range(20):
        world = {"symmetric": np.array([0.5, 1.5]).reshape(1, 1, 2, 1, 1)}
        complete(RNG(seed), world, (assumption,), {symbol})
        assert holds(assumption.expr, assumption.relation, world)
        values.append(world[symbol.name].item())
    assert np.isclose(values, least).any()  # as sharp as possible in some worlds, with slack in others
    assert not np.isclose(values, least).all()


def test_open_constants_solve_equalities_first() -> None:
    world = {"symmetric": np.full((1, 1, 2, 1, 1), 2.0)}
    exact = assumed(s_bar - F / 4, "==")
    complete(RNG(0), world, (assumed(s_bar), assumed(F_max - s_bar), exact), {s_bar, F_max})
    assert world["saturation_bound"].item() == 0.5


def test_a_scene_that_breaks_an_assumption_is_noticed() -> None:
    """T1c-gap needs the variance to be exact; where it is only a bound the world does not count."""
    only_bounded = replace(theory.get("T1c-gap"), assumptions=(VARIANCE,))
    assert not any(holds(EXACT_VARIANCE.expr, "==", world) for world in worlds(only_bounded))


def test_a_statement_is_tried_where_most_of_it_has_values(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = replace(SCENES["analog_sgd"], name="empty", build=lambda _rng, _statement: {})
    monkeypatch.setattr(referee, "SCENES", {"empty": empty, **SCENES})
    assert check(theory.get("T3")).met == WORLDS


def test_the_referee_shares_no_rule_with_the_kernel() -> None:
    files = sorted(Path(referee.__file__).parent.rglob("*.py"))
    imports = [node for path in files for node in ast.walk(ast.parse(path.read_text()))
               if isinstance(node, ast.ImportFrom)]  # fmt: skip
    kernel = {a.name for node in imports if (node.module or "").startswith("theory.kernel") for a in node.names}
    assert kernel == {"Assumption"}
    assert not any("rules" in (node.module or "") or node.module == "theory.signs" for node in imports)


def test_survival_is_about_the_statement_in_the_world() -> None:
    equality = theory.get("T4")
    world = worlds(equality, count=1)[0]
    assert survives(equality, world)
    assert survives(replace(equality, kind="upper"), world)
    assert not survives(replace(equality, lhs=2 * equality.lhs), world)
