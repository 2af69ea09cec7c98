"""Every statement × device × schedule: a claim where the statement's assumptions admit one.

Nothing is listed by hand: statements, devices and schedules are those of their folders. Where there is no claim there
is a reason, derived from the statement's assumptions and from what a run can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

import theory
from reports.gate.claim import Measured
from reports.gate.outcomes import OneUpdate, inadmissible
from reports.gate.scene import BLOCKS, Run, Scene
from simulation import DEVICES, SCHEDULES
from simulation.schedules._copying import CopyingSchedule
from theory.along import along, averaged, broken
from theory.numeric import evaluate
from theory.operators import Steps
from theory.optimise import optimise
from theory.symbols import TABLE, unfold
from theory.theorems.t3_rate import BEST_STEP

RULES = {"U accumulated": "accumulated", "U in array": "sample_wise", "U sequential": "sequential"}
"""Assumptions that say how a batch reaches the device."""
MICROBATCHES = 4
ONE_UPDATE = "one_update"
ROUNDING = 1e-9
"""Of a step size that was found by a division and is checked by a product."""
PROVIDED = frozenset({
    *RULES, "A1 smooth", "A1 bounded below", "Δ gap", "U update", "A2 mean", "A2 variance", "A2 total", "A2 noise-free",
    "A3 F", "A3 F_min", "A3 G", "A3 M", "A3 gains", "A3 q̄", "A4 staleness", "P stale", "P delay", "P mean delay",
    "S step", "S stale step", "S staleness", "S multiplier", "S form", "S cover",
})  # fmt: skip
"""Assumptions that a scene meets by its construction, or that are checked at its numbers."""
LONGEST = 4
"""Runs of a statement that fixes its own step size are so many times longer, which makes that step short enough."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One place of the matrix: a scene to be measured, or the reason why there is none."""

    statement: str
    device: str
    schedule: str
    """`ONE_UPDATE` for a statement that is about no run."""
    scene: Scene | OneUpdate | None = None
    reason: str = ""

    @property
    def name(self) -> str:
        """Name of its claim."""
        return "-".join(part.replace("_", "-") for part in (self.statement, self.device, self.schedule))


def cells(steps: int) -> Iterator[Cell]:
    """All cells, in the order of the folders."""
    for statement in (theory.STATEMENTS[name] for name in theory.STATEMENTS if ":" not in name):
        about_a_run = unfold(statement.lhs).has(Steps)
        for device in DEVICES:
            yield from (_of_runs if about_a_run else _of_one_update)(statement, device, steps)


def _of_runs(statement: Any, device: str, steps: int) -> Iterator[Cell]:
    for schedule in SCHEDULES:
        reason = _inadmissible(statement) or _unfit(statement, schedule)
        scene = None if reason else _scene(statement, device, schedule, steps)
        yield Cell(statement=statement.id, device=device, schedule=schedule, scene=scene, reason=reason)


def _of_one_update(statement: Any, device: str, steps: int) -> Iterator[Cell]:
    del steps  # there is one
    reason = inadmissible(statement)
    scene = None if reason else OneUpdate(device=device)
    yield Cell(statement=statement.id, device=device, schedule=ONE_UPDATE, scene=scene, reason=reason)


def both_sides(statement: Any, run: Run) -> Measured:
    """Left-hand and right-hand side along the runs of a scene.

    Averages are each run's own, so that the two sides are compared run by run; all other numbers are constants.
    A run that left the range on which the constants were taken makes the claim undecided, and so does an assumption
    that fails at the arrays of the runs.
    """
    numbers: dict[str, Any] = {**run.constants}
    numbers |= _multipliers(statement, numbers)
    arrays = {**run.arrays, **{name: np.asarray(value) for name, value in numbers.items()}}
    needed = _takes(statement)
    for name in needed - numbers.keys():
        numbers[name] = along(TABLE[name].definition, arrays)
    count = len(run.valid)
    left = along(statement.lhs, arrays)
    right = np.broadcast_to(statement.bound(**{name: numbers[name] for name in needed}), (count,))
    obstacle = _obstacle(statement, run)
    if not obstacle and (failed := broken(statement.assumptions, arrays)):
        obstacle = f"{', '.join(failed)} does not hold along the runs"
    return Measured(left=left, right=np.asarray(right, dtype=float), obstacle=obstacle)


def _obstacle(statement: Any, run: Run) -> str:
    lost = int((~run.valid).sum())
    if lost:
        return f"{lost} of {len(run.valid)} runs left the range on which the device's extremes were taken"
    if "step_size" not in _takes(statement):
        step, own = run.constants["step_size"], float(evaluate(BEST_STEP, run.constants))
        if abs(step / own - 1) > ROUNDING:
            return f"the statement is about step size {own:.9g}, the run took {step:.9g}"
    return ""


