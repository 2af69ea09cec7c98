"""Executed notebooks to HTML: one exporter, one frame, no scripts and nothing to fetch."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters.html import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from reports.build import Build
from reports.claims import MIME
from reports.errors import BuildError
from reports.ledger import Row
from reports.mathml import prose, to_mathml

_TEMPLATES = Path(__file__).with_name("templates")
_PRIORITY = (MIME, "text/html", "text/markdown", "image/svg+xml", "text/latex", "text/plain")
_REMOTE = re.compile(r"""<(?:script|link|img|iframe|source|embed|object)\b[^>]*?\b(?:src|href|data)\s*=\s*["']?\s*
    (?:[a-z][a-z0-9+.-]*:)?//|<script\b|@import\b""", re.IGNORECASE | re.VERBOSE)  # fmt: skip


class _MathRenderer(IPythonRenderer):
    """Markdown whose formulas come out as MathML."""

    def inline_math(self, body: str) -> str:
        return to_mathml(body, display=False)

    def block_math(self, body: str) -> str:
        return to_mathml(body, display=True)

    def latex_environment(self, name: str, body: str) -> str:
        return to_mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)


class _BodyExporter(HTMLExporter):
    """The cells of a notebook as an HTML fragment."""

    def __init__(self, cards: Mapping[str, Row]) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            template_name="aimc", extra_template_basedirs=[str(_TEMPLATES)]
        )
        self._cards = cards
        self.config.NbConvertBase.display_data_priority = list(_PRIORITY)

    def default_filters(self) -> Any:
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "markdown2html", markdown
        yield "tex2mathml", lambda tex: to_mathml(tex, display=True)
        yield "claim_card", lambda data: _card(self._cards[data["name"]])


def markdown(source: str) -> str:
    """Return Markdown as HTML with formulas as MathML; raises ValueError naming a bad formula."""
    renderer = _MathRenderer(escape=False, anchor_link_text="#")
    return str(MarkdownWithMath(renderer=renderer).render(source))


def notebook_page(build: Build, rows: list[Row], frame: Mapping[str, Any]) -> str:
    """Return the page of one executed notebook; ``frame`` fills the header and footer.

    Raises BuildError naming the notebook and the formula, or the remote reference, that is at fault.
    """
    exporter = _BodyExporter({row.claim.name: row for row in rows})
    try:
        body, _ = exporter.from_notebook_node(build.notebook())
    except ValueError as error:
        raise BuildError(f"notebook {build.name}: {error}") from None
    # The notebook's own HTML is trusted as its author wrote it; only what it would fetch is refused.
    content = Markup(body)  # noqa: S704
    return page("page.html.j2", f"notebook {build.name}", name=build.name, title=build.title,
                body=content, build=build, **frame)  # fmt: skip


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


def number(value: float | None) -> str:
    """Return four significant digits, or a dash for an undefined number."""
    return "—" if value is None or not math.isfinite(value) else f"{value:.4g}".replace("-", "−")


def _card(row: Row) -> str:
    macros = _environment().get_template("macros.html.j2").module
    return str(macros.card(row))  # type: ignore[attr-defined]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["prose"] = lambda text: Markup(prose(text))  # noqa: S704  (prose escapes)
    environment.filters["number"] = number
    return environment
