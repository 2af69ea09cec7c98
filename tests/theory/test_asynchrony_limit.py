"""T9: its numbers against T3 and T8, its derivations step by step, and what asynchrony costs in the limit."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import theory
from theory.complexity import leading_constant, staleness_constant, updates_to_target
from theory.complexity_asynchrony import asynchronous_bound, best_split, extra_updates, price
from theory.theorems.t3_rate import BEST_STEP

# A closed form in float64 against the same arithmetic in another order: some dozen roundings.
TWIN = 1e-12
CONSTANTS = {
    "gain_bound": 1.5,
    "noise_deviation": 0.8,
    "initial_gap": 1.2,
    "smoothness": 0.9,
    "min_symmetric": 1.0,
    "staleness_lipschitz": 1.1,
    "mean_delay": 3.0,
}
ALLOWED = {"max_symmetric": 1.0, "max_delay": 6.0}


def t9(steps: float, young: float, drift: float) -> float:
    bound = theory.get("T9").bound(**CONSTANTS, **ALLOWED, steps=steps, young=young, drift_variance=drift)
    return float(bound)


@pytest.mark.parametrize("result", [asynchronous_bound(), extra_updates(), best_split(), price()], ids=lambda r: r.name)
def test_every_step_holds_and_can_fail(result: object) -> None:
    for step in result.steps:  # type: ignore[attr-defined]
        assert step.holds(), step.text
        assert not replace(step, rhs=step.rhs * 2 + 1).holds(), step.text


def test_t9_is_t8_at_the_best_step_size_of_t3() -> None:
    """With the averages at their uniform bounds q_max²σ² and q_max² D̄ σ²."""
    steps, young, drift = 1e6, 0.3, 0.25
    step = float(BEST_STEP.subs({s: {**CONSTANTS, "steps": steps}[s.name] for s in BEST_STEP.free_symbols}))
    total = CONSTANTS["gain_bound"] ** 2 * CONSTANTS["noise_deviation"] ** 2
    t8 = theory.get("T8").bound(
        **{name: CONSTANTS[name] for name in ("initial_gap", "smoothness", "min_symmetric", "staleness_lipschitz")},
        **ALLOWED,
        gain_bound=CONSTANTS["gain_bound"],
        steps=steps,
        young=young,
        step_size=step,
        drift_variance=drift,
        gain_variance=total,
        delayed_variance=total * CONSTANTS["mean_delay"],
    )
    assert t9(steps, young, drift) == pytest.approx(float(t8), rel=TWIN)


def test_the_bound_tends_to_the_asymptotic_error() -> None:
    drift, excess = 0.25, []
    for steps in (1e6, 1e8, 1e10):
        excess.append(t9(steps, steps**-0.5, drift) - drift)
    assert excess[0] > excess[1] > excess[2] > 0
    # Every term of the excess is of order K^(−1/2) at this u, up to one of order 1/K.
    assert excess[1] / excess[2] == pytest.approx(10, rel=1e-3)
    fixed = [t9(steps, 0.1, drift) - drift for steps in (1e8, 1e10)]
    assert fixed[1] > 0.1 * drift  # with u fixed the asymptotic error is larger: the limit needs u → 0


def test_the_bound_over_m_is_the_one_that_the_counts_use() -> None:
    values = {**CONSTANTS, "descent_bound": 0.6, "steps": 1e6, "young": 0.5}
    above = asynchronous_bound().at(**values)
    assert above == pytest.approx((t9(1e6, 0.5, 0.0)) / 0.6, rel=TWIN)
    names = ("gain_bound", "noise_deviation", "initial_gap", "smoothness", "descent_bound")
    transient = leading_constant().at(**{name: values[name] for name in names}) / 1e3
    others = (
        "gain_bound",
        "initial_gap",
        "smoothness",
        "min_symmetric",
        "staleness_lipschitz",
        "descent_bound",
        "young",
    )
    stale = staleness_constant().at(**{name: values[name] for name in others}) * 3.0 / 1e6
    assert above == pytest.approx(transient + stale, rel=TWIN)


def test_extra_updates_are_what_the_closed_form_has_more() -> None:
    needed = updates_to_target().at(leading_constant=3.0, staleness_constant=0.9, target=1e-5)
    # The next term is of relative order ε.
    assert needed - 9e10 == pytest.approx(extra_updates().at(staleness_constant=0.9, target=1e-5), rel=1e-4)


def test_the_best_split_is_the_one_that_a_search_finds() -> None:
    numbers = {"bare_staleness": 2.0, "asymptotic_error": 0.3, "steps": 1e4}
    found = minimize_scalar(lambda u: u * 0.3 + 2.0 * (1 + 1 / u) / 1e4, bracket=(1e-3, 1e-1), tol=1e-12)
    # A minimum is flat: half of the digits are lost in its place, none in its value.
    assert best_split().at(**numbers) == pytest.approx(found.x, rel=1e-6)
    assert price().at(**numbers) == pytest.approx(found.fun, rel=TWIN)


def test_without_asymmetry_asynchrony_costs_a_part_of_order_one_over_k() -> None:
    """T9 for digital hardware: u may grow without bound, its drift is zero."""
    ideal = theory.get("T9:ideal")
    shared = {name: CONSTANTS[name] for name in CONSTANTS if name not in {"gain_bound", "min_symmetric"}}
    excess = [
        float(ideal.bound(**shared, max_delay=6.0, steps=steps, young=1e9))
        - float(theory.get("T3-rate:ideal").bound(**{n: shared[n] for n in T3_NAMES}, steps=steps))
        for steps in (1e4, 1e6)
    ]
    assert excess[0] / excess[1] == pytest.approx(100, rel=1e-6)
    assert np.all(np.array(excess) > 0)


T3_NAMES = ("initial_gap", "smoothness", "noise_deviation")
