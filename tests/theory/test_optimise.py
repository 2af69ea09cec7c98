"""The optimised families: figures to meet, the certificate at exactly the rationals found, and what is refused."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from sympy import Abs, Integer, Rational, sqrt

import theory
from theory.assumptions import FORM, SATURATION, UNSATURATED
from theory.corollary import Response
from theory.function_rules import positive_power, power
from theory.kernel import Fact, Rejected, assume, replay, signed
from theory.operators import Draw
from theory.optimise import Optimum, certify, numbers_of, optimise, price_of_asynchrony, problem
from theory.sign_rules import decide, decide_positive
from theory.symbols import TABLE, F, G, g, gamma, s_bar, tau, w

UNIT = {"initial_gap": 1.0, "smoothness": 1.0, "noise_deviation": 1.0}
PIPED = {**UNIT, "staleness_lipschitz": 1.0, "max_delay": 3, "mean_delay": 1.5}
GENERAL = {"min_symmetric": 0.8, "max_symmetric": 1.2, "max_asymmetric": 0.3}
LINEAR = "T8-optimum:asymmetric_linear"
# Saturation, largest delay -> bound after 100,000 steps, as a conic solver found it on a coarse grid (rounded up).
KNOWN = {
    (0.0, 0): 0.0045, (0.0, 3): 0.0050, (0.0, 15): 0.0056,
    (0.1, 0): 0.0181, (0.1, 3): 0.0194, (0.1, 15): 0.0210,
    (0.5, 0): 0.3453, (0.5, 3): 0.3526, (0.5, 15): 0.3593,
    (0.9, 0): 4.311, (0.9, 3): 4.343, (0.9, 15): 4.371,
}  # fmt: skip
COARSE = 0.03  # that grid, and its rounding to four digits, lose up to 2 % (0.0050 for 0.0049)
FLOATS = 1e-12  # the same rationals, summed in floating point
PARAMETERS = {"saturation_bound": 0.3, "offset": -0.2, "gamma": 1.5}


def linear(saturation: float, delay: int, steps: int = 1000) -> dict[str, float]:
    return {**PIPED, "steps": steps, "saturation_bound": saturation, "max_delay": delay, "mean_delay": delay / 2}


def proved(optimum: Optimum, steps: int) -> float:
    """The bound that the kernel's fact states: what is added to minus the average squared gradient norm."""
    fact = replay(optimum.fact)
    assert fact.relation == ">="
    return float((fact.expr + TABLE["gradient_norm"].definition).subs(TABLE["steps"].symbol, steps))


@pytest.mark.parametrize(("saturation", "delay"), KNOWN)
def test_the_search_reaches_the_known_optima(saturation: float, delay: int) -> None:
    value = optimise(LINEAR, linear(saturation, delay, 100_000)).value
    assert KNOWN[saturation, delay] * (1 - COARSE) < value <= KNOWN[saturation, delay]


@pytest.mark.parametrize("saturation", [0.0, 0.1, 0.5, 0.9])
def test_a_pipeline_without_delay_is_no_pipeline(saturation: float) -> None:
    alone = optimise("T3-optimum:asymmetric_linear", {**UNIT, "steps": 1000, "saturation_bound": saturation})
    # Two searches for one minimum, whose relative width in the bound is the rounding of the multipliers.
    assert optimise(LINEAR, linear(saturation, 0)).value == pytest.approx(alone.value, rel=1e-9)
    assert proved(alone, 1000) == pytest.approx(alone.value, rel=FLOATS)


def test_the_kernel_proves_the_value_at_the_multipliers_found() -> None:
    optimum = optimise(LINEAR, linear(0.5, 3))
    assert proved(optimum, 1000) == pytest.approx(optimum.value, rel=FLOATS)
    assert {a.name for a in optimum.fact.assumptions} == {
        "A1 smooth", "A1 bounded below", "Δ gap", "U update", "A2 mean", "A2 variance", "A2 total", "A3 saturation",
        "A4 staleness", "P stale", "P delay", "P mean delay",
    }  # fmt: skip


