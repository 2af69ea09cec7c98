"""Subset STIX Two Math to the ranges that mathematical prose needs and write it as woff2.

Usage: ``python make_font.py STIXTwoMath-Regular.ttf``; writes ``STIXTwoMath.woff2`` beside this file.
The source font is the one inside the PyPI package ``ziamath`` (SIL Open Font License 1.1, text in
``STIXTwoMath-OFL.txt``).  Needs ``fonttools`` and ``brotli``, which the project itself does not.

The ranges are fixed and deliberately not derived from the pages: a MathML root or brace holds no text,
so a subset to the characters in use would lose them without any error.
"""

from __future__ import annotations

import sys
from pathlib import Path

RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1, holds the macron 00AF
    (0x0131, 0x0131),
    (0x0237, 0x0237),  # dotless i and j
    (0x02C6, 0x02DD),  # spacing accents
    (0x0302, 0x0338),  # combining accents and the negation slash
    (0x0391, 0x03F6),  # Greek
    (0x2010, 0x2044),  # dashes, primes, overline 203E
    (0x2057, 0x2057),
    (0x2061, 0x2064),  # invisible operators
    (0x20D0, 0x20EF),  # combining arrows
    (0x2100, 0x214F),  # letterlike: blackboard capitals, ℓ
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # operators, holds the root 221A
    (0x2308, 0x230B),  # ceiling and floor
    (0x23B4, 0x23B5),
    (0x23DC, 0x23E1),  # horizontal braces
    (0x25A0, 0x25FF),  # geometric shapes
    (0x27C2, 0x27C2),
    (0x27E6, 0x27EF),  # double brackets, angles
    (0x27F5, 0x27FF),  # long arrows
    (0x2A00, 0x2A0C),  # n-ary operators
    (0x2A7D, 0x2AB8),  # slanted relations
    (0x1D400, 0x1D7FF),  # mathematical alphanumerics
)


def main(source: str) -> int:
    """Write the subset of ``source`` beside this file; return the process exit code."""
    from fontTools.subset import Options, Subsetter, load_font, save_font  # type: ignore[import-untyped]  # noqa: PLC0415

    options = Options(
        flavor="woff2",
        layout_features=["ssty", "dtls", "flac", "ccmp", "mark", "mkmk", "kern"],
        hinting=False,
        desubroutinize=True,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],  # keep the copyright and the licence inside the font
    )
    font = load_font(source, options)
    font.recalcTimestamp = False  # the same input gives the same bytes
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    subsetter.subset(font)
    save_font(font, str(Path(__file__).with_name("STIXTwoMath.woff2")), options)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
