"""The published site: rendered whole in memory, then put in place file by file."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports import citation, reference
from reports.build import PARTIAL, Build, to_json, write_atomic
from reports.chapters import Chapter, chapter, in_order
from reports.claims import KINDS, Verdict
from reports.errors import AimcError, BuildError, UsageError
from reports.ledger import Row, decided, read_record, write_record
from reports.machine import signature
from reports.project import Commit, Project, file_digest, versions
from reports.published import Edition
from reports.render import Page, executed_notebook, notebook_page, page
from reports.results import record

TITLE = "Analog in-memory training: proofs against measurement"
_ASSETS = ("site.css", "site.js", "STIXTwoMath.woff2", "STIXTwoMath-OFL.txt")
VERDICTS: tuple[Verdict, ...] = ("holds", "undecided", "violated")


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a publication contains: every decided claim, the index page, and what could not be rendered."""

    rows: list[Row]
    index: Path
    failures: list[AimcError]
    files: Mapping[str, bytes]
    """What was put in place, by its path below the folder."""


def publish(project: Project, output: Path, edition: Edition) -> Published:
    """Render an edition and its start page into ``output``; a notebook that fails keeps its earlier page.

    Raises AimcError, before anything is written, if the start page cannot be made.
    """
    # A claim whose page neither can be made nor is there already would be a dead link: it is left out.
    chapters, failures = _chapters(edition.builds)
    site = _Site(project, chapters, edition)
    pages, unrendered = site.pages()
    failures += unrendered
    there = {c.name for c in chapters if c.name in pages or (output / f"{c.name}.html").exists()}
    if len(there) < len(chapters):
        chapters = [c for c in chapters if c.name in there]
        site = _Site(project, chapters, edition)
        pages, _ = site.pages()
    files = site.files(pages)
    kept = [c.build for c in chapters]
    files |= {f"assets/{name}": (Path(__file__).parent / "assets" / name).read_bytes() for name in _ASSETS}
    provenance = to_json(_provenance(project, kept, edition.commit))
    files |= {
        "provenance.json": provenance,
        "provenance.js": b"globalThis.provenance = " + provenance.rstrip() + b";\n",
    }
    files["claims.json"] = write_record(kept)
    _retire(output, edition.known, files, frozenset(pages))
    for name, content in files.items():
        write_atomic(output / name, content)
    return Published(rows=site.rows, index=output / "index.html", failures=failures, files=files)


def _chapters(builds: Sequence[Build]) -> tuple[list[Chapter], list[AimcError]]:
    """Read all builds, in the order of reading; those that cannot be read are failures."""
    chapters: list[Chapter] = []
    failures: list[AimcError] = []
    for build in builds:
        try:
            chapters.append(chapter(build))
        except BuildError as error:
            failures.append(error)
    return in_order(chapters), failures


