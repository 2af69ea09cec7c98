"""Bounds on averages over a run: every statement × device × schedule that the statement admits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import theory
from reports.gate.claim import GateClaim, Size
from reports.gate.matrix import both_sides, cells


def claims(size: Size) -> Iterator[GateClaim]:
    """One upper bound for each cell that is not empty."""
    for cell in cells(size.steps):
        if cell.scene is None:
            continue
        statement = theory.STATEMENTS[cell.statement]
        yield GateClaim(
            name=cell.name,
            statement=f"{statement.id}: {statement.title}",
            kind="upper",
            description=f"Left-hand against right-hand side of {statement.id} along runs of a staged quadratic on "
            f"{cell.device}, schedule {cell.schedule}, {cell.scene.steps} updates, step size {cell.scene.step_size:g}.",
            source=cell.scene,
            measure=partial(both_sides, statement),
        )
