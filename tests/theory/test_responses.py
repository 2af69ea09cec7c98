"""Devices of the theory: their lemmas hold, their bounds are as tight as said, and what is not true is not accepted."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sympy import Expr, Integer, Rational, exp, expand, lambdify

import theory
from theory.assumptions import SATURATION, UNSATURATED
from theory.corollary import Response, corollary
from theory.divisors import divisors, identity
from theory.kernel import Rejected, assume, combine, replay, signed
from theory.symbols import F, alpha, gamma, offset, s_bar, tau, w

DEVICES = ("asymmetric_linear", "linear_offset", "power", "exponential")  # the ideal one needs no lemma
# Sums of a few quotients of numbers of size one, the smallest divisor being (e^0.2 − 1)² = 0.05.
ROUNDING = 1e-12
# What is bounded, the bound's field, and the side on which it lies.
BOUNDS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any], Any]]] = {
    "max_asymmetric": (lambda up, down: abs(down - up) / 2, np.max),
    "min_symmetric": (lambda up, down: (down + up) / 2, np.min),
    "max_symmetric": (lambda up, down: (down + up) / 2, np.max),
    "descent_bound": (lambda up, down: 2 * up * down / (up + down), np.min),
    "gain_bound": (np.maximum, np.max),
}
# F of the power device lies between 1 and its value at ±s̄τ, in an order that depends on γ.
NOT_ATTAINED = {("power", "min_symmetric"), ("power", "max_symmetric")}
NUMBERS = {"initial_gap": 1.0, "steps": 10_000, "smoothness": 1.0, "noise_deviation": 1.0, "drift_variance": 0.01}


def numbers(rng: np.random.Generator) -> dict[str, float]:
    """A device and a run's largest saturation."""
    return {
        "tau": rng.uniform(0.5, 3),
        "offset": rng.uniform(-0.95, 0.95),
        "gamma": rng.uniform(0.2, 3),
        "saturation_bound": rng.uniform(0, 0.99),
    }


def at(expr: Expr, values: dict[str, Any]) -> Any:
    symbols = sorted(expr.free_symbols, key=str)
    return lambdify(symbols, expr, modules="numpy")(*(values[symbol.name] for symbol in symbols))


def along(given: dict[str, float]) -> dict[str, Any]:
    """With all weights that the saturation allows, its ends and 0 among them."""
    reach = given["saturation_bound"] * given["tau"]
    return {**given, "weights": np.linspace(-reach, reach, 201)}


@pytest.mark.parametrize("name", DEVICES)
@pytest.mark.parametrize("seed", range(20))
def test_lemmas_hold_at_every_weight_allowed(name: str, seed: int) -> None:
    values = along(numbers(np.random.default_rng(seed)))
    for lemma in theory.RESPONSES[name].lemmas():
        value = np.min(at(lemma.expr, values))
        assert value > 0 if lemma.relation == ">" else value >= -ROUNDING, lemma.expr


@pytest.mark.parametrize("name", DEVICES)
def test_lemmas_replay(name: str) -> None:
    for lemma in theory.RESPONSES[name].lemmas():
        again = replay(lemma)
        assert (again.expr, again.relation, again.assumptions) == (lemma.expr, lemma.relation, lemma.assumptions)


@pytest.mark.parametrize("field", BOUNDS)
@pytest.mark.parametrize("name", DEVICES)
@pytest.mark.parametrize("seed", range(10))
def test_bounds_are_what_they_bound_at_its_worst(name: str, field: str, seed: int) -> None:
    response, values = theory.RESPONSES[name], along(numbers(np.random.default_rng(seed)))
    symmetric, asymmetric = at(response.symmetric, values), at(response.asymmetric, values)
    quantity, worst = BOUNDS[field]
    reached = worst(quantity(symmetric - asymmetric, symmetric + asymmetric))
    bound = at(getattr(response, field), values)
    if (name, field) in NOT_ATTAINED:
        assert bound < reached if worst is np.min else bound > reached
    else:
        assert bound == pytest.approx(reached, abs=ROUNDING)


def test_bounds_on_the_power_devices_symmetric_part_are_not_far_off() -> None:
    """Within a fifth where half the range is used and γ ≤ 3/2."""
    response = theory.RESPONSES["power"]
    for steepness in np.linspace(0.2, 1.5, 14):
        values = along({"tau": 1.0, "gamma": steepness, "saturation_bound": 0.5})
        symmetric = at(response.symmetric, values)
        assert at(response.min_symmetric, values) > 0.8 * symmetric.min()
        assert at(response.max_symmetric, values) < 1.2 * symmetric.max()


# --------------------------------------------------------------------------------------- what is not true


@pytest.mark.parametrize("field", BOUNDS)
@pytest.mark.parametrize("name", DEVICES)
def test_a_bound_beyond_the_truth_is_not_accepted(name: str, field: str) -> None:
    """A thousandth tighter, in a statement that uses the bound."""
    tighter = Rational(1001, 1000) if field in {"min_symmetric", "descent_bound"} else Rational(999, 1000)
    response = theory.RESPONSES[name]
    wrong = replace(response, **{field: tighter * getattr(response, field)})
    general = {"max_asymmetric": "T8-optimum", "descent_bound": "T3-uniform"}.get(field, "T8")
    assert special(general, response).verify().accepted
    assert not special(general, wrong).verify().accepted


def special(general: str, response: Response) -> theory.Statement:
    return corollary(theory.get(general), response)


@pytest.mark.parametrize("name", DEVICES)
def test_assumptions_that_a_device_does_not_own_up_to_are_missed(name: str) -> None:
    silent = replace(theory.RESPONSES[name], supposes={})
    assert "assumptions stated and assumptions used differ" in special("T3-rate", silent).verify().reason


