"""Measured response curves, read from a CSV file and checked line by line."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from simulation._arrays import FloatArray

COLUMNS = ("device", "branch", "pulse", "conductance")
BRANCHES = ("up", "down")


class Curve(NamedTuple):
    """Conductance after so many pulses, both of shape (readings,)."""

    pulse: FloatArray
    conductance: FloatArray


class Branches(NamedTuple):
    """Both curves of one device."""

    up: Curve
    down: Curve


def read_curves(path: Path) -> Mapping[str, Branches]:
    """Curves of each device of the file, in the order of first appearance.

    Raises:
        ValueError: naming file, line, column and value: a missing column, an unknown branch, a cell that is
            not a finite number, pulse numbers that do not increase, fewer than two readings of a branch, or bytes
            that are no text.
        OSError: if the file cannot be read.
    """
    try:
        readings = _readings(path)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: must be a CSV file in UTF-8: {error}") from None
    names = dict.fromkeys(name for name, _ in readings)
    return {name: Branches(*(_curve(readings, name, branch, path) for branch in BRANCHES)) for name in names}


def _readings(path: Path) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """(device, branch) → its pulse numbers and conductances; at least one."""
    readings: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path}: columns must be {list(COLUMNS)}, missing {missing} in {reader.fieldnames}")
        for row in reader:
            _append(readings, row, f"{path}, line {reader.line_num}")
    if not readings:
        raise ValueError(f"{path}: must hold readings, got none")
    return readings


def _append(
    readings: dict[tuple[str, str], list[tuple[float, float]]], row: Mapping[str, str | None], where: str
) -> None:
    branch = (row["branch"] or "").strip()
    if branch not in BRANCHES:
        raise ValueError(f"{where}: branch must be one of {list(BRANCHES)}, got {row['branch']!r}")
    pulse, conductance = (_number(row[column], column, where) for column in ("pulse", "conductance"))
    series = readings.setdefault(((row["device"] or "").strip(), branch), [])
    if series and pulse <= series[-1][0]:
        raise ValueError(f"{where}: pulse must increase within a branch, got {pulse:g} after {series[-1][0]:g}")
    series.append((pulse, conductance))


def _number(cell: str | None, column: str, where: str) -> float:
    try:
        value = float(cell or "")
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise ValueError(f"{where}: {column} must be a finite number, got {cell!r}")
    return value


def _curve(readings: Mapping[tuple[str, str], list[tuple[float, float]]], name: str, branch: str, path: Path) -> Curve:
    series = readings.get((name, branch), [])
    if len(series) < 2:
        raise ValueError(
            f"{path}: device {name!r} must have at least 2 readings of branch {branch!r}, got {len(series)}"
        )
    pulse, conductance = np.array(series).T
    return Curve(pulse, conductance)
