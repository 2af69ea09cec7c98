"""Chapters of the site: an executed notebook with its figures taken out, and its place in the order of reading.

A notebook says in its header where it stands: ``#   aimc: {place: 30, part: Pipelines}`` below ``# jupyter:``.
Chapters are read by rising place, those without one last; parts follow their first chapter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reports.build import Build
from reports.errors import BuildError
from reports.pictures import Picture, take_out
from reports.results import Result, collect

PART = "Further chapters"
"""The part of chapters that name none."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """What the site shows of one build."""

    build: Build
    notebook: Any
    """The executed notebook, its figures links to files."""
    pictures: Sequence[Picture]
    results: Sequence[Result]
    place: float
    part: str

    @property
    def name(self) -> str:
        """Name of the notebook, and of the page."""
        return self.build.name


def chapter(build: Build) -> Chapter:
    """Read an executed notebook; raises BuildError naming it and what is malformed."""
    notebook = build.notebook()
    try:
        place, part = _standing(notebook.metadata.get("aimc", {}))
        pictures, results = take_out(notebook, build.name), collect(notebook)
    except (TypeError, ValueError) as error:
        raise BuildError(f"notebook {build.name}: {error}") from None
    return Chapter(build=build, notebook=notebook, pictures=pictures, results=results, place=place, part=part)


def in_order(chapters: Iterable[Chapter]) -> list[Chapter]:
    """Sort by place, then name, keeping each part together."""
    placed = sorted(chapters, key=lambda c: (c.place, c.name))
    parts = list(dict.fromkeys(c.part for c in placed))
    return sorted(placed, key=lambda c: parts.index(c.part))


def contents(body: str) -> list[tuple[str, str]]:
    """Return (anchor, HTML of the words) of the second-level headings of a page."""
    found = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', body, flags=re.DOTALL)
    return [(anchor, re.sub(r"<a\b.*?</a>", "", words, flags=re.DOTALL).strip()) for anchor, words in found]


def _standing(header: Any) -> tuple[float, str]:
    """Check the header's line; return place and part."""
    if not isinstance(header, dict) or not set(header) <= {"place", "part"}:
        raise ValueError(f"header: aimc must hold place and part, no more, got {header!r}")
    place, part = header.get("place", math.inf), header.get("part", PART)
    if isinstance(place, bool) or not isinstance(place, int | float):
        raise ValueError(f"header: place must be a number, got {place!r}")
    if not isinstance(part, str) or not part.strip():
        raise ValueError(f"header: part must be a name, got {part!r}")
    return float(place), part.strip()
