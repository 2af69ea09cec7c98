"""Simulated timetables against the closed forms of their schedules, in exact fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from simulation import SCHEDULES
from theory.predictions import SCHEDULES as FORMS

STAGES, MICROBATCHES, BATCHES = (1, 2, 3, 5, 8), (1, 2, 4), 16
"""More batches than any schedule has samples in flight: what is reached at most is reached."""
NAMES = {"clocks": "clocks", "density": "density", "delays": "delays", "activations": "in_flight"}
"""Property of the timetable: of the closed forms."""


@dataclass(frozen=True)
class Timetables:
    """One schedule at every number of stages and micro-batches; nothing in it is random."""

    schedule: str

    @property
    def name(self) -> str:
        """That of the schedule, as one of these."""
        return f"timetables-{self.schedule}"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """1 for every property of every timetable that is not that of the closed form, else 0."""
        del seed, runs
        kind, forms = SCHEDULES[self.schedule], FORMS[self.schedule]
        wrong = []
        for stages in STAGES:
            for batch in MICROBATCHES if kind.batched else (1,):
                samples = BATCHES * batch
                table = kind(stages=stages, microbatches=batch).timetable(samples)
                count = forms.count(stages=stages, samples=samples, microbatches=batch)
                wrong += [getattr(table, ours) != getattr(count, theirs) for ours, theirs in NAMES.items()]
        return {"wrong": np.array(wrong, dtype=float)}


def claims(size: Size) -> Iterator[GateClaim]:
    """One for every schedule that has closed forms."""
    del size
    for schedule in sorted(set(SCHEDULES) & set(FORMS)):
        yield GateClaim(
            name=f"timetables-{schedule.replace('_', '-')}",
            statement=f"Clocks, density, delays and activations of the {FORMS[schedule].title}",
            kind="identity",
            description=f"Timetables of {BATCHES} batches that differ from the closed forms of {schedule}.",
            source=Timetables(schedule),
            measure=_none,
            exact=True,
        )


def _none(sample: Mapping[str, Array]) -> Measured:
    return Measured(left=sample["wrong"].sum(keepdims=True), right=np.zeros(1))