@cache
def _takes(statement: Any) -> frozenset[str]:
    """The numbers that a statement's right-hand side needs, asked for once: the answer is a walk through SymPy."""
    return frozenset(statement.takes())


@cache
def _inadmissible(statement: Any) -> str:
    """Why no scene can tell both sides of a statement, whatever the device and the schedule; or nothing."""
    foreign = sorted({a.name for a in statement.assumptions} - PROVIDED)
    if foreign:
        return f"assumes {', '.join(foreign)}, which no scene provides"
    unknown = [name for name in _takes(statement) if not (averaged(name) or name in _TOLD)]
    return f"needs {', '.join(sorted(unknown))}, which a run does not tell" if unknown else ""


_TOLD = frozenset({
    "steps", "step_size", "initial_gap", "smoothness", "staleness_lipschitz", "microbatches", "noise_deviation",
    "max_delay", "mean_delay", "max_symmetric", "min_symmetric", "max_asymmetric", "gain_bound", "descent_bound",
    "multiplier", "mean_multiplier", "error_multiplier", "descent_rate", "young", "split",
})  # fmt: skip
"""Constants of a scene, and multipliers that are found for it."""


def _unfit(statement: Any, schedule: str) -> str:
    """Why a schedule does not make the run that a statement is about; or nothing."""
    names, kind = {a.name for a in statement.assumptions}, SCHEDULES[schedule]
    if issubclass(kind, CopyingSchedule):
        return "copies weights between arrays, which no update of the statement does"
    late = _late(schedule)
    if late and "P stale" not in names:
        return "reads stale weights, which the statement does not allow"
    if not late and "P stale" in names:
        return "reads no stale weights: the statement without delay is the one without a pipeline"
    if names & RULES.keys() and not kind.batched:
        return "one micro-batch an update: the statement is about several"
    return ""


@cache
def _late(schedule: str) -> bool:
    """Whether any stage reads stale weights."""
    return any(SCHEDULES[schedule](stages=BLOCKS).timetable(4 * BLOCKS).delays)


def _scene(statement: Any, device: str, schedule: str, steps: int) -> Scene:
    names = {a.name for a in statement.assumptions}
    rule = next((RULES[name] for name in sorted(names & RULES.keys())), "")
    given: dict[str, Any] = {"device": device, "schedule": schedule, "steps": steps, "rule": rule}
    if rule:
        given["microbatches"] = MICROBATCHES
    if "A2 noise-free" in names:
        given["noise"] = "none"
    if "P stale" in names:
        given["step_size"] = 0.015  # within T8's condition for the longest delay of four stages
    if "step_size" in _takes(statement):
        return _shared(Scene(**given))
    # The longer the step, the less noise makes it the best one, and the nearer the weights stay.
    return _at_best_step(_shared(Scene(**{"step_size": 0.1, **given, "steps": LONGEST * steps})))


def _at_best_step(scene: Scene) -> Scene:
    """The scene with as much noise as makes its step size the one that T3-rate and T9 are about."""
    step = evaluate(BEST_STEP, scene.constants)  # proportional to 1/σ
    return _shared(replace(scene, deviation=scene.deviation * float(step) / scene.step_size))


@cache
def _shared(scene: Scene) -> Scene:
    """One object for equal scenes: what is derived from it is derived once."""
    return scene


def _multipliers(statement: Any, numbers: Mapping[str, float]) -> dict[str, float]:
    """Multipliers at which a family is evaluated: the best ones where the optimiser knows the family."""
    needed = _takes(statement)
    # The strongest asymmetry that the range allows leaves half of (F/G)² − 1 to T8's factor 1 + u.
    room = (numbers["min_symmetric"] / numbers["max_asymmetric"]) ** 2 - 1 if numbers["max_asymmetric"] else 2.0
    free = {"young": min(1.0, room / 2), "split": 1.0}
    if "descent_rate" in needed:
        stale = "mean_multiplier" in needed
        wanted = _WANTED | (_STALE if stale else frozenset())
        given = tuple(sorted((name, numbers[name]) for name in wanted))
        return free | dict(_best("T8-optimum" if stale else "T3-optimum", given))
    if "multiplier" in needed:
        cost = numbers["smoothness"] * numbers["step_size"] ** 2 / 2
        return free | {"multiplier": numbers["step_size"] / numbers["min_symmetric"] + cost}
    return free


_WANTED = frozenset({"steps", "initial_gap", "smoothness", "noise_deviation", "step_size", "min_symmetric",
                     "max_symmetric", "max_asymmetric"})  # fmt: skip
_STALE = frozenset({"staleness_lipschitz", "max_delay", "mean_delay", "gain_bound"})


@cache
def _best(bound: str, given: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    numbers = {name: Fraction(value) if value != int(value) else int(value) for name, value in given}
    found = optimise(bound, numbers).multipliers
    return tuple((name, float(value)) for name, value in found.items())
