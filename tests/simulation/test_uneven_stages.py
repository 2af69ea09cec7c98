"""Timetables carried out with stages of unequal speed: the lockstep case, exact predictions, and bad durations."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.schedules import SCHEDULES, PipelineSchedule, Timing, Unit, Update, timed
from tests.simulation.test_schedules import assert_lawful, make, table_of

QUICK = settings(deadline=None, max_examples=30)
TIMES = st.fractions(Fraction(1, 10), 4, max_denominator=10)
LOCKSTEP = sorted(set(SCHEDULES) - {"asynchronous_concurrent", "stashed_concurrent"})


@pytest.mark.parametrize("name", LOCKSTEP)
@QUICK
@given(stages=st.integers(1, 6), microbatches=st.integers(1, 5), batches=st.integers(1, 8))
def test_equal_stages_keep_the_clocks(name: str, stages: int, microbatches: int, batches: int) -> None:
    table = table_of(name, stages, microbatches, batches)
    timing = timed(table)
    assert timing.clocks == table.clocks
    assert timing.density == table.density


@pytest.mark.parametrize("name", ["asynchronous_concurrent", "stashed_concurrent"])
def test_without_a_hop_a_clock_the_concurrent_order_takes_less_time(name: str) -> None:
    # The order asks for 2(M − 1) forward units before the first backward at stage 0; they need not wait for clocks.
    table = table_of(name, 4, 1, 20)
    assert timed(table).clocks < table.clocks


def assert_lawful_timing(timing: Timing) -> None:
    """No worker does two things at once, and every unit starts after the one that it waits for."""
    stop = {span.what: span.stop for span in timing.spans}
    for worker in range(timing.timetable.workers):
        spans = sorted((span.start, span.stop) for span in timing.spans if span.what.worker == worker)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
    for span in timing.spans:
        sender = timing.timetable.sender(span.what) if isinstance(span.what, Unit) else None
        assert sender is None or stop[sender] <= span.start


@pytest.mark.parametrize("name", sorted(SCHEDULES))
@QUICK
@given(data=st.data(), stages=st.integers(1, 5), microbatches=st.integers(1, 4))
def test_any_durations_keep_the_order_lawful(name: str, data: st.DataObject, stages: int, microbatches: int) -> None:
    each = st.lists(TIMES, min_size=stages, max_size=stages)
    forward, backward = data.draw(each), data.draw(each)
    timing = timed(
        table_of(name, stages, microbatches, 3), forward=forward, backward=backward, updating=data.draw(each)
    )
    assert_lawful_timing(timing)
    assert 0 < timing.density <= 1
    assert sum(isinstance(span.what, Update) for span in timing.spans) == len(timing.timetable.updates)


def test_a_unit_that_starts_too_early_is_caught() -> None:
    timing = timed(table_of("asynchronous_1f1b", 3, 1, 4))
    early = tuple(span._replace(start=span.start - Fraction(1, 4)) for span in timing.spans)
    with pytest.raises(AssertionError):
        assert_lawful_timing(Timing(timetable=timing.timetable, spans=early))


@pytest.mark.parametrize("slow", [0, 1, 2])
def test_a_slow_stage_sets_the_pace_of_an_asynchronous_pipeline(slow: int) -> None:
    # Stage `slow` takes 3 clocks a sample instead of 1, so each further sample costs 3 clocks.
    halves = [Fraction(3, 2) if stage == slow else Fraction(1, 2) for stage in range(3)]
    clocks = [
        timed(table_of("asynchronous_1f1b", 3, 1, samples), forward=halves, backward=halves).clocks
        for samples in (10, 11, 20)
    ]
    assert clocks[1] - clocks[0] == 3
    assert clocks[2] - clocks[0] == 30


def test_vanilla_takes_the_sum_of_its_stages() -> None:
    forward, backward = [Fraction(1), Fraction(2)], [Fraction(3), Fraction(1, 2)]
    timing = timed(table_of("vanilla", 2, 1, 4), forward=forward, backward=backward, updating=Fraction(1, 4))
    # 4 samples of 13/2; the first stage's update delays the next sample, the last stage's is hidden behind it.
    assert timing.clocks == 4 * (Fraction(13, 2) + Fraction(1, 4))


def copying(name: str, cost: Fraction) -> Timing:
    schedule: PipelineSchedule = SCHEDULES[name](stages=2, copy_cost=cost)
    return timed(schedule.timetable(4), updating=schedule.copying_time)


def test_copies_cost_time() -> None:
    # A replica does a micro-batch in 2 clocks, and waits for the copies of both stages: 4 batches of 2 + 2·cost.
    assert copying("data_parallel", Fraction(0)).clocks == 8
    assert copying("data_parallel", Fraction(5)).clocks == 4 * (2 + 2 * 5)
    assert copying("data_parallel", Fraction(5)).density == Fraction(8 * 2, 2 * 2 * 48)
    # Stashing: three copies at the last stage hold its last backward up, then stage 0 writes its own last one.
    even, costly = copying("stashed_1f1b", Fraction(0)), copying("stashed_1f1b", Fraction(5))
    assert even.clocks == 5
    assert costly.clocks == even.clocks + 4 * 5


LENGTHS = st.lists(st.integers(1, 6), min_size=1, max_size=5)


@QUICK
@given(lengths=LENGTHS, samples=st.integers(1, 15))
def test_greedy_stages_of_any_speed_are_lawful(lengths: list[int], samples: int) -> None:
    schedule = greedy(lengths)
    table = schedule.timetable(samples)
    assert_lawful(table)
    assert all(delay <= len(lengths) - 1 - stage for stage, delay in enumerate(table.delays))
    assert all(held <= len(lengths) - stage for stage, held in enumerate(table.activations))
    assert timed(table).clocks <= table.clocks  # done as early as its order allows


def greedy(lengths: list[int]) -> PipelineSchedule:
    schedule: PipelineSchedule = SCHEDULES["asynchronous_greedy"](stages=len(lengths), lengths=lengths)
    return schedule


@pytest.mark.parametrize(
    ("lengths", "delays"), [([1, 1, 1], (2, 1, 0)), ([1, 1, 9], (2, 1, 0)), ([5, 1, 1], (1, 0, 0)), ([9, 1], (1, 0))]
)
def test_a_slow_first_stage_shortens_the_delays(lengths: list[int], delays: tuple[int, ...]) -> None:
    assert greedy(lengths).steady_delays() == delays


def test_greedy_stages_as_a_picture() -> None:
    # The second stage takes two slots a unit; the first may hold two samples and waits for room.
    assert greedy([1, 2]).timetable(3).picture().splitlines() == [
        "0 | F0  F1  .   .   .   B0* F2  .   .   B1* .   .   .   B2*",
        "1 | .   F0  F0  B0  B0* F1  F1  B1  B1* F2  F2  B2  B2* .",
    ]


@pytest.mark.parametrize(
    ("lengths", "message"), [([1, 0], "lengths must be an integer >= 1, got 0"), ([1, 1, 1], "lengths must be 2, one")]
)
def test_bad_lengths_are_named(lengths: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SCHEDULES["asynchronous_greedy"](stages=2, lengths=lengths)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"forward": 0}, "forward must be finite and > 0, got 0"),
    ({"backward": [1, 2]}, "backward must be one number or 3, one a stage, got 2"),
    ({"backward": [1, 2, float("inf")]}, "backward must be finite and > 0, got inf"),
    ({"updating": -1}, "updating must be finite and >= 0, got -1"),
]


@pytest.mark.parametrize(("durations", "message"), BAD)
def test_bad_durations_are_named(durations: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        timed(make("vanilla", 3, 1).timetable(1), **durations)
