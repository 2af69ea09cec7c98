"""Complexities: each derivation checked by substitution, closed forms against counting, limits against numbers."""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Any

import numpy as np
import pytest
from sympy import Expr, Limit, Rational, oo

import theory
from theory.complexity import (
    Derived,
    Equality,
    best_step,
    clock_ratio,
    complexity,
    leading_constant,
    staleness_constant,
    updates_to_target,
)
from theory.complexity_hardware import break_even_update, energy, wall_time
from theory.complexity_limits import (
    BestBatch,
    allowed_stages,
    batch_clocks,
    best_batch_penalty,
    best_microbatches,
    free_stages,
    largest_scaled_batch,
    noise_batch_at_limit,
)
from theory.predictions import SCHEDULES
from theory.predictions._notation import microbatches, stages

# Both sides are evaluated with 40 digits at rational numbers; a false equality differs in the first few of them.
DIGITS, EQUAL = 40, 1e-30
# A closed form in float64 against the same arithmetic in another order: some dozen roundings.
TWIN = 1e-12


def results() -> Iterator[Derived]:
    """Every result that the package derives."""
    yield from (best_step(), leading_constant(), staleness_constant(), updates_to_target())
    yield from (
        noise_batch_at_limit(),
        largest_scaled_batch(),
        batch_clocks(),
        best_microbatches(),
        best_batch_penalty(),
    )
    for forms in SCHEDULES.values():
        each = complexity(forms)
        yield from (each.updates, each.samples, each.clocks, free_stages(forms), allowed_stages(forms))
        yield from (clock_ratio(forms, other) for other in SCHEDULES.values())
        for accumulation in ("digital", "in_array"):
            yield from (wall_time(forms, accumulation), energy(forms, accumulation))
    pair = (SCHEDULES["synchronous"], SCHEDULES["asynchronous_1f1b"])
    yield from (break_even_update(*pair, "digital"), break_even_update(*pair, "in_array"))


STEPS = tuple(dict.fromkeys((step.text, step.lhs, step.rhs) for result in results() for step in result.steps))


def numbers(expr: Expr, rng: np.random.Generator) -> dict[Any, Rational]:
    """A positive rational for every symbol; B beyond c, as the derivations demand."""
    values = {s: Rational(int(rng.integers(1, 90)), int(rng.integers(10, 40))) for s in expr.free_symbols}
    for symbol in values:
        if symbol.name == "microbatches":
            values[symbol] += 20
    return values


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[0][:40])
def test_every_step_of_every_derivation_holds(step: tuple[str, Expr, Expr]) -> None:
    equality = Equality(text=step[0], lhs=step[1], rhs=step[2])
    assert equality.holds()
    assert not replace(equality, rhs=equality.rhs * 2 + 1).holds()
    lhs, rhs = step[1].doit(), step[2]
    rng = np.random.default_rng(0)
    for _ in range(3):
        at = numbers(lhs + rhs, rng)
        left, right = (side.subs(at).evalf(DIGITS, chop=True) for side in (lhs, rhs))
        assert abs(left - right) <= EQUAL * (1 + abs(left))


def test_a_result_without_a_derivation_is_refused() -> None:
    with pytest.raises(ValueError, match="x must have at least one step, got none"):
        Derived(name="x", unit="1", value=stages, steps=())


CONSTANTS = {"leading_constant": 3.0, "target": 0.05}
STALE = {"staleness_per_delay": 0.7, "stages": 6}


def test_the_closed_form_is_the_least_count_that_a_search_finds() -> None:
    found = updates_to_target().at(leading_constant=3.0, staleness_constant=0.9, target=0.05)
    low, high = 1, 10**9
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if 3 / middle**0.5 + 0.9 / middle <= 0.05 else (middle + 1, high)
    assert ceil(found) == low
    assert ceil(updates_to_target().at(leading_constant=3.0, staleness_constant=9.0, target=0.05)) != low


