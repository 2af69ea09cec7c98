"""Wall time against a timetable carried out in exact arithmetic; energy against a sum over operations."""

from fractions import Fraction
from typing import Any, cast

import pytest
from sympy import oo

from tests.theory.test_predictions_schedules import slots
from theory.complexity_hardware import (
    LATENCIES,
    Accumulation,
    Energy,
    Latency,
    break_even_update,
    energy_at,
    time_at,
    wall_time,
    writes,
)
from theory.predictions import SCHEDULES

SAMPLES, BATCH = 24, 4
DURATIONS = [(40, 40, Fraction(1659, 10)), (30, 50, 7), (50, 30, 7), (40, 40, 0), (1, 1, 100)]
PUBLISHED = LATENCIES["analog_sgd"]
# Float64 against exact rationals: a handful of roundings.
TWIN = 1e-14


def carried_out(name: str, M: int, durations: tuple[Any, Any, Any], accumulation: Accumulation) -> Fraction:
    """When the last stage is done, each starting its next unit as soon as it and the message are there."""
    forward, backward, update = map(Fraction, durations)
    B = BATCH if SCHEDULES[name].batched else 1
    into, back = slots(name, M, B)
    units = sorted(
        [(into(k, m), "F", k, m) for k in range(SAMPLES) for m in range(M)]
        + [(back(k, m), "B", k, m) for k in range(SAMPLES) for m in range(M)]
    )
    done: dict[tuple[str, int, int], Fraction] = {}
    free = [Fraction(0)] * M
    for _, kind, k, m in units:
        message = done.get((kind, k, m - 1 if kind == "F" else m + 1), Fraction(0))
        end = max(message, free[m]) + (forward if kind == "F" else backward)
        done[kind, k, m] = end
        written = kind == "B" and (accumulation == "in_array" or k % B == B - 1)
        free[m] = end + update if written else end
    return max(free)


def predicted(name: str, M: int, durations: tuple[Any, Any, Any], accumulation: Accumulation) -> Fraction:
    value = wall_time(SCHEDULES[name], accumulation).value
    names = ("forward_time", "backward_time", "update_time")
    given = dict(zip(names, durations, strict=True)) | {
        "samples": SAMPLES, "stages": M, "microbatches": BATCH, "layers": 1,
    }  # fmt: skip
    exact = value.subs({symbol: given[symbol.name] for symbol in value.free_symbols})
    return Fraction(int(exact.p), int(exact.q))


@pytest.mark.parametrize("durations", DURATIONS)
@pytest.mark.parametrize("accumulation", ["digital", "in_array"])
@pytest.mark.parametrize("M", [1, 2, 5])
@pytest.mark.parametrize("name", SCHEDULES)
def test_the_wall_time_is_that_of_the_timetable(name: str, M: int, accumulation: Accumulation, durations: Any) -> None:
    gap = predicted(name, M, durations, accumulation) - carried_out(name, M, durations, accumulation)
    # The concurrent schedule's messages wait for their clock to end; carried out early they do not.
    waiting = (M - 1) * (durations[0] + durations[1]) if name == "asynchronous_concurrent" else 0
    assert gap == waiting


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_time_without_its_writes_is_caught(name: str) -> None:
    free = (40, 40, 0)
    assert predicted(name, 3, free, "digital") < carried_out(name, 3, DURATIONS[0], "digital")


def test_published_latencies() -> None:
    assert PUBLISHED.update_time == pytest.approx(165.9, rel=TWIN)
    assert LATENCIES["residual_learning"].update_time == 371.8
    assert time_at(SCHEDULES["vanilla"], "digital", PUBLISHED, samples=1, stages=4, layers=1) == pytest.approx(485.9)


def test_digital_accumulation_can_beat_asynchrony_in_time_though_not_in_clocks() -> None:
    synchronous, asynchronous = SCHEDULES["synchronous"], SCHEDULES["asynchronous_1f1b"]
    counts = {"samples": 6400, "stages": 4, "layers": 1}
    cases: tuple[tuple[Accumulation, bool], ...] = (("digital", True), ("in_array", False))
    for accumulation, faster in cases:
        one = time_at(synchronous, accumulation, PUBLISHED, **counts, microbatches=4)
        other = time_at(asynchronous, accumulation, PUBLISHED, **counts)
        assert (one < other) == faster


def test_the_break_even_update_separates_the_two() -> None:
    pair = (SCHEDULES["synchronous"], SCHEDULES["asynchronous_1f1b"])
    even = break_even_update(*pair, "digital")
    counts = {"stages": 4, "layers": 2, "microbatches": 5}
    at = even.at(**counts, forward_time=40.0, backward_time=40.0)
    assert at == pytest.approx(3 * 2 * 80 / 4)  # (M−1)ℓ(t_f+t_b)/(B−1)
    for factor, faster in ((0.9, False), (1.1, True)):
        latency = Latency(forward_time=40.0, backward_time=40.0, update_time=factor * at)
        times = [
            time_at(forms, "digital", latency, samples=10**7, stages=4, layers=2, **batch)
            for forms, batch in zip(pair, ({"microbatches": 5}, {}), strict=True)
        ]
        assert (times[0] < times[1]) == faster
    assert break_even_update(*pair, "in_array").value == oo


def test_energy_adds_up_over_operations_and_layers() -> None:
    cost = Energy(forward_energy=1.0, backward_energy=2.0, update_energy=5.0, static_power=0.25)
    counts = {"samples": 8, "stages": 3, "layers": 2, "microbatches": 4}
    found = energy_at(SCHEDULES["synchronous"], "digital", PUBLISHED, cost, **counts)
    time = time_at(SCHEDULES["synchronous"], "digital", PUBLISHED, **counts)
    by_hand = sum(1.0 + 2.0 for _ in range(3 * 2 * 8)) + sum(5.0 for _ in range(3 * 2 * 2)) + 6 * 0.25 * time
    assert found == pytest.approx(by_hand, rel=TWIN)
    assert energy_at(SCHEDULES["synchronous"], "in_array", PUBLISHED, cost, **counts) > found


def test_without_static_power_schedules_that_write_alike_cost_alike() -> None:
    cost = Energy(forward_energy=1.0, backward_energy=2.0, update_energy=5.0, static_power=0.0)
    idle = Energy(forward_energy=1.0, backward_energy=2.0, update_energy=5.0, static_power=1.0)
    pair = [SCHEDULES[name] for name in ("vanilla", "asynchronous_1f1b")]
    alike, apart = (
        [energy_at(forms, "digital", PUBLISHED, each, samples=8, stages=3, layers=2) for forms in pair]
        for each in (cost, idle)
    )
    assert alike[0] == alike[1]
    assert apart[0] > 1.5 * apart[1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Latency(forward_time=0.0, backward_time=1.0, update_time=1.0), "forward_time must be finite and > 0"),
        (
            lambda: Energy(forward_energy=1.0, backward_energy=-1.0, update_energy=1.0, static_power=0.0),
            "backward_energy must be finite and >= 0, got -1",
        ),
        (
            lambda: writes(SCHEDULES["vanilla"], cast(Any, "analog")),
            r"accumulation must be one of \('digital', 'in_array'\)",
        ),
        (
            lambda: time_at(SCHEDULES["vanilla"], "digital", PUBLISHED, samples=1, layers=1),
            "needs values for .*stages",
        ),
    ],
)
def test_bad_input_is_named(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
