"""Numbers of the text: recorded, filled in, kept."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import pytest

from reports.results import MIME, Result, collect, fill, tables

nb: Any = import_module("nbformat.v4")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{ a }}, {{a:.1f}}", "1.235, 1.2"),
        ("{{ count }} of {{ claim-one.bound }}", "7 of −0.5"),
        (r"$\frac{{x}}{2}$ and {a}", r"$\frac{{x}}{2}$ and {a}"),
    ],
)
def test_places_are_filled(text: str, filled: str) -> None:
    values = {"a": 1.23456, "count": 7, "claim-one.bound": -0.5, "x": "{{x}}"}
    assert fill(text, values) == filled


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ b }}", r"\{\{ b \}\}: no parameter, result or claim gives it; known: a"),
        ("{{ a:.1q }}", r"\{\{ a:.1q \}\}: (Unknown|Invalid) format"),
    ],
)
def test_places_that_cannot_be_filled_are_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fill(text, {"a": 1.0})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "A b"}, "name must be lower-case letters, digits and _, a letter first, got 'A b'"),
        ({"value": math.inf}, "result n: value must be finite, got inf"),
        ({"meaning": " "}, "result n: meaning must be a non-empty string"),
    ],
)
def test_result_is_checked(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Result(**{"name": "n", "value": 1.0, "meaning": "m", **change})


def test_result_given_twice_is_refused() -> None:
    output = nb.new_output("display_data", {MIME: {"name": "n", "value": 1.0, "meaning": "m", "front": False}})
    assert [one.name for one in collect(nb.new_notebook(cells=[nb.new_code_cell(outputs=[output])]))] == ["n"]
    with pytest.raises(ValueError, match="result 'n' is recorded twice"):
        collect(nb.new_notebook(cells=[nb.new_code_cell(outputs=[output, output])]))


def test_tables_are_read_cell_by_cell() -> None:
    math_cell = "<math><mi>τ</mi><annotation>\\tau</annotation></math>"
    page = (
        "<table><caption>4</caption><thead><tr><th>a <b>b</b></th></tr></thead>"
        f"<tr><td>{math_cell} = 1</td></tr></table><p>9</p><table><tr><td>no digits</td></tr></table>"
    )
    assert tables(page) == [[["a b"], [r"\tau = 1"]]]
