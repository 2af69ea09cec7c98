"""Gantt pictures of pipelines: a row a worker, time in clocks, one bar a unit, a tick where weights change."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from reports.figures import PALETTE

if TYPE_CHECKING:
    from simulation.schedules import Timetable, Timing

FORWARD, BACKWARD, WRITING = PALETTE[5], PALETTE[4], PALETTE[3]
"""Light blue, orange and pink: apart for every kind of colour vision, with dark text readable on them."""
_HATCH = {"forward": "", "backward": "//"}
"""Direction is told by hatching as well as by colour."""
MOST_LABELS = 80
"""Beyond so many bars the sample numbers would no longer be readable."""


def gantt(axes: Any, timing: Timing) -> None:
    """Draw a timed timetable on axes: forward and backward units with their sample, writing, and updates.

    Stages are counted from 1 downwards, as in the theory; the abscissa is time in clocks.
    """
    from simulation.schedules import Update  # noqa: PLC0415

    labelled = len(timing.timetable.units) <= MOST_LABELS
    for span in timing.spans:
        start, length, worker = float(span.start), float(span.stop - span.start), span.what.worker
        if isinstance(span.what, Update):
            axes.barh(worker, length, left=start, height=0.8, color=WRITING)
            tick = [worker - 0.48, worker + 0.48]
            axes.plot([start, start], tick, linestyle="-", linewidth=1.6, color=PALETTE[1])
            continue
        kind = span.what.kind
        colour = FORWARD if kind == "forward" else BACKWARD
        axes.barh(worker, length, left=start, height=0.8, color=colour, hatch=_HATCH[kind], linewidth=0.4)
        if labelled:
            text = {"ha": "center", "va": "center", "fontsize": "x-small", "color": "black"}
            axes.text(start + length / 2, worker, str(span.what.sample), **text)
    workers = timing.timetable.workers
    axes.set(yticks=range(workers), yticklabels=range(1, workers + 1), ylabel="stage", xlabel="time [clocks]")
    axes.set_ylim(workers - 0.5, -0.5)
    axes.set_xlim(0, float(timing.clocks))
    axes.grid(visible=False)


def planned(timetable: Timetable) -> Timing:
    """The timetable in its own slots, two a clock, for drawing; `simulation.schedules.timed` squeezes idle time out."""
    from simulation.schedules import Span, Timing  # noqa: PLC0415
    from simulation.schedules._timetable import SLOTS_PER_CLOCK  # noqa: PLC0415

    unit = Fraction(1, SLOTS_PER_CLOCK)
    units = [Span(one, one.slot * unit, one.stop * unit) for one in timetable.units]
    updates = [Span(one, (one.slot + 1) * unit, (one.slot + 1) * unit) for one in timetable.updates]
    return Timing(timetable=timetable, spans=(*units, *updates))
