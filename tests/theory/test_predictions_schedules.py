"""E5: the closed forms against timetables that a small independent executor fills in."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from sympy import Symbol

from theory.predictions import SCHEDULES, ScheduleCounts
from theory.predictions._notation import microbatches, samples, stages

STAGES, BATCH, SAMPLES = (1, 2, 3, 5), 4, 24
Slot = Callable[[int, int], int]
Slots = tuple[Slot, Slot]


def slots(name: str, M: int, B: int) -> Slots:
    """Half-clock of the forward and of the backward of sample k at stage m, both from 0, read off the pictures."""
    length = 2 * (B + M - 1)
    table: dict[str, Slots] = {
        "vanilla": (lambda k, m: 2 * M * k + m, lambda k, m: 2 * M * k + 2 * M - 1 - m),
        "synchronous": (
            lambda k, m: k // B * length + k % B + m,
            lambda k, m: k // B * length + length // 2 + k % B + M - 1 - m,
        ),
        "synchronous_1f1b": (
            lambda k, m: k // B * length + 2 * (k % B) + m,
            lambda k, m: k // B * length + 2 * (k % B) + 2 * M - 1 - m,
        ),
        "asynchronous_1f1b": (lambda k, m: 2 * k + m, lambda k, m: 2 * k + 2 * M - 1 - m),
        "asynchronous_concurrent": (lambda k, m: 2 * (k + m), lambda k, m: 2 * (k + 2 * (M - 1) - m) + 1),
    }
    return table[name]


def executed(name: str, M: int, B: int, K: int) -> dict[str, Any]:
    """Clocks, delays, activations and updates counted in the timetable, which must be one that can be carried out."""
    forward, backward = slots(name, M, B)
    for m in range(M):
        used = [f(k, m) for f in (forward, backward) for k in range(K)]
        assert len(set(used)) == 2 * K  # a stage does one thing at a time
        for k in range(K):
            assert m == 0 or forward(k, m - 1) < forward(k, m)
            assert forward(k, m) < backward(k, m)
            assert m == 0 or backward(k, m) < backward(k, m - 1)
    last = max(backward(k, m) for k in range(K) for m in range(M))
    return {
        "clocks": Fraction(last + 1, 2),
        "updates": K // B,
        "delays": tuple(stale(forward, backward, m, B, K) for m in range(M)),
        "in_flight": tuple(held(forward, backward, m, K) for m in range(M)),
    }


def stale(forward: Slot, backward: Slot, m: int, B: int, K: int) -> int:
    """Largest number of updates that stage m makes between a sample's forward and the update that uses it."""
    updates = [backward(k, m) for k in range(B - 1, K, B)]
    return max(k // B - sum(u < forward(k, m) for u in updates) for k in range(K))


def held(forward: Slot, backward: Slot, m: int, K: int) -> int:
    """Samples that are between their forward and their backward at stage m, at most."""
    return max(sum(forward(k, m) <= t <= backward(k, m) for k in range(K)) for t in (forward(k, m) for k in range(K)))


@pytest.mark.parametrize("M", STAGES)
@pytest.mark.parametrize("name", SCHEDULES)
def test_the_closed_forms_are_what_the_timetable_counts(name: str, M: int) -> None:
    B = BATCH if SCHEDULES[name].batched else 1
    counts = SCHEDULES[name].count(stages=M, samples=SAMPLES, microbatches=B)
    measured = executed(name, M, B, SAMPLES)
    assert {key: getattr(counts, key) for key in measured} == measured
    assert counts.density == Fraction(SAMPLES) / measured["clocks"]


@pytest.mark.parametrize("field", ["clocks", "updates", "delay", "in_flight"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_closed_form_that_is_off_by_one_is_caught(name: str, field: str) -> None:
    forms = SCHEDULES[name]
    wrong = replace(forms, **{field: getattr(forms, field) + 1})
    B = BATCH if forms.batched else 1
    counts, measured = wrong.count(stages=3, samples=SAMPLES, microbatches=B), executed(name, 3, B, SAMPLES)
    assert {key: getattr(counts, key) for key in measured} != measured


def test_densities_are_the_published_ones() -> None:
    M, B = stages, microbatches
    expected = {"vanilla": 1 / M, "synchronous": B / (M + B - 1), "asynchronous_1f1b": 1, "asynchronous_concurrent": 1}
    assert {name: SCHEDULES[name].steady_density for name in expected} == expected


def test_one_stage_is_no_pipeline() -> None:
    for forms in SCHEDULES.values():
        counts = forms.count(stages=1, samples=12)
        assert [counts.clocks, counts.density, *counts.delays, counts.mean_delay()] == [12, 1, 0, 0]


def test_a_batch_of_one_is_vanilla() -> None:
    one, other = (SCHEDULES[name].count(stages=4, samples=6) for name in ("synchronous", "vanilla"))
    assert (one.clocks, one.density, one.in_flight) == (other.clocks, other.density, other.in_flight)


@pytest.mark.parametrize("M", STAGES)
@pytest.mark.parametrize("name", SCHEDULES)
def test_the_mean_delay_is_the_mean_of_the_delays(name: str, M: int) -> None:
    counts = SCHEDULES[name].count(stages=M, samples=8)
    assert SCHEDULES[name].mean_delay.subs(stages, M) == sum(counts.delays) / M == counts.mean_delay()


def test_the_mean_delay_is_weighted_by_the_noise() -> None:
    counts = SCHEDULES["asynchronous_1f1b"].count(stages=3, samples=8)
    assert counts.mean_delay((Fraction(1, 2), 1, Fraction(5, 2))) == Fraction(1, 2)  # (2·½ + 1·1 + 0)/4
    for bad in ((1, 2), (1, -1, 1), (0, 0, 0)):
        with pytest.raises(ValueError, match="noise_variance must be 3 numbers >= 0, not all 0"):
            counts.mean_delay(bad)


def test_few_samples_do_not_fill_a_stage() -> None:
    assert SCHEDULES["asynchronous_concurrent"].count(stages=5, samples=2).in_flight == tuple(
        map(Fraction, (2, 2, 2, 2, 1))
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"stages": 0}, "stages must be an integer >= 1, got 0"),
        ({"samples": 2.5}, "samples must be an integer >= 1, got 2.5"),
        ({"microbatches": 5}, "samples must be a multiple of microbatches = 5, got 8"),
    ],
)
def test_bad_counts_are_named(arguments: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"stages": 3, "samples": 8, "microbatches": 2}
    with pytest.raises(ValueError, match=message):
        SCHEDULES["synchronous"].count(**good | arguments)


def test_a_batch_is_refused_where_every_sample_updates() -> None:
    with pytest.raises(ValueError, match="microbatches must be 1 for vanilla model parallelism, got 2"):
        ScheduleCounts(forms=SCHEDULES["vanilla"], stages=2, samples=4, microbatches=2)


def test_a_foreign_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="delay must only mention"):
        replace(SCHEDULES["vanilla"], delay=samples * Symbol("x"))