@dataclass(frozen=True)
class _Site:
    """Chapters with their claims decided together, and what all pages share."""

    project: Project
    chapters: Sequence[Chapter]
    edition: Edition

    @cached_property
    def rows(self) -> list[Row]:
        return decided({c.name: c.build.claims for c in self.chapters}, self.edition.certificates, self.edition.level)

    def pages(self) -> tuple[dict[str, Page], list[AimcError]]:
        """Render the chapters; those that fail are named."""
        pages: dict[str, Page] = {}
        failures: list[AimcError] = []
        names = ["index", *(c.name for c in self.chapters), "statements"]
        rows = self.rows
        for c in self.chapters:
            frame = self._frame(names, c.name)
            try:
                pages[c.name] = notebook_page(c, _own(rows, c), frame)
            except BuildError as error:
                failures.append(error)
        return pages, failures

    def files(self, pages: Mapping[str, Page]) -> dict[str, bytes]:
        """Every page with what belongs to it: executed notebook, figures and their numbers."""
        rows = self.rows
        files = {f"{name}.html": made.text.encode() for name, made in pages.items()}
        for c in self.chapters:
            if c.name in pages:
                files[f"{c.name}.ipynb"] = executed_notebook(c, _own(rows, c))
                files |= {path: content for picture in c.pictures for path, content in picture.files().items()}
        names = ["index", *(c.name for c in self.chapters), "statements"]
        files["index.html"] = self._start(rows, names).encode()
        files["statements.html"] = self._statements(rows, names).encode()
        files["results.json"] = to_json(self._results(rows, pages))
        files |= citation.files(self.project.root)
        return files

    def _frame(self, names: Sequence[str], name: str) -> dict[str, Any]:
        """What the frame of each page needs: the list of chapters, and who comes before and after."""
        titles = {"index": "Start", **{c.name: c.build.title for c in self.chapters}, "statements": "All statements"}
        at = names.index(name)
        near = {"previous": names[at - 1] if at else None, "next": names[at + 1] if at + 1 < len(names) else None}
        links = {key: (other, titles[other]) if other else None for key, other in near.items()}
        state = {"failed": self.edition.failed.get(name, ""), "old": name in self.edition.stale}
        return {"name": name, "parts": self._parts(), **state, **links}

    def _parts(self) -> list[tuple[str, list[dict[str, Any]]]]:
        parts: dict[str, list[dict[str, Any]]] = {}
        for c in self.chapters:
            failed = c.name in self.edition.failed
            link = {"name": c.name, "title": c.build.title, "stale": c.name in self.edition.stale, "failed": failed}
            parts.setdefault(c.part, []).append(link)
        return list(parts.items())

    def _start(self, rows: Sequence[Row], names: Sequence[str]) -> str:
        return page(
            "index.html.j2",
            "the start page",
            title=TITLE,
            rows=rows,
            level=self.edition.level,
            sampled=sum(KINDS[row.claim.kind].sampled for row in rows),
            summary=_counts(rows),
            proved=_counts([row for row in rows if row.origin == "theory"]),
            measured_counts=_counts([row for row in rows if row.origin != "theory"]),
            verdicts={c.name: _counts(_own(rows, c)) for c in self.chapters},
            front=[(c, one) for c in self.chapters for one in c.results if one.front],
            pictures=[(c, one, Markup(one.image())) for c in self.chapters for one in c.pictures if one.front],  # noqa: S704
            parameters={c.name: c.build.parameters for c in self.chapters if c.build.parameters},
            unmade={name: why for name, why in self.edition.failed.items() if name not in names},
            citation=citation.read(self.project.root),
            lock=_lock(self.project),
            versions=versions(),
            contents=(),
            **self._frame(names, "index"),
        )

    def _statements(self, rows: Sequence[Row], names: Sequence[str]) -> str:
        proofs = {row.claim.name: row for row in rows if row.origin == "theory"}
        told = reference.told(self.project) if proofs else {"statements": [], "notation": []}
        shown = reference.statements(told, proofs)
        return page(
            "statements.html.j2",
            "the page of statements",
            title="All statements",
            statements=shown,
            notation=reference.notation(told),
            contents=[(f"claim-{s['claim']}", f"{s['id']} {s['title']}") for s in shown],
            **self._frame(names, "statements"),
        )

    def _results(self, rows: Sequence[Row], pages: Mapping[str, Page]) -> dict[str, Any]:
        chapters = {
            c.name: record(c.build.parameters, _own(rows, c), c.results, pages[c.name].text if c.name in pages else "")
            for c in self.chapters
        }
        theory = {row.claim.name: row.decision.verdict for row in rows if row.origin == "theory"}
        return {"summary": _counts(rows), "level": self.edition.level, "theory": theory, "chapters": chapters}


def _own(rows: Sequence[Row], of: Chapter) -> list[Row]:
    return [row for row in rows if row.origin == of.name]


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    counts = Counter(row.decision.verdict for row in rows)
    return {verdict: counts[verdict] for verdict in VERDICTS}


def _retire(output: Path, known: frozenset[str], files: Mapping[str, bytes], rendered: frozenset[str]) -> None:
    """Remove the pages of notebooks that the earlier record lists and that are no more, and figures no more drawn.

    What a killed process left half written goes, too.
    """
    for path in output.rglob(f".*{PARTIAL}"):
        path.unlink(missing_ok=True)
    try:
        gone = set(read_record(output / "claims.json")) - known
    except UsageError:
        gone = set()
    for name in gone:
        for path in (output / f"{name}.html", output / f"{name}.ipynb", *output.glob(f"figures/{name}-*")):
            path.unlink(missing_ok=True)
    for name in rendered:
        for path in output.glob(f"figures/{name}-*"):
            if f"figures/{path.name}" not in files:
                path.unlink(missing_ok=True)


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
        "platform": {
            "system": platform.system(),
            "machine": platform.machine(),
            "cpus": os.cpu_count(),
            "signature": signature(),
        },
        "notebooks": notebooks,
    }


def _lock(project: Project) -> str:
    path = project.root / "requirements.lock"
    return file_digest(path) if path.is_file() else "none"
