"""TeX to MathML, offline: a thin, loud adapter around math-core.

math-core is exact about what it does not know: it raises.  `rewrite` replaces the few constructs of
everyday AMS mathematics that it lacks by equivalent ones; what is left becomes a ValueError.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from math_core import LatexToMathML

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_INLINE = re.compile(r"(?<![\\$])\$(?!\$)((?:[^$\\]|\\.)+)\$")
_TEXT = re.compile(r"\\(?:text|textrm|mbox)\s*\{([^{}]*\$[^{}]*)\}")
_SUBSTACK = re.compile(r"\\substack\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_MATHOP = re.compile(r"\\mathop\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\\limits")
_ROMAN = re.compile(r"\\(?:rm|mathrm)\b\s*")
_SKIP = re.compile(r"(\\\\)\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm)\s*\]")


def to_mathml(tex: str, *, display: bool) -> str:
    """Return a ``<math>`` element that keeps the TeX as its annotation.

    Raises ValueError with the formula and what math-core says about it.
    """
    from math_core import LatexError  # noqa: PLC0415

    source = strip_delimiters(tex)
    try:
        element = _converter().convert_with_local_state(rewrite(source), displaystyle=display)
    except LatexError as error:
        said = _ANSI.sub("", str(error)).strip().splitlines()[0].removeprefix("Error: ")
        raise ValueError(f"formula {' '.join(source.split())!r}: {said}") from None
    return element


def rewrite(tex: str) -> str:
    """Return ``tex`` with unsupported constructs replaced: split, substack, math in text, mathop, row skips."""
    tex = re.sub(r"\\(begin|end)\{split\}", r"\\\1{aligned}", tex)
    tex = _SUBSTACK.sub(r"\\begin{subarray}{c}\1\\end{subarray}", tex)
    tex = _MATHOP.sub(lambda match: rf"\operatorname*{{{_ROMAN.sub('', match[1])}}}", tex)
    tex = _SKIP.sub(r"\1", tex)
    return _TEXT.sub(lambda match: _split_text(match[1]), tex)


def strip_delimiters(tex: str) -> str:
    r"""Return the formula without surrounding ``$``, ``$$``, ``\(`` or ``\[``."""
    tex = tex.strip()
    for opening, closing in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")):
        if len(tex) >= len(opening + closing) and tex.startswith(opening) and tex.endswith(closing):
            return tex[len(opening) : -len(closing)].strip()
    return tex


def prose(text: str) -> str:
    """Return plain text as HTML, with each ``$formula$`` as MathML; raises ValueError as `to_mathml`."""
    pieces = _INLINE.split(text)
    return "".join(
        to_mathml(piece, display=False) if i % 2 else html.escape(piece, quote=False).replace(r"\$", "$")
        for i, piece in enumerate(pieces)
    )


def _split_text(content: str) -> str:
    parts = content.split("$")
    return "".join(part if i % 2 else rf"\text{{{part}}}" for i, part in enumerate(parts) if part)


@cache
def _converter() -> LatexToMathML:
    from math_core import LatexToMathML as Converter  # noqa: PLC0415

    return Converter(annotation=True)