def test_the_price_of_staleness_is_between_one_and_two_times_s_over_epsilon() -> None:
    for target in (0.5, 0.05, 0.0005):
        K = updates_to_target().at(leading_constant=3.0, staleness_constant=0.9, target=target)
        assert 0.9 / target <= K - 9 / target**2 <= 2 * 0.9 / target


def test_the_published_ratios_are_the_limits() -> None:
    vanilla, synchronous, asynchronous = (SCHEDULES[name] for name in ("vanilla", "synchronous", "asynchronous_1f1b"))
    assert clock_ratio(vanilla, asynchronous).value == stages
    assert (clock_ratio(synchronous, asynchronous).value - (stages + microbatches - 1) / microbatches).simplify() == 0
    assert clock_ratio(SCHEDULES["asynchronous_concurrent"], asynchronous).value == 1


def test_the_ratio_is_approached_from_below_at_a_finite_target() -> None:
    slow, fast = (complexity(SCHEDULES[name]).clocks for name in ("vanilla", "asynchronous_1f1b"))
    ratios = []
    for target in (1e-1, 1e-3, 1e-5):
        given = CONSTANTS | {"target": target}
        ratios.append(slow.at(**given, stages=6) / fast.at(**given | STALE))
    assert ratios == sorted(ratios)
    assert ratios[-1] < 6
    assert ratios[-1] == pytest.approx(6, rel=1e-4)  # sD̄ε/A² + Mε²/A² is 2e-6 there
    assert ratios[0] < 5.9


def test_samples_do_not_depend_on_the_batch_but_updates_do() -> None:
    batched = complexity(SCHEDULES["synchronous"])
    assert batched.samples.at(**CONSTANTS) == pytest.approx(complexity(SCHEDULES["vanilla"]).samples.at(**CONSTANTS))
    assert batched.updates.at(**CONSTANTS, microbatches=8) == pytest.approx(
        batched.samples.at(**CONSTANTS) / 8, rel=TWIN
    )


def test_constants_are_those_of_the_proved_statements() -> None:
    given = {
        "initial_gap": 2.0, "smoothness": 4.0, "noise_deviation": 3.0, "gain_bound": 1.5, "descent_bound": 0.5,
    }  # fmt: skip
    steps = 800.0
    bound = theory.get("T3-rate").bound(**given, steps=steps, drift_variance=0.0, max_symmetric=1.0)
    assert leading_constant().at(**given) / steps**0.5 == pytest.approx(bound, rel=TWIN)
    assert 2 * leading_constant().at(**given) / steps**0.5 != pytest.approx(bound, rel=0.1)


def test_the_staleness_constant_is_the_term_of_t8_at_its_step_size() -> None:
    # 2(1+1/u)(q²/F_min)α²L_Φ²·D̄q²σ²/m at α² = 2Δ/(LKq²σ²), worked by hand: 4(1+1/u)q²L_Φ²ΔD̄/(F_min L m K).
    u, q, F_min, L_stale, gap, L, m = 0.5, 1.5, 0.8, 2.0, 2.0, 4.0, 0.5
    by_hand = 4 * (1 + 1 / u) * q**2 * L_stale**2 * gap / (F_min * L * m)
    found = staleness_constant().at(
        young=u, gain_bound=q, min_symmetric=F_min, staleness_lipschitz=L_stale,
        initial_gap=gap, smoothness=L, descent_bound=m,
    )  # fmt: skip
    assert found == pytest.approx(by_hand, rel=TWIN)


@pytest.mark.parametrize("M", [1, 2, 5, 16])
@pytest.mark.parametrize("c", [0.03, 0.9, 3.3, 40.0])
def test_the_best_batch_is_the_one_that_a_search_finds(M: int, c: float) -> None:
    best = BestBatch(stages=M, noise_batch=c)
    clocks = [best.clocks(batch) for batch in range(1, 400)]
    assert best.clocks(best.value) == min(clocks)
    assert best.clocks(best.value + 1) >= min(clocks)
    if M > 1:
        relative = best_microbatches().at(stages=M, noise_batch=c)
        continuous = (relative + M - 1) * relative / (relative - c)
        assert continuous / (4 * c) == pytest.approx(best_batch_penalty().at(stages=M, noise_batch=c), rel=TWIN)
        assert continuous <= min(clocks) * (1 + TWIN)


