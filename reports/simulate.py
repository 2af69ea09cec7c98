"""The command ``aimc simulate``: run an experiment file, write labelled results and a picture."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reports import console
from reports.errors import ExitCode, UsageError
from reports.project import Project

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulation.trace import Trace

EXAMPLES = "aimc simulate docs/examples/quadratic.toml\n  aimc simulate my.toml --output build/mine"
ALT = "Average squared gradient norm over the number of steps, one curve a setting."
CHECKPOINTS = 40
"""Points of the curve, evenly in the logarithm of the step, where the file asks for none."""


def options(command: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = command.add_argument
    add("experiment", type=Path, metavar="EXPERIMENT.toml", help="what to run (see docs/experiments.md)")
    add("--output", type=Path, metavar="DIR", help="folder of the results (default: build/simulate/NAME)")
    add("--workers", type=int, metavar="N", default=len(os.sched_getaffinity(0)),
        help="threads, which change no number (default: one a core)")  # fmt: skip


def run(options: argparse.Namespace, project: Project) -> ExitCode:
    """Run the experiment; 1 if a run left the model (diverged or saturated): it is reported, never averaged.

    A run that is killed leaves its state beside its results, and goes on from there when asked for again.
    """
    from reports.build import write_atomic  # noqa: PLC0415
    from reports.figures import to_svg  # noqa: PLC0415
    from simulation.experiment import Experiment, ExperimentError  # noqa: PLC0415
    from simulation.results import write_results  # noqa: PLC0415

    out = console.make()
    try:
        experiment = Experiment.read(options.experiment)
        sampled = "evaluations" in experiment.arguments  # then there are averages of the whole run only
        curve = {} if sampled else {"checkpoints": _checkpoints(experiment.arguments["steps"])}
        experiment = replace(experiment, arguments=curve | dict(experiment.arguments))
        folder = options.output or project.build / "simulate" / experiment.name
        with _watched(out) as progress:
            trace = experiment.run(progress, workers=options.workers, resume=folder / "unfinished")
    except (ExperimentError, OSError) as error:
        raise UsageError(str(error)) from None
    # The average of a run that diverges without leaving the numbers can be too large to be squared.
    with np.errstate(over="ignore", invalid="ignore"):
        drawing, table = to_svg(draw(trace), alt=ALT), console.settings_table(trace)
    try:
        write_results(folder / "results.nc", trace, experiment=experiment.text)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error}") from None
    write_atomic(folder / "results.svg", drawing.encode())
    out.print(table)
    out.print(f"wrote {folder / 'results.nc'} and {folder / 'results.svg'}", soft_wrap=True)
    return ExitCode.OK if (trace.first_violation < 0).all() else ExitCode.NOT_HELD


def draw(trace: Trace) -> Figure:
    """Mean over runs of the average squared gradient norm, with the interval of ± 2 standard errors."""
    from reports.notebook import figure  # noqa: PLC0415

    picture, axes = figure(height=4.0)
    steps = np.array(trace.checkpoints)
    for setting, rate in enumerate(trace.step_size):
        values = trace.gradient_norm[:, setting]
        values = values[:, np.isfinite(values).all(axis=0)]
        if not values.size:
            continue
        mean = values.mean(axis=1)
        axes.loglog(steps, mean, label=f"α = {rate:.4g}")
        if values.shape[1] > 1:
            error = 2 * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
            axes.fill_between(steps, np.maximum(mean - error, mean / 10), mean + error, alpha=0.25)
    axes.set(xlabel="steps K", ylabel="average squared gradient norm [gradient units²]")
    if axes.has_data():  # else every run was lost
        axes.legend()
    return picture


def _checkpoints(steps: Any) -> list[int] | None:
    if not isinstance(steps, int) or steps < 1:
        return None  # the run itself says what is wrong
    return sorted({int(k) for k in np.geomspace(1, steps, CHECKPOINTS)} | {steps})


@contextmanager
def _watched(out: Any) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar with rate and remaining time on a terminal; nothing elsewhere."""
    if not out.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    rate = TextColumn("{task.fields[rate]:,.0f} steps/s")
    with Progress(TextColumn("steps"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn(), console=out,
                  transient=True) as bar:  # fmt: skip
        task = bar.add_task("steps", total=None, rate=0.0)

        def watch(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, rate=bar.tasks[task].speed or 0.0)

        yield watch