def test_a_device_that_proves_nothing_keeps_the_general_assumptions() -> None:
    bare = replace(theory.RESPONSES["asymmetric_linear"], lemmas=tuple, supposes={}, descent_bound=Integer(1))
    statement = special("T3-rate", bare)
    assert statement.verify().accepted
    assert {"A3 M", "A3 q̄"} <= {a.name for a in statement.assumptions}


def test_a_sign_without_a_proof_is_rejected() -> None:
    silent = replace(theory.RESPONSES["linear_offset"], lemmas=tuple)
    assert "the sign of" in special("T1a", silent).verify().reason


# ---------------------------------------------------------------------------------------------- corollaries


@pytest.mark.parametrize("name", DEVICES[1:])
def test_corollaries_assume_nothing_of_the_device_but_its_range(name: str) -> None:
    own = {"A3 saturation", "A3 range"} | ({"A3 offset"} if name == "linear_offset" else set())
    for statement in theory.STATEMENTS.values():
        if statement.id.endswith(f":{name}"):
            assert {a.name for a in statement.assumptions if a.name.startswith("A3")} == own, statement.id


def bound(statement: str, **given: float) -> float:
    return float(theory.get(statement).bound(**NUMBERS, saturation_bound=0.5, **given))


def test_rates_of_devices_that_contain_the_linear_one_agree_with_its_rate() -> None:
    linear = bound("T3-rate:asymmetric_linear")
    assert bound("T3-rate:linear_offset", offset=0.0) == pytest.approx(linear, rel=ROUNDING)
    assert bound("T3-rate:power", gamma=1.0) == pytest.approx(linear, rel=ROUNDING)
    # The exponential device differs from the linear one by O(γ); its formula loses the digits that γ² takes.
    assert bound("T3-rate:exponential", gamma=1e-4) == pytest.approx(linear, rel=1e-3)


def test_rates_are_the_formula_at_the_devices_numbers() -> None:
    values = {"saturation_bound": 0.5, "gamma": 2.0, "offset": -0.3}
    for name in DEVICES[1:]:
        response = theory.RESPONSES[name]
        given = {s.name: values[s.name] for s in response.descent_bound.free_symbols if s != s_bar}
        gain, descent = at(response.gain_bound, values), at(response.descent_bound, values)
        expected = 2 * np.sqrt(2) * gain / descent * np.sqrt(1 / 10_000) + 0.01 / descent
        assert bound(f"T3-rate:{name}", **given) == pytest.approx(expected, rel=ROUNDING)


@pytest.mark.parametrize(
    ("statement", "given", "message"),
    [
        ("T3-rate:power", {"saturation_bound": 1.0, "gamma": 2.0}, "needs s̄ < 1"),
        ("T3-rate:power", {"saturation_bound": 0.5, "gamma": 0.0}, "gamma must be positive"),
        ("T3-rate:power", {"saturation_bound": 0.5}, "needs a value for: gamma"),
        ("T3-rate:exponential", {"saturation_bound": 0.5, "gamma": -1.0}, "gamma must be positive"),
        ("T3-rate:linear_offset", {"saturation_bound": 0.5, "offset": -1.0}, r"\|c⋄\| < 1"),
        ("T3-rate:linear_offset", {"saturation_bound": -0.1, "offset": 0.5}, "saturation_bound must be nonnegative"),
    ],
)
def test_numbers_that_no_device_has_are_refused(statement: str, given: dict[str, float], message: str) -> None:
    with pytest.raises(theory.OutOfDomain, match=message):
        theory.get(statement).bound(**NUMBERS, **given)


def test_the_largest_step_size_depends_on_the_device() -> None:
    given = {**NUMBERS, "gain_variance": 1.0, "saturation_bound": 0.5, "offset": 0.5}
    limit = 1 / 1.25  # 1/(L F_max), F_max = 1 + |c⋄|s̄
    t3 = theory.get("T3:linear_offset")
    step = {name: value for name, value in given.items() if name in t3.takes()}
    assert t3.bound(**step, step_size=limit) > 0
    with pytest.raises(theory.OutOfDomain, match="step size"):
        t3.bound(**step, step_size=1.01 * limit)


# ------------------------------------------------------------------------------------------------ divisors

INSIDE = combine(((1, assume(UNSATURATED)), (1, assume(SATURATION))), 1 + s_bar - s_bar - abs(w) / tau)


def test_products_of_what_is_positive_are_found() -> None:
    room = assume(UNSATURATED)
    base = expand(alpha * (1 - s_bar) ** 2 * (tau - abs(w)))
    (fact,) = divisors((1 / base,), (room, INSIDE))
    assert (fact.relation, fact.expr) == (">", base)
    assert fact.assumptions == {UNSATURATED, SATURATION}


def test_what_is_no_such_product_is_left_out() -> None:
    assert divisors((1 / (1 - offset), exp(gamma)), (assume(UNSATURATED),)) == ()
    assert divisors((1 / (s_bar - 1),), (assume(UNSATURATED),)) == ()


def test_an_identity_may_divide_by_what_is_positive() -> None:
    room = assume(UNSATURATED)
    fact = identity(s_bar / (1 - s_bar) - 1 / (1 - s_bar) + 1, (room,))
    assert fact.relation == "=="
    with pytest.raises(Rejected, match="not an identity"):
        identity(s_bar / (1 - s_bar) - 1 / (1 - s_bar) + 2, (room,))
    with pytest.raises(Rejected, match="not proved positive"):
        identity(s_bar / (1 - s_bar) - 1 / (1 - s_bar) + 1, (signed(F),))
