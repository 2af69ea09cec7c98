"""The `parameters` cell of a notebook: its grammar, its checks, and values from the command line.

Every line is ``name: type = literal  # [low, high] description`` (int, float),
``name: str = "x"  # {a, b} description`` or ``name: str = ""  # description``.  After the description may follow
values for other scales: ``; ci: literal``, ``; full: literal``.  Values are parsed as data, never evaluated.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reports.errors import UsageError

Value = int | float | str
TypeName = Literal["int", "float", "str"]

SCALES = ("ci", "default", "full")
"""How large a report is: quick enough for every commit, for a laptop in minutes, for hours."""

_SCALED = re.compile(r"; (ci|full): ((?:(?!; (?:ci|full): ).)+)$")
_LINE = re.compile(
    r"(?P<name>[A-Za-z_]\w*): (?P<type>int|float|str) = (?P<literal>.+?)  # "
    r"(?:\[(?P<low>[^,\]]+), (?P<high>[^,\]]+)\] |\{(?P<choices>[^}]*)\} )?(?P<description>\S.*)"
)
GRAMMAR = (
    "name: int|float = literal  # [low, high] description, or "
    'name: str = "text"  # {a, b} description, or name: str = "text"  # description; '
    "each may end in '; ci: literal' and '; full: literal'"
)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One declared parameter: a number in the closed range [low, high] or a string, maybe of a set.

    Raises ValueError if the declaration is inconsistent or the default breaks it.
    """

    name: str
    type: TypeName
    default: Value
    description: str
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    scales: Mapping[str, Value] = field(default_factory=dict)
    """Scale -> value, where it is not the default."""

    def __post_init__(self) -> None:
        """Check the range and that the default and the values of all scales obey it."""
        if not self.low <= self.high:
            raise ValueError(f"{self.name}: range [{self.low}, {self.high}] is empty")
        for value in (self.default, *self.scales.values()):
            self.check(value)

    def at(self, scale: str) -> Value:
        """Return the value at one of `SCALES`: the default, unless another is declared for it."""
        return self.check(self.scales.get(scale, self.default))

    def check(self, value: object) -> Value:
        """Return ``value`` with the declared type; raises ValueError if type, range or choice is wrong."""
        if isinstance(value, bool) or not isinstance(value, _ACCEPTED[self.type]):
            raise ValueError(f"{self.name} must be {self._allowed()}, got {value!r}")
        typed: Value = float(value) if self.type == "float" else value  # type: ignore[arg-type,assignment]
        if not self._admits(typed):
            raise ValueError(f"{self.name} must be {self._allowed()}, got {value!r}")
        return typed

    def _admits(self, value: Value) -> bool:
        if isinstance(value, str):
            return not self.choices or value in self.choices
        return self.low <= value <= self.high

    def parse(self, text: str) -> Value:
        """Read a value given as text, e.g. on the command line; raises ValueError as `check` does."""
        if self.type == "str":
            return self.check(text)
        try:
            return self.check(ast.literal_eval(text.strip()))
        except (ValueError, SyntaxError) as error:
            if str(error).startswith(f"{self.name} must be"):
                raise
            raise ValueError(f"{self.name} must be {self._allowed()}, got {text!r}") from None

    def _allowed(self) -> str:
        if self.type == "str":
            return f"one of {', '.join(self.choices)}" if self.choices else "a string"
        return f"{self.type} in [{self.low:g}, {self.high:g}]"


_ACCEPTED: Mapping[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "str": (str,)}


def parse_line(line: str) -> Parameter:
    """Read one line of a parameters cell; raises ValueError saying what is wrong with it."""
    rest, scales = _scales(line.rstrip())
    match = _LINE.fullmatch(rest)
    if match is None:
        raise ValueError(f"{line.strip()!r} does not read {GRAMMAR}")
    numeric = match["type"] != "str"
    if numeric != (match["low"] is not None):
        wanted = "needs a range [low, high]" if numeric else "is a string and takes {choices}, no range"
        raise ValueError(f"{match['name']} {wanted}, got {line.strip()!r}")
    return Parameter(
        name=match["name"],
        type=match["type"],  # type: ignore[arg-type]
        default=_literal(match["name"], match["literal"]),  # type: ignore[arg-type]
        description=match["description"].strip(),
        low=_number(match["name"], match["low"]) if numeric else -math.inf,
        high=_number(match["name"], match["high"]) if numeric else math.inf,
        choices=tuple(choice.strip() for choice in (match["choices"] or "").split(",") if choice.strip()),
        scales={scale: _literal(f"{match['name']} at scale {scale}", text) for scale, text in scales.items()},  # type: ignore[misc]
    )


def _scales(line: str) -> tuple[str, dict[str, str]]:
    """The line without the values of scales at its end, and scale -> literal; raises ValueError if one is twice."""
    found: dict[str, str] = {}
    while match := _SCALED.search(line):
        line, scale = line[: match.start()], match[1]
        if scale in found:
            raise ValueError(f"scale {scale} is given twice")
        found[scale] = match[2].strip()
    return line, found


def parse_cell(source: str) -> tuple[Parameter, ...]:
    """Read a whole parameters cell; errors carry the 1-based line within the cell as ``error.args[1]``."""
    found: dict[str, Parameter] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            parameter = parse_line(line)
        except ValueError as error:
            raise ValueError(str(error), number) from None
        if parameter.name in found:
            raise ValueError(f"{parameter.name} is declared twice", number)
        found[parameter.name] = parameter
    return tuple(found.values())


def override(parameters: tuple[Parameter, ...], given: Mapping[str, str], scale: str = "default") -> dict[str, Value]:
    """Return name -> value: those of the scale, replaced by ``given`` where a parameter has that name.

    Raises UsageError if a value has the wrong type or leaves its range.
    """
    try:
        return {p.name: p.parse(given[p.name]) if p.name in given else p.at(scale) for p in parameters}
    except ValueError as error:
        raise UsageError(f"parameter {error}") from None


def _literal(name: str, text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        raise ValueError(f"{name} must have a literal default, got {text!r}") from None


def _number(name: str, text: str) -> float:
    value = _literal(name, text)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{name} must have numbers as range, got {text!r}")
    return float(value)
