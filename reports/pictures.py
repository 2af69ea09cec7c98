"""Figures of an executed notebook as the site shows them: an SVG file each, its numbers beside it, links to both."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports.figures import MIME, size, standalone


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One figure: where it stands, its words, its files."""

    chapter: str
    number: int
    name: str
    """End of its anchor and of its files' names, of which each chapter has one."""
    caption: str
    """HTML."""
    alt: str
    front: bool
    """Whether the start page shows it as well."""
    svg: str
    csv: str

    @property
    def anchor(self) -> str:
        """Link target on the site."""
        return f"{self.chapter}.html#figure-{self.name}"

    def files(self) -> dict[str, bytes]:
        """Files of the site: path -> content."""
        return {self._path("svg"): self.svg.encode(), self._path("csv"): self.csv.encode()}

    def image(self) -> str:
        """The picture as HTML, with its size [CSS pixels], so that the page does not move when it comes."""
        width, height = (round(points * 4 / 3) for points in size(self.svg))
        source, words = html.escape(self._path("svg")), html.escape(self.alt)
        return f'<img src="{source}" alt="{words}" width="{width}" height="{height}">'

    def figure(self) -> str:
        """The figure of its chapter as HTML, with links to its files."""
        links = f'<a href="{self._path("csv")}">data</a> <a href="{self._path("svg")}">image</a>'
        label = f'<a class="label" href="#figure-{self.name}">Figure {self.number}.</a>'
        words = f'<figcaption>{label} {self.caption} <span class="files">{links}</span></figcaption>'
        return f'<figure id="figure-{self.name}">\n{self.image()}\n{words}\n</figure>'

    def _path(self, ending: str) -> str:
        return f"figures/{self.chapter}-{self.name}.{ending}"


def take_out(notebook: Any, chapter: str) -> list[Picture]:
    """Return the figures of an executed notebook, and put links to their files in their place.

    Raises ValueError if two have one name.
    """
    pictures: list[Picture] = []
    for data in _figures(notebook):
        picture = Picture(chapter=chapter, svg=standalone(data["text/html"]), **data.pop(MIME))
        if picture.name in {other.name for other in pictures}:
            raise ValueError(f"two figures are named {picture.name!r}")
        pictures.append(picture)
        data["text/html"] = picture.figure()
    return pictures


def _figures(notebook: Any) -> Iterator[Any]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if MIME in output.get("data", {}):
                yield output.data
