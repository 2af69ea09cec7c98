"""Residual learning: its statements at numbers, what they need, and that the referee would catch a wrong one."""

from dataclasses import replace

import numpy as np
import pytest
from sympy import Expr, Integer, Rational

import theory
from theory import referee
from theory.referee import SCENES, WORLDS, check, worlds
from theory.residual_assumptions import ALIGNED, OUTWEIGHED, START, TRANSFER_STEP
from theory.theorems import t11c_rate

NAMES = [name for name in theory.STATEMENTS if name.startswith("T11")]
NUMBERS = {
    "max_symmetric": 1.5,
    "noise_deviation": 0.5,
    "smoothness": 2.0,
    "steps": 10_000,
    "initial_gap": 3.0,
    "strong_convexity": 1.0,
}


def test_every_part_of_t11_is_there() -> None:
    assert sorted(NAMES) == [
        "T11-floor", "T11a", "T11b", "T11c", "T11c-rate", "T11c-step", "T11c-vanishing", "T11d",
    ]  # fmt: skip


def test_the_rate_has_its_constants() -> None:
    expected = 97 / 32 * 1.5 * 0.5 * (5 / 3 * 3.0 * 2.0 / 10_000) ** 0.5
    at_zero = theory.get("T11c-rate").bound(**NUMBERS, residual_drift=0.0)
    with_drift = theory.get("T11c-rate").bound(**NUMBERS, residual_drift=0.4)
    assert np.isclose(at_zero, expected, rtol=1e-12)
    assert np.isclose(with_drift, expected + 0.3, rtol=1e-12)


def test_a_run_that_is_too_short_has_no_rate() -> None:
    """The step size of the rate is small enough for K ≥ (320/3)LΔ/σ² only: 2560 updates here."""
    enough = NUMBERS | {"steps": 2560, "residual_drift": 0.0}
    theory.get("T11c-rate").bound(**enough)
    with pytest.raises(theory.OutOfDomain, match="step size α"):
        theory.get("T11c-rate").bound(**enough | {"steps": 2559})


def at(expr: Expr, **numbers: Rational | int) -> Rational:
    """The expression at exact numbers, by name."""
    return expr.subs({symbol: numbers[symbol.name] for symbol in expr.free_symbols})


def test_the_potential_at_the_start_is_at_most_five_thirds_of_the_gap() -> None:
    """At the farthest start that strong convexity allows, with m_W = q_max², 51/31 of the gap are used."""
    fact = t11c_rate.initial_potential()
    farthest = {"initial_gap": 1, "first_distance": 2, "strong_convexity": 1, "array_gain_floor": 1, "gain_bound": 1}
    assert START in fact.assumptions
    assert at(fact.expr, **farthest) == Rational(5, 3) - Rational(51, 31)


@pytest.mark.parametrize(
    ("name", "term"),
    [("T11a", 0), ("T11a", 5), ("T11b", 0), ("T11b", 3), ("T11c-step", 0), ("T11c-step", 6), ("T11d", 0), ("T11d", 2)],
)
def test_the_referee_catches_a_term_left_out(name: str, term: int) -> None:
    statement = theory.get(name)
    terms = statement.rhs_terms
    without = replace(statement, rhs_terms=(*terms[:term], Integer(0), *terms[term + 1 :]))
    assert check(without).survived < WORLDS


def test_transfers_that_are_too_large_break_t11b() -> None:
    """With F = 1, G = 0 and the right residual, β = 3γ/2 overshoots by more than the bound allows."""
    beta, gamma, residual = Rational(3, 2), Rational(1), Rational(1)
    lhs = (beta * residual - gamma * residual) ** 2
    rhs = (gamma * residual) ** 2 - beta * gamma * residual**2 / 2 - beta * gamma * residual**2 / 2
    assert at(TRANSFER_STEP.expr, transfer_rate=beta, residual_weight=gamma, max_symmetric=1) < 0
    assert lhs > rhs


def test_gains_that_differ_too_much_turn_descent_around() -> None:
    """⟨x, F⊙∇f⟩ < 0 on a quadratic with curvatures 1 and 9 where one weight has a hundredth of the other's gain."""
    turn = np.deg2rad(40)
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    form = np.array([[1.0], [0.01]]) * (axes @ np.diag([1.0, 9.0]) @ axes.T)
    gains = {"gain_bound": 1, "min_residual_gain": Rational(1, 100)}
    assert np.linalg.eigvalsh((form + form.T) / 2).min() < 0
    assert at(ALIGNED.expr, strong_convexity=1, smoothness=9, alignment=0, **gains) < 0


def test_equal_gains_contract_as_in_digital_hardware() -> None:
    """For q_max = q_min = 1 the condition on ω is ω ≤ 1/(μ+L)."""
    equal = {"gain_bound": 1, "min_residual_gain": 1}
    assert at(ALIGNED.expr, strong_convexity=2, smoothness=3, alignment=Rational(1, 5), **equal) == 0


# ----------------------------------------------------------------------------------------- the referee's scene


def test_the_scene_is_about_residual_learning_only() -> None:
    assert SCENES["residual_learning"].build(np.random.default_rng(0), theory.get("T3")) == {}


def test_the_arrays_move_as_the_statement_says() -> None:
    world = worlds(theory.get("T11c-step"), count=1)[0]
    response = world["residual_symmetric"] * world["signal"] + world["residual_asymmetric"] * abs(world["signal"])
    assert np.allclose(world["next_residual"], world["residual"] - world["step_size"] * response)
    moved = world["next_weights"] - world["weights"]
    after = world["next_residual"]
    transfer = world["array_symmetric"] * after - world["array_asymmetric"] * abs(after)
    assert np.allclose(moved / transfer, (moved / transfer).flat[0])


def test_what_the_statement_leaves_free_is_not_an_update() -> None:
    world = worlds(theory.get("T11a"), count=1)[0]
    assert np.std((world["next_weights"] - world["weights"]) / world["next_residual"]) > 0


def test_the_objective_is_convex_only_if_the_statement_says_so() -> None:
    convex = worlds(theory.get("T11c-step"))
    assert all(np.all(world["objective"] >= 0) for world in convex)
    assert not all(np.all(world["objective"] >= 0) for world in worlds(theory.get("T11a")))


def test_the_residual_array_of_vanishing_error_is_symmetric_at_zero() -> None:
    world = worlds(theory.get("T11c-vanishing"), count=1)[0]
    assert np.all(world["residual"][0] == 0)
    assert np.all(world["residual_asymmetric"][0] == 0)
    assert np.any(world["residual_asymmetric"][1] != 0)


def test_noise_of_one_size_and_the_steep_array_are_what_the_floor_is_about() -> None:
    world = worlds(theory.get("T11-floor"), count=1)[0]
    noise = abs(world["signal"] - world["gradient"])
    assert np.allclose(noise, np.broadcast_to(world["coin"], noise.shape))
    assert np.all(world["residual"] * world["residual_asymmetric"] <= 0)
    assert np.any(world["residual_asymmetric"] != 0)


def test_a_mixture_that_does_not_outweigh_the_noise_is_noticed() -> None:
    statement = theory.get("T11c-vanishing")
    doubled = replace(OUTWEIGHED, expr=OUTWEIGHED.expr - 1_000)
    assumptions = tuple(doubled if a.name == OUTWEIGHED.name else a for a in statement.assumptions)
    with pytest.raises(referee.Vacuous, match="S mixture"):
        check(replace(statement, assumptions=assumptions), tries=20)
