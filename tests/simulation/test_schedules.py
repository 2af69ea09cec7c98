"""Every discovered schedule: drawn as its docstring draws it, lawful, and with the closed forms of the theory."""

import doctest
import inspect
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES
from simulation.schedules import SCHEDULES, PipelineSchedule, Timetable, Unit
from tests.simulation.closed_forms import CLOSED_FORMS

EACH = pytest.mark.parametrize("name", sorted(SCHEDULES))
QUICK = settings(deadline=None, max_examples=40)
COUNTS = {"stages": st.integers(1, 7), "microbatches": st.integers(1, 6), "batches": st.integers(1, 20)}
PIPELINES = sorted(set(SCHEDULES) - {"data_parallel"})


def make(name: str, stages: int, microbatches: int) -> PipelineSchedule:
    kind = SCHEDULES[name]
    schedule: PipelineSchedule = kind(stages=stages, microbatches=microbatches if kind.batched else 1)
    return schedule


def table_of(name: str, stages: int, microbatches: int, batches: int) -> Timetable:
    schedule = make(name, stages, microbatches)
    return schedule.timetable(batches * schedule.microbatches)


@EACH
def test_the_docstring_draws_the_timetable(name: str) -> None:
    """The text above the drawing names M and, if it is not 1, B; the drawing shows the samples."""
    documented = inspect.getdoc(SCHEDULES[name]) or ""
    drawn = [line.strip() for line in documented.splitlines() if "|" in line]
    sizes = re.search(r"M = (\d+)(?:, B = (\d+))?[^|]*::\n", documented)
    assert drawn, "draw the timetable of a few samples in the docstring"
    assert sizes, "say above the drawing what it draws, as in 'M = 3, B = 2, one batch::'"
    stages, microbatches = int(sizes[1]), int(sizes[2] or 1)
    samples = 1 + max(int(number) for line in drawn for number in re.findall(r"[FB](\d+)", line))
    assert drawn == make(name, stages, microbatches).timetable(samples).picture().splitlines()


def test_asynchronous_1f1b_as_a_picture() -> None:
    assert make("asynchronous_1f1b", 2, 1).timetable(3).picture().splitlines() == [
        "0 | F0  .   F1  B0* F2  B1* .   B2*",
        "1 | .   F0  B0* F1  B1* F2  B2* .",
    ]


def test_synchronous_as_a_picture() -> None:
    assert make("synchronous", 2, 3).timetable(3).picture().splitlines() == [
        "0 | F0  F1  F2  .   .   B0  B1  B2*",
        "1 | .   F0  F1  F2  B0  B1  B2* .",
    ]


def assert_lawful(table: Timetable) -> None:
    """The rules, from the units alone, in other words than the checks of the timetable itself."""
    done = Counter((unit.kind, unit.stage, unit.sample) for unit in table.units)
    assert set(done.values()) == {1}
    assert len(done) == 2 * table.stages * table.samples
    used = Counter((unit.worker, slot) for unit in table.units for slot in range(unit.slot, unit.stop))
    assert max(used.values()) == 1
    assert table.density == Fraction(len(used), table.workers * table.slots)
    slot = {(unit.kind, unit.stage, unit.sample): unit.stop - 1 for unit in table.units}
    last = table.stages - 1
    for sample in range(table.samples):
        path = [slot["forward", stage, sample] for stage in range(table.stages)]
        path += [slot["backward", stage, sample] for stage in range(last, -1, -1)]
        assert path == sorted(set(path))
    for update in table.updates:
        assert all(slot["backward", update.stage, sample] <= update.slot for sample in update.samples)
    assert min(table.delays) >= 0
    assert table.delays[-1] == 0  # the last stage is fresh
    assert 0 < table.density <= 1


@EACH
@QUICK
@given(**COUNTS)
def test_every_schedule_is_lawful(name: str, stages: int, microbatches: int, batches: int) -> None:
    assert_lawful(table_of(name, stages, microbatches, batches))


