"""``aimc report``: select, check everything, execute what is stale, publish."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

from reports.build import Build, keep, last_good, locked, source_key, writable
from reports.claims import LEVEL
from reports.errors import AimcError, BuildError, StoppedError, UsageError
from reports.execution import Job, Outcome, Runner
from reports.fingerprints import Fingerprints
from reports.ledger import Row, certificates, decided
from reports.parameters import Value
from reports.project import Commit, Project
from reports.published import Edition, Publication
from reports.sources import Source, assign, discover, select
from reports.verdicts import certificates as proved

State = Literal["cached", "waiting", "running", "at", "done", "failed"]
Watcher = Callable[[str, State, float], None]
"""Told of each notebook's state, with the seconds that its last execution took, 0 if unknown; and, while it runs, at
which share of its cells it is."""
_ERRORS: Mapping[str, type[AimcError]] = {"refused": UsageError, "crashed": BuildError, "stopped": StoppedError}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the user asks of a report; raises ValueError naming an unusable number."""

    only: Sequence[str] | None
    given: Mapping[str, str]
    force: bool
    jobs: int
    timeout: float
    output: Path
    scale: str = "default"
    """One of `reports.parameters.SCALES`."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.jobs < 1:
            raise ValueError(f"jobs must be >= 1, got {self.jobs}")
        if not 0 < self.timeout < float("inf"):
            raise ValueError(f"timeout must be finite and > 0 seconds, got {self.timeout}")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a report run produced: the builds of the selection, every claim of the site, the failures."""

    builds: list[Build]
    executed: frozenset[str]
    rows: list[Row]
    index: Path
    failures: list[AimcError]


@dataclass(kw_only=True)
class _Plan:
    sources: Sequence[Source]
    values: Mapping[str, Mapping[str, Value]]
    fingerprints: Fingerprints
    builds: dict[str, Build] = field(default_factory=dict)
    failed: dict[str, AimcError] = field(default_factory=dict)


def run(project: Project, request: Request, watch: Watcher) -> Report:
    """Execute what is stale of the selection and publish all good builds; see `Request`.

    Raises UsageError or NothingSelected before anything is executed; the failure of single notebooks is
    collected in the report, and the others are published.
    """
    every = discover(project.notebooks)
    sources = select(every, request.only)
    values = assign(sources, request.given, request.scale)
    writable(request.output)
    with locked(project.build):
        plan = _Plan(
            sources=sources,
            values=values,
            fingerprints=Fingerprints(project, {source.name: source.code for source in every}),
        )
        commit = Commit.read(project.root, ignore=request.output)
        executed = _execute(project, request, plan, commit, watch)
        for failure in plan.failed.values():
            if isinstance(failure, UsageError):
                raise failure  # data or numbers that the user supplied: nothing is published for them
        return _publish(project, request, plan, commit, every, executed)


def planned(project: Project, request: Request) -> list[tuple[str, bool, str]]:
    """What a run would do with each notebook of the selection, without doing it: name, whether it runs, and why.

    Raises UsageError or NothingSelected as `run` does.
    """
    sources = select(discover(project.notebooks), request.only)
    values = assign(sources, request.given, request.scale)
    fingerprints = Fingerprints(project, {source.name: source.code for source in sources})
    reasons = {
        source.name: _reason(last_good(project.build, source.name), source, values[source.name], fingerprints)
        for source in sources
    }
    return [(name, bool(reason) or request.force, reason or "nothing changed") for name, reason in reasons.items()]


def _reason(build: Build | None, source: Source, values: Mapping[str, Value], fingerprints: Fingerprints) -> str:
    """Why a build with these values must be made, or nothing."""
    if build is None:
        return "never executed here"
    parts = source.parts(values, fingerprints.narrowed(source.name, build.loaded))
    changed = [name for name, value in parts.items() if build.parts.get(name) != value]
    return f"changed: {', '.join(changed)}" if changed else ""


def _current(build: Build, source: Source, fingerprints: Fingerprints) -> Build:
    """The build under the key that the present files give: what differs in them, it never loaded."""
    return replace(build, key=source_key(source, build.parameters, fingerprints.whole(source.name)))


