"""``aimc report``: execute what changed, render the site; say beforehand what would be done, or compare afterwards."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from reports import console
from reports.errors import ExitCode, UsageError
from reports.parameters import SCALES
from reports.progress import watching
from reports.project import Project

if TYPE_CHECKING:
    from reports.pipeline import Report, Request

EXAMPLES = (
    "aimc report\n"
    "  aimc report --dry-run\n"
    "  aimc report --only 'analog*' --jobs 1\n"
    "  aimc report --only analog_sgd -p steps 1000 -p runs 16 --output build/quick\n"
    "  aimc report --scale full --only deep_networks\n"
    "  aimc report --check\n"
    "  aimc report --watch --only analog_sgd\n"
    "  aimc report --pdf build/report.pdf"
)
_TIMEOUTS = {"ci": 600, "default": 600, "full": 24 * 3600}
"""Seconds for each notebook."""


def options(command: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = command.add_argument
    add("--only", nargs="+", metavar="NAME", help="notebooks to execute, as names or globs (default: all)")
    add("-p", dest="parameters", nargs=2, action="append", default=[], metavar=("KEY", "VALUE"),
        help="set a parameter of the notebooks that declare it; may be repeated")  # fmt: skip
    add("--force", action="store_true", help="execute even what has not changed")
    add("--dry-run", action="store_true", help="say what would be executed and why; do nothing")
    add("--check", action="store_true", help="build beside the site and compare: exit 1 unless they are the same")
    add("--watch", action="store_true", help="do it again whenever a source changes, until interrupted")
    add("--jobs", type=int, default=2, metavar="N", help="notebooks executed at a time (default: 2)")
    add("--timeout", type=float, metavar="SECONDS", help="limit for each notebook (default: 600; 24 h at scale full)")
    add("--output", type=Path, metavar="DIR", help="folder of the site (default: reports/rendered, reports/full, "
        "build/ci/site)")  # fmt: skip
    add("--scale", choices=SCALES, default="default", help="which values parameters have that declare some for it")
    add("--pdf", type=Path, metavar="FILE", help="print the whole site to a PDF as well (needs an installed Chromium)")


def run(options: argparse.Namespace, project: Project) -> ExitCode:
    """Execute and render, or only say what would be done, or compare with the site that is there."""
    if options.watch:
        return _watched(options, project)
    from reports import pdf  # noqa: PLC0415
    from reports.ledger import worst_first  # noqa: PLC0415
    from reports.pipeline import run as execute  # noqa: PLC0415

    if options.pdf:
        pdf.browser()
    request, scaled, out = _request(options, project), project.at(options.scale), console.make()
    if options.dry_run:
        return _planned(scaled, request)
    with watching(out, request.jobs) as watch:
        report = execute(scaled, request, watch)
    out.print(console.claims_table(worst_first(report.rows)), console.cost_table(report.builds, report.executed))
    out.print(console.summary(report.rows) + " (aimc check makes this the exit code)")
    for failure in report.failures:
        console.make(stderr=True).print(f"aimc: {failure}", soft_wrap=True)
    if options.pdf:
        pdf.write(report.index.parent, options.pdf)
    same = _compared(report, _site(options, project)) if options.check else ExitCode.OK
    if not options.check:
        out.print(f"open {report.index}", soft_wrap=True)
    return max((failure.code for failure in report.failures), default=same)


def _watched(options: argparse.Namespace, project: Project) -> ExitCode:
    from reports.watch import repeat  # noqa: PLC0415

    if options.check or options.dry_run:
        raise UsageError("--watch cannot be combined with --check or --dry-run")
    repeat(project, [word for word in options.words if word != "--watch"])
    return ExitCode.OK


def _request(options: argparse.Namespace, project: Project) -> Request:
    from reports.pipeline import Request  # noqa: PLC0415

    names = [name for name, _ in options.parameters]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"parameter {name!r} is given {names.count(name)} times")
    output = _beside(project.at(options.scale)) if options.check else _site(options, project)
    try:
        return Request(
            only=options.only,
            given=dict(options.parameters),
            force=options.force,
            jobs=options.jobs,
            timeout=_TIMEOUTS[options.scale] if options.timeout is None else options.timeout,
            output=output,
            scale=options.scale,
        )
    except ValueError as error:
        raise UsageError(f"--{error}") from None


def _site(options: argparse.Namespace, project: Project) -> Path:
    return Path(options.output or project.site(options.scale)).resolve()


def _beside(project: Project) -> Path:
    """An empty folder for a site that is only compared."""
    folder = project.build / "compared"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _planned(project: Project, request: Request) -> ExitCode:
    from reports.pipeline import planned  # noqa: PLC0415

    console.make().print(console.plan_table(planned(project, request)))
    return ExitCode.OK


def _compared(report: Report, site: Path) -> ExitCode:
    from reports.sameness import differences  # noqa: PLC0415

    found = differences(report.index.parent, site)
    for line in found:
        console.make().print(f"{site.name}/{line}", soft_wrap=True)
    console.make().print(f"{site} is {'not ' if found else ''}what the sources make")
    return ExitCode.NOT_HELD if found else ExitCode.OK