@pytest.mark.parametrize("bound", ["T3-optimum", "T8-optimum"])
def test_a_general_device_is_known_by_its_bounds_alone(bound: str) -> None:
    numbers = {**(PIPED if bound == "T8-optimum" else UNIT), **GENERAL, "steps": 1000}
    numbers |= {"gain_bound": 1.4} if bound == "T8-optimum" else {}
    optimum = optimise(bound, numbers)
    assert proved(optimum, 1000) == pytest.approx(optimum.value, rel=FLOATS)
    names = {a.name for a in optimum.fact.assumptions}
    assert {"A3 F", "A3 F_min", "A3 G"} < names
    assert not {a.name for a in optimum.fact.assumptions if a.on_parameters}


def form_value(optimum: Optimum, symmetric: Fraction, size: Fraction, mean: Fraction) -> Rational:
    """The form without staleness at F, G = 0.3, E|g| and h, in exact numbers."""
    at = {
        TABLE[name].symbol: Rational(value.numerator, value.denominator) for name, value in optimum.multipliers.items()
    }
    at |= {F: symmetric, G: Rational(3, 10), Draw(Abs(g)): size, TABLE["gradient"].symbol: mean}
    at |= {TABLE[name].symbol: Integer(1) for name in UNIT}
    at |= {TABLE[name].symbol: Integer(0) for name in ("staleness_error", "mean_multiplier", "error_multiplier")}
    return FORM.expr.xreplace(at)


def test_the_form_is_needed_between_the_ends_and_at_them() -> None:
    """The certificate mixes both ends of [F_min, F_max]; beyond the interval the form really fails."""
    optimum = optimise("T3-optimum", {**UNIT, **GENERAL, "steps": 1000})
    sizes, means = [Rational(k, 10) for k in range(40)], [Rational(k, 10) for k in (-10, 10)]

    def least(symmetric: Rational) -> Any:
        return min(form_value(optimum, symmetric, size, mean) for size in sizes for mean in means)

    inside = [Rational(k, 10) for k in (8, 9, 10, 11, 12)]
    assert all(least(symmetric) >= 0 for symmetric in inside)
    assert least(Rational(6, 10)) < 0


@pytest.mark.parametrize("device", theory.RESPONSES)
@pytest.mark.parametrize("bound", ["T3-optimum", "T8-optimum"])
def test_every_device_has_an_optimum_under_its_own_assumptions(bound: str, device: str) -> None:
    values = {**PIPED, **PARAMETERS, "steps": 1000}
    numbers = {name: values[name] for name in numbers_of(f"{bound}:{device}")}
    optimum = optimise(f"{bound}:{device}", numbers)
    assert proved(optimum, 1000) == pytest.approx(optimum.value, rel=FLOATS)
    assert not {"A3 F", "A3 F_min", "A3 G", "A3 q̄"} & {a.name for a in optimum.fact.assumptions}


def tilted_lemmas() -> tuple[Fact, ...]:
    """1 ± w/2τ, w/4τ and their sum within their bounds, for |w|/τ ≤ s̄ < 1."""
    known = (assume(SATURATION), assume(UNSATURATED))
    size = Abs(w) / tau
    return (
        decide_positive(known, 1 + w / (2 * tau)),
        decide(known, w / (2 * tau) + s_bar / 2),
        decide(known, s_bar / sqrt(2) - w / (2 * tau)),
        decide(known, s_bar / 4 - size / 4),
        decide(known, s_bar / sqrt(2) + s_bar / 4 - w / (2 * tau) - size / 4),
        decide_positive(known, 1 - s_bar / 2),
    )


TILTED = Response(
    name="tilted",
    title="device whose symmetric part varies",
    symmetric=1 + w / (2 * tau),
    asymmetric=w / (4 * tau),
    max_asymmetric=s_bar / 4,
    min_symmetric=1 - s_bar / 2,
    max_symmetric=1 + s_bar / sqrt(2),  # not rational, and not the least upper bound
    descent_bound=1 - s_bar,
    gain_bound=1 + s_bar / sqrt(2) + s_bar / 4,
    lemmas=tilted_lemmas,
)


