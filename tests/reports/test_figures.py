"""Figures: SVG for every ground, smaller without a difference that shows, and their numbers as CSV."""

from __future__ import annotations

import csv
import io
import re
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from reports import notebook
from reports.figures import INK, PALETTE, standalone, to_figure_html, to_svg
from reports.pictures import take_out
from reports.series import to_csv
from reports.slim import slim

nb: Any = import_module("nbformat.v4")


def draw() -> Figure:
    figure, axes = notebook.figure()
    axes.plot([0, 1], [1, 2], label="a")
    axes.set_title(r"$\alpha$")
    axes.legend()
    return figure


def test_figure_takes_the_colour_of_the_page_and_repeats_exactly() -> None:
    first = to_figure_html(draw(), number=1, caption="c", alt='a "line" & <b>')
    assert first == to_figure_html(draw(), number=1, caption="c", alt='a "line" & <b>')
    assert "currentColor" in first
    assert INK not in first
    assert '<desc id="fig1-desc">a &quot;line&quot; &amp; &lt;b&gt;</desc>' in first
    assert not re.search(r"fill: #fff|<style|<metadata|<\?xml|DOCTYPE", first)


def test_ids_of_two_figures_do_not_clash() -> None:
    both = [to_figure_html(draw(), number=n, caption="c", alt="a") for n in (1, 2)]
    first, second = (set(re.findall(r'\bid="([^"]+)"', html)) for html in both)
    assert first
    assert not first & second
    for html, ids in zip(both, (first, second), strict=True):
        assert {ref for pair in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', html) for ref in pair if ref} <= ids


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_palette_is_readable_on_both_grounds() -> None:
    for number, colour in enumerate(PALETTE):
        on_white = 1.05 / (luminance(colour) + 0.05)
        on_black = (luminance(colour) + 0.05) / (luminance("#14161a") + 0.05)
        # Three to one is WCAG's contrast for graphics; the last two colours are reserves, told apart by dashes.
        assert min(on_white, on_black) >= (2.9 if number < 4 else 2.0), colour


def test_file_has_a_size_and_the_colours_of_both_grounds() -> None:
    svg = to_svg(draw(), alt="a")
    assert re.search(r'^<svg [^>]*width="518\.4pt" height="259\.2pt"', svg)
    assert "@media(prefers-color-scheme:dark)" in svg
    with pytest.raises(ValueError, match="no inline SVG"):
        standalone("<p>")


def test_slim_rounds_places_and_nothing_else() -> None:
    svg = (
        '<svg aria-labelledby="t">\n <title id="t">1.23456</title>\n <g id="unused" transform="scale(0.015625)">'
        '<path d="M 1.23456 -0.001 \nL 2.5 10.999 \nz\n" style="stroke-width: 0.12345"/></g>\n</svg>'
    )
    assert slim(svg) == (
        '<svg aria-labelledby="t"><title id="t">1.23456</title><g transform="scale(0.015625)">'
        '<path d="M1.23 0L2.5 11z" style="stroke-width: 0.12345"/></g></svg>'
    )


def test_slim_says_a_style_of_many_marks_once() -> None:
    mark = '<use href="#m" x="1" style="fill: red"/>'
    assert slim(f"<g>{mark}{mark}</g>") == '<g style="fill: red"><use href="#m" x="1"/><use href="#m" x="1"/></g>'
    faint = mark.replace("fill: red", "opacity: 0.5")  # of a group it would mean something else
    assert slim(f"<g>{faint}{faint}</g>") == f"<g>{faint}{faint}</g>"


def rows(figure: Figure) -> list[dict[str, str]]:
    figure.canvas.draw()
    return list(csv.DictReader(io.StringIO(to_csv(figure))))


def numbers(found: list[dict[str, str]], *names: str, **fixed: str) -> list[tuple[float, ...]]:
    chosen = [row for row in found if all(row[key] == value for key, value in fixed.items())]
    return [tuple(float(row[name]) for name in names) for row in chosen]


def test_numbers_of_lines_bands_and_error_bars() -> None:
    figure, axes = notebook.figure()
    axes.plot([1, 2], [3, 4], label="line")
    axes.axhline(7, label="level")
    axes.fill_between([1, 2], [0, 1], [2, 3], label="band")
    axes.errorbar([1, 2], [3, 4], yerr=[0.5, 0.25], label="bars")
    axes.set(yscale="linear", title="Panel")
    found = rows(figure)
    assert {row["panel"] for row in found} == {"Panel"}
    assert numbers(found, "x", "y", series="line") == [(1, 3), (2, 4)]
    assert {y for (y,) in numbers(found, "y", series="level")} == {7}
    assert set(numbers(found, "x", "y", series="band")) == {(1, 0), (2, 1), (2, 3), (1, 2)}
    ends = numbers(found, "x", "y", series="bars", kind="segment")
    assert ends == [(1, 2.5), (1, 3.5), (2, 3.75), (2, 4.25)]


def test_numbers_of_bars_points_and_maps() -> None:
    figure, panels = notebook.figure(1, 3)
    panels[0].bar(["a", "b"], [1, 2], label="count", yerr=[0.1, 0.1])
    panels[1].scatter([1, 2], [3, 4], c=[5, 6])
    panels[2].imshow(np.arange(6).reshape(2, 3), origin="lower")
    panels[2].pcolormesh([0, 2, 4], [0, 1], [[8, 9]])
    found = rows(figure)
    bars = [row for row in found if row["kind"] == "bar"]
    assert [(row["series"], row["x"], row["height"]) for row in bars] == [("count", "a", "1"), ("count", "b", "2")]
    assert numbers(found, "x", "y", "value", kind="point") == [(1, 3, 5), (2, 4, 6)]
    cells = numbers(found, "x", "y", "value", kind="cell", panel="3")
    assert {(0, 0, 0), (2, 0, 2), (0, 1, 3), (2, 1, 5), (1, 0.5, 8), (3, 0.5, 9)} <= set(cells)


def test_undefined_numbers_are_empty_and_unused_columns_are_left_out() -> None:
    figure, axes = notebook.figure()
    axes.plot([0, 1], [np.nan, 1])
    assert to_csv(figure).splitlines() == ["panel,kind,x,y", "1,line,0,", "1,line,1,1"]


def executed(*names: str) -> Any:
    def shown(number: int, name: str) -> Any:
        record = {"number": number, "name": name, "caption": "c", "alt": 'an "alt"', "front": False, "csv": "x\n1\n"}
        html = to_figure_html(draw(), number=number, caption="c", alt='an "alt"')
        return nb.new_output("display_data", {"text/html": html, "application/vnd.aimc.figure+json": record})

    return nb.new_notebook(cells=[nb.new_code_cell(outputs=[shown(n, name)]) for n, name in enumerate(names, start=1)])


def test_figures_are_taken_out_of_a_notebook() -> None:
    made = executed("first", "named")
    first, second = take_out(made, "chapter")
    assert set(first.files()) == {"figures/chapter-first.svg", "figures/chapter-first.csv"}
    assert second.anchor == "chapter.html#figure-named"
    html = made.cells[0].outputs[0].data["text/html"]
    assert 'alt="an &quot;alt&quot;" width="691" height="346"' in html
    assert "<svg" not in html


def test_two_figures_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two figures are named 'same'"):
        take_out(executed("same", "same"), "chapter")
