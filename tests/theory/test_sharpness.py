"""The asymptotic term is sharp: the T4 family on trees and in long runs, limits with planted faults, noise shapes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sympy import Expr, Rational, lambdify

import theory
from theory import limits
from theory.complexity import Derived, Equality
from theory.limit import LimitStatement
from theory.limits.t4_family import bounds, refuting_steps
from theory.noise_shapes import gaussian, gaussian_chord
from theory.predictions import NOISES
from theory.reading import describe
from theory.referee import WORLDS, check
from theory.symbols import w

Array = NDArray[np.float64]
# Some hundred float64 products of size one.
ROUNDING = 1e-12
# A closed form in float64 against the same arithmetic in another order.
TWIN = 1e-12


def family(symmetric: float, asymmetric: float, variance: float, *, step: float, updates: int) -> Array:
    """E h_k² for k = 0..updates on the T4 family with H = 1, exactly: a tree in which every path is followed."""
    product = symmetric**2 - asymmetric**2
    gradients, chances = np.array([-asymmetric * np.sqrt(variance / product)]), np.array([1.0])
    means = [float(gradients[0] ** 2)]
    for _ in range(updates):
        size = np.sqrt(gradients**2 + variance)
        up = (1 + gradients / size) / 2
        moves = [symmetric * sign * size + asymmetric * size for sign in (1, -1)]
        gradients = np.concatenate([gradients - step * move for move in moves])
        chances = np.concatenate([chances * up, chances * (1 - up)])
        means.append(float(chances @ gradients**2))
    return np.array(means)


@pytest.mark.parametrize(("symmetric", "asymmetric"), [(1.0, 0.5), (1.0, -0.5), (0.7, 0.65), (2.0, 0.1), (1.0, 0.0)])
@pytest.mark.parametrize("step", [0.02, 0.4])
def test_no_update_of_the_family_gets_below_the_floor(symmetric: float, asymmetric: float, step: float) -> None:
    means = family(symmetric, asymmetric, 0.8, step=step, updates=10)
    floor = theory.get("T4-floor").lhs
    numbers = {"constant_symmetric": symmetric, "constant_asymmetric": asymmetric, "constant_variance": 0.8}
    value = float(floor.subs({symbol: numbers[symbol.name] for symbol in floor.free_symbols}))
    assert np.all(means >= value - ROUNDING)
    assert means[0] == pytest.approx(value, abs=ROUNDING)  # so that no larger floor holds
    assert asymmetric == 0 or not np.all(means >= 1.01 * value)


def test_upper_and_lower_bound_enclose_the_family() -> None:
    symmetric, asymmetric, variance, step, updates = 1.0, 0.5, 0.8, 0.05, 12
    mean = float(family(symmetric, asymmetric, variance, step=step, updates=updates)[:-1].mean())
    weighted = (symmetric**2 - asymmetric**2) / symmetric * mean
    vanishing, last, lower = bounds()
    numbers: dict[str, float] = {
        "constant_symmetric": symmetric,
        "asymmetry": asymmetric,
        "constant_variance": variance,
        "step_size": step,
        "steps": updates,
        "curvature": 1.0,
    }

    def at(expr: Expr) -> float:
        return float(expr.subs({symbol: numbers[symbol.name] for symbol in expr.free_symbols}))

    assert at(lower) <= weighted <= at(vanishing + last)
    assert not weighted <= at(Rational(9, 10) * lower)


def responses() -> list[str]:
    return [name for name, response in theory.RESPONSES.items() if response.asymmetric != 0]


@pytest.mark.parametrize("name", responses())
def test_the_ratio_is_one_for_every_device(name: str) -> None:
    """1000 long runs with small steps, started where they rest: T3's last term against what T3 bounds, within 1 %.

    The step size 2.5e-4 leaves O(α) of a third of that; the average of 1000 runs is closer than that to its mean.
    """
    response, numbers = theory.RESPONSES[name], {"tau": 1.0, "gamma": 1.5, "offset": 0.1}
    F, G = (_function(expr, numbers) for expr in (response.symmetric, response.asymmetric))
    start, variance, step, rng = 0.35, 0.3, 2.5e-4, np.random.default_rng(1)
    at_rest = -G(np.array(start)) * np.sqrt(variance / (F(np.array(start)) ** 2 - G(np.array(start)) ** 2))
    minimiser = start - at_rest
    weights, above, below = np.full(1000, start), 0.0, 0.0
    for _ in range(5000):
        h, symmetric, asymmetric = weights - minimiser, F(weights), G(weights)
        size = np.sqrt(h**2 + variance)
        sign = np.where(rng.uniform(size=1000) < (1 + h / size) / 2, 1, -1)
        above += float((asymmetric**2 / symmetric * variance).mean())
        below += float(((symmetric**2 - asymmetric**2) / symmetric * h**2).mean())
        weights = weights - step * (symmetric * sign * size + asymmetric * size)
    assert above / below == pytest.approx(1.0, abs=0.01)


def _function(expr: Expr, numbers: dict[str, float]) -> Callable[[Array], Array]:
    value = expr.subs({symbol: numbers[symbol.name] for symbol in expr.free_symbols if symbol != w})
    compiled = lambdify(w, value, modules="numpy")
    return lambda weights: np.asarray(compiled(weights) + 0 * weights)


# ------------------------------------------------------------------------------------------------ limits


@pytest.mark.parametrize("name", limits.every())
def test_every_limit_holds(name: str) -> None:
    limit = limits.every()[name]
    assert limit.verify().accepted, limit.verify().reason


@pytest.mark.parametrize("name", limits.every())
def test_every_step_of_a_limit_can_fail(name: str) -> None:
    for step in limits.every()[name].derive().steps:
        assert not replace(step, rhs=step.rhs * 2 + 1).holds(), step.text


def with_steps(limit: LimitStatement, *steps: Equality) -> LimitStatement:
    derived = Derived(name="x", unit="1", value=Rational(1), steps=steps)
    return replace(limit, derive=lambda: derived)


def test_a_limit_with_a_wrong_step_does_not_hold() -> None:
    limit = limits.every()["T4-limit"]
    step = next(step for step in limit.derive().steps if step.text.startswith("it tends to 1"))
    verdict = with_steps(limit, replace(step, rhs=Rational(1, 2))).verify()
    assert not verdict.accepted
    assert verdict.reason.startswith("step 1 does not hold, or SymPy cannot tell: it tends to 1")


def test_a_limit_of_a_statement_that_is_not_proved_does_not_hold() -> None:
    t3 = theory.get("T3")
    halved = replace(t3, rhs_terms=(*t3.rhs_terms[:-1], t3.rhs_terms[-1] / 2))
    limit = replace(limits.every()["T4-limit"], about=(halved,))
    assert not limit.holds()
    assert limit.verify().reason.startswith("T3 is not proved: the certificate proves another statement")
    assert "SymPy: DOES NOT HOLD (T3 is not proved" in limit.describe()


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="T4-limit must be about at least one statement, got none"):
        replace(limits.every()["T4-limit"], about=())


def test_statements_are_shown_with_their_limits() -> None:
    assert "lim_{K → ∞}" in describe(theory.get("T4"))
    assert "Limit: T4-limit, no smaller constant" in describe(theory.get("T4-family"))
    assert "Limit:" not in describe(theory.get("T1a"))


@pytest.mark.parametrize("constant", [0.5, 0.99])
def test_a_smaller_constant_is_refuted_from_the_count_on_that_is_given(constant: float) -> None:
    symmetric, asymmetry = 1.0, 0.5
    steps = refuting_steps().at(constant_symmetric=symmetric, asymmetry=asymmetry, constant=constant)
    product, gain = symmetric**2 - asymmetry**2, symmetric + asymmetry

    def upper(updates: float) -> float:
        """T3 with the constant, over the lower bound, at the best step size, H = 1."""
        step = asymmetry / (gain * np.sqrt(updates * product))
        transient, noise = symmetric / (step * updates * product), step * symmetric * gain**2 / asymmetry**2
        return float(transient + noise + constant)

    assert upper(steps) == pytest.approx(1.0, rel=TWIN)
    assert upper(1.01 * steps) < 1 < upper(0.99 * steps)


# ------------------------------------------------------------------------------------------ noise shapes


def test_every_step_about_gaussian_noise_holds_and_can_fail() -> None:
    for step in gaussian().steps:
        assert step.holds(), step.text
        assert not replace(step, rhs=step.rhs * 2 + 1).holds(), step.text


def test_gaussian_noise_has_the_shape_that_is_derived() -> None:
    h = np.linspace(-15, 15, 60_001)
    for variance in (0.09, 1.0, 7.0):
        squared = NOISES["gaussian"].at(h, variance) ** 2
        kappa = float(gaussian().value)
        # Rounding of numbers up to 225.
        assert np.all(squared <= h**2 + kappa * variance + 1e-13)
        assert not np.all(squared <= h**2 + 0.999 * kappa * variance)


@pytest.mark.parametrize(("largest", "variance"), [(1.3, 2.0), (0.01, 1.0), (6.0, 1.0)])
def test_the_chord_bounds_gaussian_noise_and_is_attained(largest: float, variance: float) -> None:
    shape = gaussian_chord(largest, variance)
    h = np.linspace(0, largest, 10_001)
    gap = shape.zeta * h**2 + shape.kappa * variance - NOISES["gaussian"].at(h, variance) ** 2
    assert np.all(gap >= -TWIN * (largest**2 + variance))
    assert gap[-1] == pytest.approx(0, abs=TWIN * (largest**2 + variance))
    assert shape.zeta <= 1
    assert np.any(0.99 * shape.zeta * h**2 + shape.kappa * variance < NOISES["gaussian"].at(h, variance) ** 2)


@pytest.mark.parametrize(("largest", "variance"), [(0.0, 1.0), (1.0, -1.0), (np.nan, 1.0)])
def test_a_chord_needs_positive_numbers(largest: float, variance: float) -> None:
    with pytest.raises(ValueError, match=r"largest_gradient|noise_variance"):
        gaussian_chord(largest, variance)


def test_two_point_noise_allows_no_better_shape_than_one_and_one() -> None:
    h = np.linspace(0, 5, 1001)
    assert np.allclose(NOISES["two_point"].at(h, 1.0) ** 2, h**2 + 1)


# ----------------------------------------------------------------------------------------------- referee


@pytest.mark.parametrize("name", ["T4-floor", "T4-family", "T4b-sharp"])
def test_the_referee_catches_nine_tenths(name: str) -> None:
    statement = theory.get(name)
    less: Any = replace(statement, rhs_terms=tuple(Rational(9, 10) * term for term in statement.rhs_terms))
    assert check(less).survived < WORLDS


def test_the_referee_catches_a_raised_floor() -> None:
    statement = theory.get("T4-floor")
    assert check(replace(statement, lhs=Rational(11, 10) * statement.lhs)).survived < WORLDS