def _execute(project: Project, request: Request, plan: _Plan, commit: Commit, watch: Watcher) -> frozenset[str]:
    """Fill ``plan.builds`` from the cache or by running; return the names that were executed."""
    jobs, begun, expected = [], set[str](), _durations(request.output)
    for source in plan.sources:
        build = last_good(project.build, source.name)
        expected[source.name] = build.seconds if build else expected.get(source.name, 0.0)
        reason = _reason(build, source, plan.values[source.name], plan.fingerprints)
        if build and not reason and not request.force:
            plan.builds[source.name] = _current(build, source, plan.fingerprints)
            watch(source.name, "cached", build.seconds)
            continue
        watch(source.name, "waiting", expected[source.name])
        jobs.append(
            Job(
                source=source,
                values=plan.values[source.name],
                cwd=project.root,
                timeout=request.timeout,
                epoch=commit.time,
                store=None if request.force else project.build / "results",
            )
        )

    def tell(job: Job, cell: int) -> None:
        name = job.source.name
        if cell:
            watch(name, "at", cell / job.source.cells)
        elif name not in begun:
            begun.add(name)
            watch(name, "running", expected[name])

    jobs.sort(key=lambda job: -expected[job.source.name])  # the longest first: no lane ends long before another
    with Runner(jobs=request.jobs) as runner:
        for outcome in runner.run(jobs, tell):
            _settle(project, plan, outcome, watch)
    return frozenset(job.source.name for job in jobs)


def _durations(site: Path) -> dict[str, float]:
    """Seconds that each notebook took for the site that is there; none if there is none that says so."""
    try:
        record = json.loads((site / "provenance.json").read_text(encoding="utf-8"))
        return {str(name): float(one["cost"]["seconds"]) for name, one in record["notebooks"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _settle(project: Project, plan: _Plan, outcome: Outcome, watch: Watcher) -> None:
    source, name = outcome.job.source, outcome.job.source.name
    values, loaded = plan.values[name], [project.named(path) for path in outcome.loaded]
    key = source_key(source, values, plan.fingerprints.whole(name))
    parts = source.parts(values, plan.fingerprints.narrowed(name, loaded))
    try:
        if outcome.status != "done":
            raise _ERRORS[outcome.status](outcome.report())
        plan.builds[name] = keep(project.build, outcome, key=key, parts=parts, loaded=loaded)
    except (BuildError, StoppedError, UsageError) as error:
        plan.failed[name] = error
        watch(name, "failed", outcome.seconds)
    else:
        watch(name, "done", outcome.seconds)


def _publish(
    project: Project,
    request: Request,
    plan: _Plan,
    commit: Commit,
    every: Sequence[Source],
    executed: frozenset[str],
) -> Report:
    builds, stale = [], set()
    for source in every:
        build = plan.builds.get(source.name) or last_good(project.build, source.name)
        if build and not _reason(build, source, build.parameters, plan.fingerprints):
            builds.append(_current(build, source, plan.fingerprints).told_by(source))
        elif build:
            builds.append(build)
            stale.add(source.name)
    edition = Edition(
        builds=builds,
        certificates=proved(project, certificates),
        known=frozenset(source.name for source in every),
        stale=frozenset(stale),
        failed={name: str(error) for name, error in plan.failed.items()},
        commit=commit,
        level=LEVEL,
    )
    shown, failures = _put(project, request.output, edition, every)
    return Report(
        builds=[plan.builds[s.name] for s in plan.sources if s.name in plan.builds],
        executed=executed,
        rows=shown,
        index=request.output / "index.html",
        failures=[*plan.failed.values(), *failures],
    )


def _put(
    project: Project, output: Path, edition: Edition, every: Sequence[Source]
) -> tuple[list[Row], Sequence[AimcError]]:
    """Make the site, unless exactly this one is there; return its rows and what could not be rendered."""
    last = Publication.of(project, output, edition, every)
    if last.intact:
        return decided({b.name: b.claims for b in edition.builds}, edition.certificates, edition.level), []
    from reports.site import publish  # noqa: PLC0415  (nbconvert is slow to import)

    published = publish(project, output, edition)
    if not published.failures:
        last.note({name: sha256(content).hexdigest() for name, content in published.files.items()})
    return published.rows, published.failures