@pytest.mark.parametrize("name", sorted(CLOSED_FORMS))
@QUICK
@given(**COUNTS)
def test_what_is_derived_equals_the_closed_forms(name: str, stages: int, microbatches: int, batches: int) -> None:
    table = table_of(name, stages, microbatches, batches)
    expected = CLOSED_FORMS[name](stages, table.samples // batches, batches)
    derived = {key: getattr(table, key) for key in expected}
    assert derived == expected
    assert all(isinstance(derived[key], Fraction) for key in ("clocks", "density"))


def test_the_example_of_the_documentation_runs() -> None:
    page = Path(__file__).parents[2] / "docs" / "schedules.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert result.attempted >= 6
    assert result.failed == 0


def test_closed_forms_are_of_schedules_that_there_are() -> None:
    assert set(CLOSED_FORMS) <= set(SCHEDULES)


@pytest.mark.parametrize("key", ["clocks", "density", "delays", "activations"])
def test_a_delay_off_by_one_or_a_clock_too_many_is_caught(key: str) -> None:
    table = table_of("asynchronous_1f1b", 4, 1, 9)
    wrong = CLOSED_FORMS["asynchronous_1f1b"](5, 1, 9)[key]
    assert getattr(table, key) != wrong


@pytest.mark.parametrize("name", PIPELINES)
@QUICK
@given(**COUNTS)
def test_each_sample_reads_the_weights_of_the_recursion(
    name: str, stages: int, microbatches: int, batches: int
) -> None:
    """Forward reads W_{max(0, k − d)}, backward W_k (the forward's if stashed), k the number of the update."""
    table = table_of(name, stages, microbatches, batches)
    steady = make(name, stages, microbatches).steady_delays()
    for stage, row in enumerate(table.reads):
        for sample, read in enumerate(row):
            update = sample // (table.samples // batches)
            forward = max(0, update - steady[stage])
            assert read == (update, forward, forward if table.stashed else update)


@EACH
def test_a_single_stage_does_one_sample_after_the_other(name: str) -> None:
    alone = table_of(name, 1, 1, 5)
    vanilla = table_of("vanilla", 1, 1, 5)
    assert alone.units == vanilla.units
    assert alone.updates == vanilla.updates


def test_asynchronous_density_tends_to_one() -> None:
    for name, lost in (("asynchronous_1f1b", 3), ("asynchronous_concurrent", 6)):
        for samples in (10, 1000):
            assert 1 - table_of(name, 4, 1, samples).density == Fraction(lost, samples + lost)


def good() -> Timetable:
    return table_of("asynchronous_1f1b", 2, 1, 3)


def with_unit(table: Timetable, index: int, **change: Any) -> dict[str, Any]:
    units = list(table.units)
    units[index] = units[index]._replace(**change)
    return {"units": tuple(units)}


def without_wait(table: Timetable) -> dict[str, Any]:
    """Stage 1 does the forward of sample 0 while stage 0 still does."""
    index = next(i for i, u in enumerate(table.units) if (u.kind, u.stage, u.sample) == ("forward", 1, 0))
    return with_unit(table, index, slot=0)


def overtaking(table: Timetable) -> dict[str, Any]:
    """Stage 0 takes sample 1 in sample 0's slot and the other way round: messages still come in time."""
    names = {("forward", 0): 1, ("forward", 1): 0}
    swapped = [u._replace(sample=names.get((u.kind, u.sample), u.sample)) for u in table.units if u.stage == 0]
    late = [u._replace(slot=u.slot + 10) for u in table.units if u.stage == 1 or u.kind == "backward"]
    return {"units": (*(u for u in swapped if u.kind == "forward"), *late), "updates": pushed(table, 10)}


def pushed(table: Timetable, slots: int) -> tuple[Any, ...]:
    return tuple(u._replace(slot=u.slot + slots) for u in table.updates)


FAULTS: list[tuple[Callable[[Timetable], dict[str, Any]], str]] = [
    (lambda t: {"units": t.units[1:]}, "units must hold each"),
    (lambda t: {"units": (*t.units, Unit(9, 0, 0, "forward", 0))}, "units must hold each"),
    (
        lambda t: with_unit(t, 1, slot=t.units[2].slot, worker=t.units[2].worker),
        "units must start at slots >= 0 at which their worker is free",
    ),
    (lambda t: with_unit(t, 0, slot=-1), "units must start at slots >= 0 at which their worker is free"),
    (without_wait, "units must wait for their message"),
    (overtaking, "units must keep the samples in order"),
    (lambda t: {"updates": t.updates[1:]}, "updates must apply each sample once"),
    (lambda t: {"updates": (*t.updates, t.updates[0])}, "updates must apply each sample once"),
    (lambda t: {"updates": pushed(t, -1)}, "updates must wait for the signals"),
]


@pytest.mark.parametrize(("fault", "message"), FAULTS)
def test_an_unlawful_timetable_is_refused(fault: Callable[[Timetable], dict[str, Any]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(good(), **fault(good()))


def test_an_update_that_comes_late_shows_as_a_backward_delay() -> None:
    late = replace(good(), updates=pushed(good(), 2))
    assert good().backward_delays == (0, 0)
    assert late.backward_delays == (1, 1)
    assert late.delays == (2, 1)


BAD = [
    ("vanilla", {"stages": 0}, "stages must be an integer >= 1, got 0"),
    ("synchronous", {"stages": 2, "microbatches": 0}, "microbatches must be an integer >= 1, got 0"),
    ("asynchronous_1f1b", {"stages": 2, "microbatches": 3}, "microbatches must be an integer in 1..1, got 3"),
    ("stashed_1f1b", {"stages": 2, "copy_cost": -1}, "copy_cost must be a finite number >= 0, got -1"),
    ("data_parallel", {"stages": 2, "copy_cost": float("nan")}, "copy_cost must be a finite number >= 0, got nan"),
    ("data_parallel", {"stages": 2, "copy_cost": True}, "copy_cost must be a finite number >= 0, got True"),
]


@pytest.mark.parametrize(("name", "fields", "message"), BAD)
def test_bad_fields_are_named(name: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SCHEDULES[name](**fields)


@pytest.mark.parametrize(
    ("samples", "message"), [(0, "an integer >= 1, got 0"), (5, "a multiple of microbatches = 2, got 5")]
)
def test_bad_samples_are_named(samples: int, message: str) -> None:
    with pytest.raises(ValueError, match=f"samples must be {message}"):
        make("synchronous", 2, 2).timetable(samples)


def test_stashing_is_refused_on_an_analog_device_without_a_copy_cost() -> None:
    analog, digital = DEVICES["asymmetric_linear"](tau=1.0), DEVICES["ideal"]()
    for name in ("stashed_1f1b", "stashed_concurrent"):
        SCHEDULES[name](stages=2).require_device(digital)
        SCHEDULES[name](stages=2, copy_cost=3).require_device(analog)
        with pytest.raises(ValueError, match=r"copy_cost must be > 0 .* got 0 for device 'asymmetric_linear'"):
            SCHEDULES[name](stages=2).require_device(analog)
    SCHEDULES["asynchronous_1f1b"](stages=2).require_device(analog)