def test_bounds_that_are_not_rational_are_rounded_outwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(theory.RESPONSES, "tilted", TILTED)
    numbers = {**PIPED, "steps": 1000, "saturation_bound": 0.5}
    bounds = problem("T8-optimum:tilted", numbers).given
    assert 0 < bounds["max_symmetric"] - (1 + 0.5 / 2**0.5) < 2e-12  # the last of twelve digits, and a float's
    optimum = optimise("T8-optimum:tilted", numbers)
    rounding = [a for a in optimum.fact.assumptions if a.name == "R bound"]
    assert rounding
    assert all(0 <= a.expr < 2e-12 for a in rounding)
    general = {"min_symmetric": 0.75, "max_symmetric": 1.354, "max_asymmetric": 0.125, "gain_bound": 1.479}
    alone = optimise("T8-optimum", {**PIPED, **general, "steps": 1000})
    assert alone.value == pytest.approx(optimum.value, rel=1e-3)  # those bounds, rounded outwards to three digits
    assert alone.value > optimum.value


def steep_lemmas() -> tuple[Fact, ...]:
    """0 < (1−s̄)^γ ≤ (1 + w/τ)^γ ≤ (1+s̄)^γ for |w|/τ ≤ s̄ < 1."""
    known, gain = (assume(SATURATION), assume(UNSATURATED)), 1 + w / tau
    low, high = decide_positive(known, 1 - s_bar), signed(1 + s_bar)
    here = decide_positive(known, gain)
    return (
        positive_power(here, gamma),
        positive_power(low, gamma),
        power(low, here, decide(known, gain - 1 + s_bar), gamma),
        power(here, high, decide(known, 1 + s_bar - gain), gamma),
    )


STEEP = replace(
    TILTED,
    symmetric=(1 + w / tau) ** gamma,
    asymmetric=Integer(0),
    max_asymmetric=Integer(0),
    min_symmetric=(1 - s_bar) ** gamma,
    max_symmetric=(1 + s_bar) ** gamma,
    gain_bound=(1 + s_bar) ** gamma,
    lemmas=steep_lemmas,
)


def test_a_power_that_needs_its_exponent_leaves_conditions_on_the_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    """(1 + w/τ)^(3/2) is in the kernel's language only while γ is a symbol; for γ = 2 nothing is left."""
    monkeypatch.setitem(theory.RESPONSES, "steep", STEEP)
    numbers = {**PIPED, "steps": 1000, "saturation_bound": 0.3}
    whole = optimise("T8-optimum:steep", {**numbers, "gamma": 2}).fact
    assert not [a for a in whole.assumptions if a.on_parameters]
    optimum = optimise("T8-optimum:steep", {**numbers, "gamma": 1.5})
    left = [a for a in optimum.fact.assumptions if a.on_parameters]
    assert {a.name for a in left} == {"R bound", "A3 range"}
    at = {s_bar: Rational(3, 10), gamma: Rational(3, 2)}
    assert all(a.expr.xreplace(at) > 0 for a in left)
    assert proved(optimum, 1000) == pytest.approx(optimum.value, rel=FLOATS)


def test_a_device_whose_lemmas_do_not_prove_its_bounds_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """F_max too small by a thousandth."""
    wrong = replace(TILTED, max_symmetric=TILTED.max_symmetric - Rational(1, 1000))
    monkeypatch.setitem(theory.RESPONSES, "tilted", wrong)
    with pytest.raises(Rejected):
        optimise("T8-optimum:tilted", {**PIPED, "steps": 1000, "saturation_bound": 0.5})


@pytest.mark.parametrize("name", ["descent_rate", "mean_multiplier", "error_multiplier", "multiplier"])
@pytest.mark.parametrize("bound", [LINEAR, "T8-optimum"])
def test_multipliers_that_do_not_fit_are_rejected(name: str, bound: str) -> None:
    """The optimum sits on the boundary of the cone: a thousandth off in the wrong direction and nothing is proved."""
    numbers = linear(0.5, 3) if bound == LINEAR else {**PIPED, **GENERAL, "gain_bound": 1.4, "steps": 1000}
    at = dict(optimise(bound, numbers).multipliers)
    at[name] *= Fraction(1001, 1000) if name == "descent_rate" else Fraction(999, 1000)
    with pytest.raises(Rejected):
        certify(problem(bound, numbers), at)


