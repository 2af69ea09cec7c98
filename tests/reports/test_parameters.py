"""The parameters cell: grammar, ranges, and values given as text."""

from __future__ import annotations

import pytest

from reports.errors import UsageError
from reports.parameters import SCALES, override, parse_cell, parse_line

LINES = """steps: int = 100  # [1, 1_000] number of steps
alpha: float = 1e-2  # [0, 1] step size

device: str = "soft"  # {soft, hard} device
label: str = ""  # free text
"""


def test_cell_is_read() -> None:
    steps, alpha, device, label = parse_cell(LINES)
    assert (steps.default, steps.low, steps.high, steps.description) == (100, 1, 1000, "number of steps")
    assert (alpha.type, alpha.default) == ("float", 0.01)
    assert device.choices == ("soft", "hard")
    assert (label.default, label.choices, label.description) == ("", (), "free text")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("steps = 3  # [1, 2] x", "does not read"),
        ("steps: int = 3", "does not read"),
        ("steps: list = [3]  # [1, 2] x", "does not read"),
        ("steps: int = 3  # [1, 5]", "steps needs a range"),
        ("steps: int = 3  # count", "steps needs a range"),
        ("steps: int = 3  # [5, 1] x", "range .* is empty"),
        ("steps: int = 7  # [1, 5] x", r"steps must be int in \[1, 5\], got 7"),
        ("steps: int = 3.5  # [1, 5] x", r"steps must be int in \[1, 5\], got 3.5"),
        ("steps: int = True  # [0, 5] x", "got True"),
        ("steps: int = f()  # [1, 5] x", "literal default"),
        ("steps: int = 3  # [a, 5] x", "literal default|numbers as range"),
        ('device: str = "x"  # {a, b} d', "device must be one of a, b, got 'x'"),
        ('device: str = "x"  # [1, 2] d', "takes {choices}, no range"),
        ("device: str = 3  # d", "device must be a string, got 3"),
    ],
)
def test_malformed_line_is_refused(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_line(line)


SCALED = "steps: int = 100  # [1, 1000] steps; the more the better; ci: 10; full: 1_000"


def test_scales_have_values_of_their_own() -> None:
    (steps,) = parse_cell(SCALED)
    assert steps.description == "steps; the more the better"
    assert [steps.at(scale) for scale in SCALES] == [10, 100, 1000]
    label = parse_line('label: str = ""  # text; full: "a; b"')
    assert (label.at("ci"), label.at("full")) == ("", "a; b")
    assert override((steps,), {}, "full") == {"steps": 1000}
    assert override((steps,), {"steps": "7"}, "full") == {"steps": 7}  # what is given by hand goes before the scale


@pytest.mark.parametrize(
    ("scales", "message"),
    [
        ("; full: 2000", r"steps must be int in \[1, 1000\], got 2000"),
        ("; ci: 1.5", r"steps must be int in \[1, 1000\], got 1.5"),
        ("; full: f()", "steps at scale full must have a literal default"),
        ("; full: 5; full: 6", "scale full is given twice"),
    ],
)
def test_a_bad_value_of_a_scale_is_refused(scales: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_line("steps: int = 100  # [1, 1000] steps" + scales)


def test_errors_carry_the_line_and_names_are_unique() -> None:
    with pytest.raises(ValueError, match="steps is declared twice") as caught:
        parse_cell(LINES + "steps: int = 1  # [1, 2] again")
    assert caught.value.args[1] == 6


def test_values_are_parsed_by_the_declared_type() -> None:
    given = {"steps": "7", "alpha": "1", "device": "hard", "label": "__import__('os')"}
    values = override(parse_cell(LINES), given)
    assert values == {"steps": 7, "alpha": 1.0, "device": "hard", "label": "__import__('os')"}
    assert isinstance(values["alpha"], float)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("steps", "0", r"steps must be int in \[1, 1000\], got 0"),
        ("steps", "1.0", "got 1.0"),
        ("steps", "ten", "got 'ten'"),
        ("steps", "__import__('os').getpid()", "got .__import__"),
        ("alpha", "nan", "got 'nan'"),
        ("alpha", "2", r"alpha must be float in \[0, 1\], got 2"),
        ("device", "medium", "device must be one of soft, hard, got 'medium'"),
    ],
)
def test_values_are_checked(name: str, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        override(parse_cell(LINES), {name: text})
