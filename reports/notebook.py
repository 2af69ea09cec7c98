"""What a notebook imports: figures, claims, statements and progress, each shown the way the site needs.

Everything recorded here travels in the notebook's outputs; nothing is written to disk.
"""

from __future__ import annotations

import html
import itertools
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from reports.claims import KINDS, MIME, Claim
from reports.figures import MIME as FIGURE
from reports.figures import to_figure_html, use_style
from reports.mathml import prose, strip_delimiters
from reports.results import MIME as RESULT
from reports.results import Result
from reports.series import to_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["claim", "figure", "progress", "result", "show", "statement", "use_style"]

QUIET = "AIMC_QUIET"
"""Set in the environment of executed (not interactive) notebooks: no progress output."""

_figure_numbers = itertools.count(1)


def figure(
    rows: int = 1, columns: int = 1, *, width: float = 7.2, height: float = 3.6, **subplots: Any
) -> tuple[Figure, Any]:
    """Return ``(figure, axes)`` in the project's style, as ``matplotlib.pyplot.subplots`` does.

    ``width`` and ``height`` in inches; further keywords go to ``Figure.subplots``.  The figure is not
    registered with pyplot, hence shown only by `show`.
    """
    from matplotlib.figure import Figure as New  # noqa: PLC0415

    use_style()
    made = New(figsize=(width, height))
    return made, made.subplots(rows, columns, **subplots)


def show(figure: Figure, *, name: str, caption: str, alt: str, front: bool = False) -> None:
    """Show a figure as SVG with a numbered caption, a text alternative and its numbers as CSV, then close it.

    ``name`` (lower-case letters, digits and -) is that of its anchor and files, which stay when figures are added
    before it.  ``caption`` may hold ``$formulas$``; ``alt`` says in plain words what the figure shows.  With
    ``front`` the start page shows it as well.  Raises ValueError if a text is empty, a formula is not understood,
    or for a name that cannot be.
    """
    for field, text in (("caption", caption), ("alt", alt)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{field} must be a non-empty string, got {text!r}")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"name must be lower-case letters, digits and -, a letter first, got {name!r}")
    written, number, alt = prose(caption), next(_figure_numbers), alt.strip()
    content = to_figure_html(figure, number=number, caption=written, alt=alt)
    record = {"number": number, "name": name, "caption": written, "alt": alt, "front": front, "csv": to_csv(figure)}
    _display({"text/html": content, "text/plain": alt, FIGURE: record})
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)
    figure.clear()


def result(name: str, value: float, *, meaning: str, front: bool = False) -> None:
    """Record a number for the prose, where ``{{ name }}`` or ``{{ name:.1f }}`` stands for it, and for results.json.

    ``meaning`` says what it is, in words; with ``front`` the start page says it as well.  Raises ValueError
    naming the bad field.
    """
    made = Result(name=name, value=float(value), meaning=meaning, front=front)
    _display({RESULT: vars(made), "text/plain": f"{name} = {made.value:.6g}: {meaning}"})


def claim(
    name: str,
    *,
    statement: str,
    kind: str,
    measured: Sequence[float],
    bound: float | Sequence[float],
    margin: float | None = None,
    description: str,
) -> None:
    """Record a claim (see `reports.claims.Claim`) and show it; raises ValueError naming the bad field.

    ``statement`` names what is claimed and ``description`` how it is measured; both may hold
    ``$formulas$``.  ``measured`` has one value per independent seed.
    """
    made = Claim(
        name=name,
        statement=statement,
        kind=kind,
        measured=cast(tuple[float, ...], measured),  # the claim itself turns any sequence into floats
        bound=cast(float, bound),
        margin=margin,
        description=description,
    )
    text = f"Claim {name}: {statement} (measured {KINDS[kind].relation} bound, {len(made.measured)} values)"
    shown = f"<p><b>{html.escape(name)}</b> {prose(statement)}<br>{prose(description)}</p>"
    _display({MIME: made.to_json(), "text/html": shown, "text/plain": text})


def statement(identifier: str) -> Any:
    """Show a theory statement (title, source, its inequality as TeX) and return the object itself.

    Raises ``theory.UnknownStatement`` for an unknown identifier.
    """
    import theory  # noqa: PLC0415

    found = theory.get(identifier)
    _display({"text/markdown": f"**{found.id}. {found.title}** ({found.kind}; {found.source})"})
    _display({"text/latex": f"$${strip_delimiters(found.latex())}$$"})
    return found


def progress(total: int, description: str) -> Callable[[int, int], None]:
    """Return a callback ``(done, total)`` that updates one line; silent when executed for a report."""
    if os.environ.get(QUIET):
        return _ignore
    from IPython.display import display  # noqa: PLC0415

    start = {"text/plain": f"{description}: 0/{total}"}
    handle = display(start, raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def update(done: int, total: int = total) -> None:
        if handle is not None:
            handle.update({"text/plain": f"{description}: {done}/{total}"}, raw=True)

    return update


def _ignore(done: int, total: int) -> None:
    """Progress that nobody watches."""


def _display(data: dict[str, Any]) -> None:
    from IPython.display import display  # noqa: PLC0415

    display(data, raw=True)  # type: ignore[no-untyped-call]