def test_a_batch_whose_noise_exceeds_the_target_never_gets_there() -> None:
    assert BestBatch(stages=4, noise_batch=3.0).clocks(3) == float("inf")


def test_both_batch_formulas_meet_where_the_step_size_reaches_its_limit() -> None:
    given = {
        "initial_gap": 2.0, "smoothness": 4.0, "noise_deviation": 3.0, "gain_bound": 1.5, "descent_bound": 0.5,
    }  # fmt: skip
    target, F_max = 0.05, 1.2
    bounds = {"gain_bound": 1.5, "descent_bound": 0.5, "noise_deviation": 3.0, "max_symmetric": F_max}
    B = largest_scaled_batch().at(**bounds, target=target)
    scaled = complexity(SCHEDULES["synchronous"]).clocks.at(
        leading_constant=leading_constant().at(**given), target=target, stages=5, microbatches=B
    )
    limited = batch_clocks().at(
        initial_gap=2.0, smoothness=4.0, descent_bound=0.5, max_symmetric=F_max, target=target, stages=5,
        microbatches=B, noise_batch=B / 2,
    )  # fmt: skip
    assert scaled == pytest.approx(limited, rel=TWIN)
    assert best_microbatches().at(stages=5, noise_batch=B / 2) > B


@pytest.mark.parametrize(("stages_given", "batch", "named"), [(0, 1.0, "stages"), (2, -1.0, "noise_batch")])
def test_bad_batches_are_named(stages_given: int, batch: float, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        BestBatch(stages=stages_given, noise_batch=batch)


@pytest.mark.parametrize("name", ["asynchronous_1f1b", "asynchronous_concurrent"])
def test_at_the_largest_free_pipeline_the_staleness_term_is_the_given_fraction(name: str) -> None:
    forms, rho = SCHEDULES[name], 0.1
    M = free_stages(forms).at(**CONSTANTS, staleness_per_delay=0.7, fraction=rho)
    shares = []
    for size in (M, 2 * M):
        given = CONSTANTS | {"staleness_per_delay": 0.7, "stages": size}
        K = complexity(forms).updates.at(**given)
        S = 0.7 * float(forms.mean_delay.subs(stages, size))
        shares.append(S / K / (3.0 / K**0.5))
    assert shares[0] == pytest.approx(rho, rel=TWIN)
    assert shares[1] > 1.5 * rho


def test_without_delay_every_number_of_stages_is_free() -> None:
    for name in ("vanilla", "synchronous", "synchronous_1f1b"):
        assert free_stages(SCHEDULES[name]).value == allowed_stages(SCHEDULES[name]).value == oo


def test_twice_the_delay_leaves_half_the_stages() -> None:
    one, two = (SCHEDULES[name] for name in ("asynchronous_1f1b", "asynchronous_concurrent"))
    for count in (free_stages, allowed_stages):
        assert ((count(one).value - 1) / (count(two).value - 1)).simplify() == 2


def test_a_limit_is_taken_and_not_asserted() -> None:
    step = clock_ratio(SCHEDULES["vanilla"], SCHEDULES["asynchronous_1f1b"]).steps[0]
    assert isinstance(step.lhs, Limit)
    assert not replace(step, rhs=stages - 1).holds()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": 0.0}, "target must be finite and > 0, got 0"),
        ({"staleness_constant": -1.0}, "staleness_constant must be finite and >= 0"),
        ({"goal": 1.0}, "K needs values for leading_constant, staleness_constant, target, got goal"),
    ],
)
def test_bad_numbers_are_named(change: dict[str, float], message: str) -> None:
    given = {"leading_constant": 1.0, "staleness_constant": 0.0, "target": 0.1}
    with pytest.raises(ValueError, match=message):
        updates_to_target().at(**given | change)
