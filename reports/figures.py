"""Figures for light and dark pages: one style, and deterministic SVG, inline or as a file that has both variants."""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING, Any

from reports.slim import slim

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = "#010203"
"""Drawn wherever text, axes or grid take the page's own colour; becomes ``currentColor`` in the SVG."""
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe-Ito without its yellow and black, the ones readable on white and near-black first."""
MIME = "application/vnd.aimc.figure+json"
"""Type of the record that goes with a figure among a notebook's outputs; see `reports.pictures`."""
_LIGHT, _DARK = "color:#1c1e22;background:#fff", "color:#e3e5e9;background:#14161a"
"""Ink and paper of the site's stylesheet."""
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (7, 2)))

_STYLE: dict[Any, Any] = {
    **dict.fromkeys(
        ("text.color", "axes.edgecolor", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"), INK
    ),
    "grid.color": INK,
    "grid.alpha": 0.15,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "lines.linewidth": 1.8,
    "lines.markersize": 4.5,
    "patch.edgecolor": INK,
    "hatch.color": INK,
    "boxplot.medianprops.color": PALETTE[1],
    "legend.frameon": False,
    "legend.fontsize": "small",
    "font.size": 10,
    "figure.constrained_layout.use": True,
    "savefig.transparent": True,
    "svg.fonttype": "path",  # the page's fonts have other widths than those the layout was made with
    "svg.hashsalt": "aimc",
}


def use_style() -> None:
    """Make the project's style the default of every figure created afterwards."""
    import matplotlib as mpl  # noqa: PLC0415
    from cycler import cycler  # noqa: PLC0415

    # Colour never stands alone: the dashes change with it.
    cycle = cycler(color=PALETTE) + cycler(linestyle=DASHES)
    mpl.rcParams.update({**_STYLE, "axes.prop_cycle": cycle})


def to_figure_html(figure: Figure, *, number: int, caption: str, alt: str) -> str:
    """Return a ``<figure>`` with inline SVG, for a notebook at work; the site refers to the SVG as a file.

    ``caption`` is HTML, ``alt`` plain text.  Ids carry the figure number, so that several figures share
    a page; the bytes depend on nothing but the figure.
    """
    svg = _inline(_draw(figure), prefix=f"fig{number}-", alt=alt)
    label = f'<span class="label">Figure {number}.</span>'
    return f'<figure id="figure-{number}">\n{svg}\n<figcaption>{label} {caption}</figcaption>\n</figure>'


def to_svg(figure: Figure, *, alt: str) -> str:
    """Return an SVG file for light and dark grounds, with a text alternative."""
    return standalone(_inline(_draw(figure), prefix="fig1-", alt=alt))


def standalone(html: str) -> str:
    """Return the first inline SVG of a piece of HTML as a file: of a size, and in the colours its viewer prefers.

    Raises ValueError if there is none.
    """
    found = re.search(r"<svg .*?</svg>", html, flags=re.DOTALL)
    if found is None:
        raise ValueError("there is no inline SVG")
    width, height = size(found[0])
    colours = f"<style>svg{{{_LIGHT}}}@media(prefers-color-scheme:dark){{svg{{{_DARK}}}}}</style>"
    fixed = f' width="{width:g}pt" height="{height:g}pt">{colours}'
    return re.sub(r' style="width:100%[^"]*">', fixed, found[0], count=1) + "\n"


def size(svg: str) -> tuple[float, float]:
    """Return width and height [pt] of what `_inline` or `standalone` made."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if box is None:
        raise ValueError("the SVG has no viewBox that starts at 0 0")
    return float(box[1]), float(box[2])


def _draw(figure: Figure) -> str:
    import matplotlib as mpl  # noqa: PLC0415

    buffer = io.StringIO()
    options: dict[str, Any] = {"Date": None, "Creator": None}
    with mpl.rc_context({key: _STYLE[key] for key in ("svg.fonttype", "svg.hashsalt")}):
        figure.savefig(buffer, format="svg", transparent=True, metadata=options)
    return buffer.getvalue()


def _inline(svg: str, *, prefix: str, alt: str) -> str:
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)  # the text that each glyph path spells
    # A style element inside an inline SVG applies to the whole page; the site's stylesheet says the same.
    svg = re.sub(r"<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{prefix}', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\1{prefix}", svg)
    svg = svg.replace(INK, "currentColor")
    head, body = svg.split(">", 1)
    head = re.sub(r' (?:width|height)="[^"]*"', "", head)
    style = f"width:100%;height:auto;max-width:{size(head)[0]:g}pt"
    return slim(
        f'{head} role="img" aria-labelledby="{prefix}title {prefix}desc" style="{style}">'
        f'<title id="{prefix}title">{prefix[:-1].replace("fig", "Figure ")}</title>'
        f'<desc id="{prefix}desc">{html.escape(alt)}</desc>{body}'
    )