def test_asynchrony_costs_four_per_cent_where_it_was_said_to() -> None:
    price = price_of_asynchrony(LINEAR, linear(0.5, 15, 100_000))
    assert price == pytest.approx(4.0, abs=0.1)  # per cent, one digit
    assert price_of_asynchrony(LINEAR, linear(0.5, 0, 100_000)) == pytest.approx(0.0, abs=1e-6)  # two searches


def test_a_general_device_has_a_price_too() -> None:
    numbers = {**PIPED, **GENERAL, "gain_bound": 1.5, "steps": 100_000}
    assert (
        0
        < price_of_asynchrony("T8-optimum", numbers)
        < price_of_asynchrony("T8-optimum", {**numbers, "max_delay": 15, "mean_delay": 7.5})
    )


@pytest.mark.parametrize("bound", ["T3-optimum:asymmetric_linear", LINEAR])
def test_a_fixed_step_size_is_kept_exactly_and_costs(bound: str) -> None:
    values = linear(0.5, 3)
    numbers = {name: values[name] for name in numbers_of(bound)}
    free, third = optimise(bound, numbers), Fraction(1, 300)
    fixed = optimise(bound, {**numbers, "step_size": third})
    assert fixed.multipliers["step_size"] == third
    assert fixed.value > free.value
    again = optimise(bound, {**numbers, "step_size": free.multipliers["step_size"]})
    assert again.value == pytest.approx(free.value, rel=1e-9)  # the optimum, found by another search


def test_digital_hardware_without_noise_has_the_closed_form() -> None:
    """A = α − Lα²/2, which performance estimation shows to be exact; σ is positive by definition, so nearly zero."""
    numbers = {**UNIT, "noise_deviation": 1e-6, "steps": 3, "step_size": 0.1}
    assert optimise("T3-optimum:ideal", numbers).value == pytest.approx(1 / (3 * 0.095), rel=1e-9)  # σ² and rounding


def test_multipliers_are_exact_rationals() -> None:
    multipliers = optimise(LINEAR, linear(0.1, 0)).multipliers
    assert all(isinstance(value, Fraction) for value in multipliers.values())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"saturation_bound": 1.0}, "needs s̄ < 1; got saturation_bound = 1"),
        ({"mean_delay": 4.0}, "mean_delay <= max_delay is needed, got mean_delay = 4 and max_delay = 3"),
        ({"smoothness": 0.0}, "smoothness must be > 0, got 0.0"),
        ({"max_delay": -1}, "max_delay must be >= 0, got -1"),
        ({"noise_deviation": float("nan")}, "noise_deviation must be a finite number, got nan"),
        ({"noise_deviation": "1"}, "noise_deviation must be a finite number, got '1'"),
        ({"steps": 10.5}, "steps must be a whole number >= 1, got 10.5"),
        ({"tau": 1.0}, "takes no 'tau'"),
        ({"step_sise": 1.0}, "did you mean 'step_size'"),
        ({"step_size": 3.0}, r"no multipliers make the bound finite at step_size = 3; 0\.\d+ is short enough"),
    ],
)
def test_bad_numbers_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(theory.OutOfDomain, match=message):
        optimise(LINEAR, {**linear(0.5, 3), **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_symmetric": 1.3}, "min_symmetric <= max_symmetric is needed, got min_symmetric = 1.3"),
        ({"gain_bound": 0.7}, "min_symmetric <= gain_bound is needed"),
        ({"max_asymmetric": 0.8}, "max_asymmetric < min_symmetric is needed.*; got max_asymmetric = 0.8"),
    ],
)
def test_bounds_that_no_device_has_are_named(change: dict[str, float], message: str) -> None:
    with pytest.raises(theory.OutOfDomain, match=message):
        optimise("T8-optimum", {**PIPED, **GENERAL, "gain_bound": 1.5, "steps": 1000, **change})


@pytest.mark.parametrize("bound", ["T3-family", "T8-optimum:", "T8-optimum:crystal", ""])
def test_unknown_bounds_are_named(bound: str) -> None:
    with pytest.raises(theory.OutOfDomain, match="bound must be T3-optimum or T8-optimum, alone or"):
        optimise(bound, linear(0.5, 3))


def test_missing_numbers_are_named() -> None:
    with pytest.raises(theory.OutOfDomain, match="needs 'smoothness'"):
        optimise(LINEAR, {name: value for name, value in linear(0.5, 3).items() if name != "smoothness"})
