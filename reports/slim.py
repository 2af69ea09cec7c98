"""Smaller SVG that draws the same: coordinates to 0.01 pt, paths without blanks, a style said once a group."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_PLACES = re.compile(r'(?<= )(?:d|x|y|width|height|points)="[^"]*"|translate\([^)]*\)')
_PATH = re.compile(r'(?<= d=")[^"]*')
_USES = re.compile(r'<g(?: [^>]*)?>(?:\s*<use [^>]*? style="[^"]*"/>)+\s*</g>')
_STYLE = re.compile(r' style="([^"]*)"')
_ID = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r'href="#([^"]+)"|url\(#([^)]+)\)|aria-labelledby="([^"]+)"')


def slim(svg: str) -> str:
    """Return ``svg`` [points] with what no eye can tell from it left out.

    Coordinates are rounded to 0.01 pt, less than a hundredth of a line's width; scales are kept, they multiply.
    Ids that nothing refers to go.
    """
    svg = _PLACES.sub(lambda place: _DECIMAL.sub(_rounded, place[0]), svg)
    svg = _PATH.sub(lambda path: re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(path[0].split())), svg)
    svg = _USES.sub(_said_once, svg)
    used = {name for match in _REFERENCE.finditer(svg) for group in match.groups() if group for name in group.split()}
    svg = _ID.sub(lambda found: found[0] if found[1] in used else "", svg)
    return re.sub(r">\s+<", "><", svg)


def _rounded(number: re.Match[str]) -> str:
    text = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _said_once(group: re.Match[str]) -> str:
    """Move the style that all markers of a group share to the group; opacity of a whole is not inherited."""
    styles = set(_STYLE.findall(group[0]))
    if len(styles) != 1 or group[0].count("<use ") < 2 or re.search(r"(?<![-\w])opacity", group[0]):
        return group[0]
    style = f' style="{styles.pop()}"'
    head, uses = group[0].split(">", 1)
    return f"{head}{style}>{uses.replace(style, '')}"
