"""Executed notebooks to HTML: one exporter, one frame, one script of the site's own and nothing else to fetch."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters.html import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from reports import results
from reports.chapters import Chapter, contents
from reports.claims import MIME
from reports.errors import BuildError
from reports.ledger import Row
from reports.mathml import prose, to_mathml

_TEMPLATES = Path(__file__).with_name("templates")
_PRIORITY = (MIME, results.MIME, "text/html", "text/markdown", "image/svg+xml", "text/latex", "text/plain")
_REMOTE = re.compile(r"""<(?:script|link|img|iframe|source|embed|object)\b[^>]*?\b(?:src|href|data)\s*=\s*["']?\s*
    (?:[a-z][a-z0-9+.-]*:)?//|<script\b(?!\ src="(?:assets/site|provenance)\.js"\ defer></script>)|@import\b""",
    re.IGNORECASE | re.VERBOSE)  # fmt: skip


class _MathRenderer(IPythonRenderer):
    """Markdown whose formulas come out as MathML."""

    def inline_math(self, body: str) -> str:
        return to_mathml(body, display=False)

    def block_math(self, body: str) -> str:
        return to_mathml(body, display=True)

    def latex_environment(self, name: str, body: str) -> str:
        return to_mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)

    def table(self, text: str) -> str:
        return f'<div class="scroll"><table>\n{text}</table></div>\n'  # scrolls by itself on a narrow screen


class _BodyExporter(HTMLExporter):
    """The cells of a notebook as an HTML fragment."""

    def __init__(self, cards: Mapping[str, Row]) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            template_name="aimc", extra_template_basedirs=[str(_TEMPLATES)]
        )
        self._cards = cards
        self.config.NbConvertBase.display_data_priority = list(_PRIORITY)

    def from_notebook_node(self, nb: Any, resources: Any = None, **more: Any) -> Any:
        """Fill the template; unlike the parent, without parsing the whole page again to improve on it."""
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))  # type: ignore[no-untyped-call]
        return TemplateExporter.from_notebook_node(self, nb, resources, **more)

    def default_filters(self) -> Any:
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "markdown2html", markdown
        yield "tex2mathml", lambda tex: to_mathml(tex, display=True)
        yield "claim_card", lambda data: _card(self._cards[data["name"]])


def markdown(source: str) -> str:
    """Return Markdown as HTML with formulas as MathML; raises ValueError naming a bad formula."""
    renderer = _MathRenderer(escape=False, anchor_link_text="#")
    return str(MarkdownWithMath(renderer=renderer).render(source))


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page whole, and its content alone."""

    text: str
    body: str


def notebook_page(chapter: Chapter, rows: list[Row], frame: Mapping[str, Any]) -> Page:
    """Return the page of one executed notebook; ``frame`` fills header and footer.

    Raises BuildError naming the notebook and the formula, the number in the prose, or the remote reference, that
    is at fault.
    """
    exporter = _BodyExporter({row.claim.name: row for row in rows})
    try:
        body, _ = exporter.from_notebook_node(_filled(chapter, rows))
    except ValueError as error:
        raise BuildError(f"notebook {chapter.name}: {error}") from None
    # The notebook's own HTML is trusted as its author wrote it; only what it would fetch is refused.
    headings = [(anchor, Markup(words)) for anchor, words in contents(body)]  # noqa: S704
    text = page("page.html.j2", f"notebook {chapter.name}", title=chapter.build.title, body=Markup(body),  # noqa: S704
                build=chapter.build, contents=headings, **frame)  # fmt: skip
    return Page(text=text, body=body)


def executed_notebook(chapter: Chapter, rows: list[Row]) -> bytes:
    """Return the executed notebook as a file: its figures links to the site's files, its prose with its numbers."""
    import nbformat  # noqa: PLC0415

    return str(nbformat.writes(_filled(chapter, rows)) + "\n").encode()  # type: ignore[no-untyped-call]


def _filled(chapter: Chapter, rows: list[Row]) -> Any:
    """The notebook with the places in its prose filled; raises ValueError naming one that cannot be."""
    values = results.known(chapter.build.parameters, rows, chapter.results)
    notebook = copy.deepcopy(chapter.notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = results.fill(cell.source, values)
    return notebook


def page(template: str, what: str, /, **context: Any) -> str:
    """Fill a template; raises BuildError if the page refers to anything outside the site."""
    try:
        text = _environment().get_template(template).render(**context)
    except ValueError as error:
        raise BuildError(f"{what}: {error}") from None
    remote = _REMOTE.search(text)
    if remote:
        raise BuildError(f"{what}: the page would run or fetch something: {remote[0]!r}")
    return text.strip() + "\n"


def _card(row: Row) -> str:
    macros = _environment().get_template("macros.html.j2").module
    return str(macros.card(row))  # type: ignore[attr-defined]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["prose"] = lambda text: Markup(prose(text))  # noqa: S704  (prose escapes)
    environment.filters["number"] = results.number
    return environment
