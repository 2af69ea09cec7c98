"""The published site: rendered whole in memory, then put in place file by file."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports.build import Build, to_json, write_atomic
from reports.claims import KINDS, Claim
from reports.errors import AimcError, BuildError, UsageError
from reports.figures import standalone
from reports.ledger import Row, certificate_name, decided, read_record, write_record
from reports.mathml import to_mathml
from reports.project import Commit, Project, file_digest, versions
from reports.render import notebook_page, page

TITLE = "Analog in-memory training: proofs against measurement"
_ASSETS = ("site.css", "STIXTwoMath.woff2", "STIXTwoMath-OFL.txt")
_LARGEST_DOWNLOAD = 1_000_000
"""Larger executed notebooks [bytes] are not published; their page is."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a publication contains: every decided claim, the index page, and what could not be rendered."""

    rows: list[Row]
    index: Path
    failures: list[AimcError]


def publish(
    project: Project,
    output: Path,
    builds: Sequence[Build],
    *,
    certificates: Sequence[Claim],
    known: frozenset[str],
    stale: frozenset[str],
    commit: Commit,
    level: float,
) -> Published:
    """Render ``builds`` and the index into ``output``; a notebook that fails keeps its earlier page.

    ``known`` names all notebooks there are (pages of others are removed), ``stale`` those whose build
    belongs to an earlier state of the code.
    Raises AimcError, before anything is written, if the index cannot be made.
    """
    everything = {build.name: build.claims for build in builds}
    pages, failures = _pages(builds, decided(everything, certificates, level), stale, commit)
    # A claim whose page neither can be made nor is there already would be a dead link: it is left out.
    kept = [b for b in builds if f"{b.name}.html" in pages or (output / f"{b.name}.html").exists()]
    if len(kept) < len(builds):
        everything = {build.name: build.claims for build in kept}
        pages, _ = _pages(kept, decided(everything, certificates, level), stale, commit)
    rows = decided(everything, certificates, level)
    files = {name: text.encode() for name, text in pages.items()}
    files["index.html"] = _index(project, kept, rows, stale, commit, level).encode()
    files |= {f"{b.name}.ipynb": b.path.read_bytes() for b in kept if _downloadable(b) and f"{b.name}.html" in pages}
    files |= {name: svg.encode() for b in kept if f"{b.name}.html" in pages for name, svg in _figures(b).items()}
    files |= {f"assets/{name}": (Path(__file__).parent / "assets" / name).read_bytes() for name in _ASSETS}
    files["provenance.json"] = to_json(_provenance(project, kept, commit))
    files["claims.json"] = write_record(kept)
    _retire(output, known)
    for name, content in files.items():
        write_atomic(output / name, content)
    return Published(rows=rows, index=output / "index.html", failures=failures)


def _figures(build: Build) -> dict[str, str]:
    """The figures of a notebook as files of their own, for use outside the site."""
    outputs = (output for cell in build.notebook().cells for output in cell.get("outputs", ()))
    html = "".join(output.get("data", {}).get("text/html", "") for output in outputs)
    return {f"figures/{build.name}-{number}.svg": svg for number, svg in standalone(html).items()}


def _retire(output: Path, known: frozenset[str]) -> None:
    """Remove the pages of notebooks that the earlier record lists and that are no more."""
    try:
        gone = set(read_record(output / "claims.json")) - known
    except UsageError:
        return
    for name in gone:
        for path in (output / f"{name}.html", output / f"{name}.ipynb", *output.glob(f"figures/{name}-*.svg")):
            path.unlink(missing_ok=True)


def _pages(
    builds: Sequence[Build], rows: Sequence[Row], stale: frozenset[str], commit: Commit
) -> tuple[dict[str, str], list[AimcError]]:
    pages: dict[str, str] = {}
    failures: list[AimcError] = []
    links = _links(builds, stale)
    for build in builds:
        frame = {"pages": links, "commit": commit, "download": _downloadable(build)}
        try:
            own = [row for row in rows if row.origin == build.name]
            pages[f"{build.name}.html"] = notebook_page(build, own, frame)
        except BuildError as error:
            failures.append(error)
    return pages, failures


def _links(builds: Sequence[Build], stale: frozenset[str]) -> list[dict[str, Any]]:
    return [{"name": b.name, "title": b.title, "stale": b.name in stale, "parameters": b.parameters} for b in builds]


def _index(
    project: Project,
    builds: Sequence[Build],
    rows: Sequence[Row],
    stale: frozenset[str],
    commit: Commit,
    level: float,
) -> str:
    counts = Counter(row.decision.verdict for row in rows)
    return page(
        "index.html.j2",
        "the index page",
        name="index",
        title=TITLE,
        pages=_links(builds, stale),
        rows=rows,
        level=level,
        sampled=sum(KINDS[row.claim.kind].sampled for row in rows),
        summary={verdict: counts[verdict] for verdict in ("holds", "undecided", "violated")},
        statements=_statements({row.claim.name: row for row in rows if row.origin == "theory"}),
        notation=_notation(),
        commit=commit,
        lock=_lock(project),
        versions=versions(),
    )


def _statements(rows: Mapping[str, Row]) -> list[dict[str, Any]]:
    """The general statements, each with its corollaries."""
    if not rows:
        return []
    import theory  # noqa: PLC0415

    shown = {s.id: _statement(s, rows[certificate_name(s.id)]) for s in theory.STATEMENTS.values()}
    for statement in theory.STATEMENTS.values():
        if statement.corollary_of:
            shown[statement.corollary_of]["corollaries"].append(shown.pop(statement.id))
    return list(shown.values())


def _notation() -> list[dict[str, Any]]:
    """The rows of the notation table, with their formulas."""
    import theory  # noqa: PLC0415

    return [
        {
            "symbol": Markup(to_mathml(row.latex, display=False)),  # noqa: S704  (the converter escapes)
            "name": row.name,
            "meaning": row.meaning,
            "definition": Markup(to_mathml(row.written(), display=False)) if row.written() else "",  # noqa: S704
        }
        for row in theory.TABLE.values()
    ]


def _statement(statement: Any, row: Row) -> dict[str, Any]:
    try:
        math = to_mathml(statement.latex(), display=True)
    except ValueError as error:
        raise BuildError(f"statement {statement.id}: {error}") from None
    return {
        "id": statement.id,
        "title": statement.title,
        "source": statement.source,
        "assumptions": [(getattr(a, "name", ""), getattr(a, "text", str(a))) for a in statement.assumptions],
        "claim": row.claim.name,
        "verdict": row.decision.verdict,
        "reason": row.claim.description,
        "corollaries": [],
        "math": Markup(math),  # noqa: S704  (the converter escapes)
    }


def _provenance(project: Project, builds: Sequence[Build], commit: Commit) -> dict[str, Any]:
    """Collect what differs between machines and runs, apart from everything that must not."""
    notebooks = {
        build.name: {
            "key": build.key,
            "parameters": dict(build.parameters),
            "versions": dict(build.versions),
            "cost": {"seconds": build.seconds, "cpu_seconds": build.cpu_seconds, "peak_mb": build.peak_mb},
        }
        for build in builds
    }
    return {
        "commit": asdict(commit),
        "lock_sha256": _lock(project),
        "versions": versions(),
        "platform": {"system": platform.system(), "machine": platform.machine(), "cpus": os.cpu_count()},
        "notebooks": notebooks,
    }


def _lock(project: Project) -> str:
    path = project.root / "requirements.lock"
    return file_digest(path) if path.is_file() else "none"


def _downloadable(build: Build) -> bool:
    return build.path.stat().st_size <= _LARGEST_DOWNLOAD
