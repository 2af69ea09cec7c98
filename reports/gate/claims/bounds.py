"""Every statement × device × schedule that the statement admits: bounds along runs, and one update at all outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import theory
from reports.gate.claim import GateClaim, Size
from reports.gate.matrix import Cell, both_sides, cells
from reports.gate.outcomes import at_all_outcomes
from reports.gate.scene import Scene
from theory.referee.interpret import ROUNDING


def claims(size: Size) -> Iterator[GateClaim]:
    """One claim for each cell that is not empty."""
    for cell in cells(size.steps):
        if cell.scene is not None:
            yield _claim(cell, theory.STATEMENTS[cell.statement])


def _claim(cell: Cell, statement: Any) -> GateClaim:
    given: dict[str, Any] = {"name": cell.name, "statement": f"{statement.id}: {statement.title}", "source": cell.scene}
    if isinstance(cell.scene, Scene):
        text = f"{cell.scene.steps} updates of a staged quadratic, step size {cell.scene.step_size:g}"
        given |= {"kind": "upper", "measure": partial(both_sides, statement)}
    else:
        text = "one update at all outcomes of two-point noise, where the sides are nearest"
        kind = "certificate" if statement.kind == "equality" else "everywhere"
        given |= {"kind": kind, "margin": ROUNDING, "exact": True, "measure": partial(at_all_outcomes, statement)}
    return GateClaim(**given, description=f"Both sides of {statement.id} on {cell.device}, {cell.schedule}: {text}.")
