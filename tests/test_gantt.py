"""Gantt pictures: a bar for every unit where the timetable has it, a tick for every update."""

from typing import Any

import pytest

from reports.figures import to_svg
from reports.gantt import BACKWARD, gantt, planned
from reports.notebook import figure
from simulation.schedules import SCHEDULES, Timetable, timed


def table_of(name: str) -> Timetable:
    kind = SCHEDULES[name]
    made: Any = kind(stages=3, microbatches=3) if kind.batched else kind(stages=3)
    table: Timetable = made.timetable(6)
    return table


def bars(table: Timetable) -> list[tuple[float, float, int]]:
    """Left end, width and row of every bar drawn."""
    _, axes = figure()
    gantt(axes, planned(table))
    drawn = ((bar.get_x(), bar.get_width(), round(bar.get_y() + 0.4)) for bar in axes.patches)
    return sorted(bar for bar in drawn if bar[1])  # an update that takes no time is a bar without width


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_unit_is_a_bar_in_its_place(name: str) -> None:
    table = table_of(name)
    assert bars(table) == sorted((unit.slot / 2, unit.length / 2, unit.worker) for unit in table.units)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_update_is_a_tick_at_the_end_of_its_backward_unit(name: str) -> None:
    table = table_of(name)
    _, axes = figure()
    gantt(axes, planned(table))
    ticks = sorted((line.get_xdata()[0], round(sum(line.get_ydata()) / 2)) for line in axes.lines)
    assert ticks == sorted(((update.slot + 1) / 2, update.worker) for update in table.updates)


def test_a_unit_moved_by_a_slot_is_drawn_elsewhere() -> None:
    assert bars(table_of("vanilla")) != bars(table_of("asynchronous_1f1b"))


def test_time_that_updates_take_is_drawn() -> None:
    table = table_of("asynchronous_1f1b")
    _, axes = figure()
    gantt(axes, timed(table, updating=1))
    assert len([bar for bar in axes.patches if bar.get_width() == 1]) == len(table.updates)


def test_the_picture_is_an_svg_with_a_text_alternative() -> None:
    picture, axes = figure()
    gantt(axes, planned(table_of("synchronous")))
    svg = to_svg(picture, alt="a timetable")
    assert svg.startswith("<svg")
    assert "a timetable" in svg
    assert BACKWARD.lower() in svg
