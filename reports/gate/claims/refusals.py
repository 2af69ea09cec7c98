"""The kernel refuses what is false: statements with half of a term, and steps that do not follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

import theory
from reports.gate.claim import GateClaim, Measured, Size
from theory.assumptions import STEP_SIZE
from theory.kernel import Rejected, assume, combine

FALSE = ("T1b", "T2", "T3", "T5", "T7")
"""Statements whose proofs take no second, of both kinds: an equality and bounds whose first term is positive."""


@dataclass(frozen=True)
class Nothing:
    """No sample: a proof is all that is looked at."""

    name: str = "refusals"

    def run(self, seed: np.random.SeedSequence, runs: int) -> dict[str, np.ndarray]:
        """Nothing."""
        del seed, runs
        return {}


def claims(size: Size) -> Iterator[GateClaim]:
    """One for each of them, and one for each way to derive what does not follow."""
    del size
    told = {name: (f"{name} with half of its first term", partial(_halved, name)) for name in FALSE}
    for name, (title, accepted) in (told | STEPS).items():
        yield GateClaim(
            name=f"refusals-{name}",
            statement=f"{title} is refused",
            kind="identity",
            description="1 if the kernel accepts it, 0 if it refuses.",
            source=Nothing(),
            measure=partial(_measured, accepted),
            exact=True,
        )


def _measured(accepted: Callable[[], bool], sample: object) -> Measured:
    del sample
    return Measured(left=np.array([float(accepted())]), right=np.zeros(1))


def _halved(name: str) -> bool:
    """Whether the true proof is accepted for the false statement."""
    statement = theory.STATEMENTS[name]
    first, *rest = statement.rhs_terms
    return replace(statement, rhs_terms=(first / 2, *rest)).verify().accepted


def _combined(scale: int, conclusion: int) -> bool:
    """Whether 1 − αLF_max ≥ 0, times a scale, is taken to show that a multiple of it is ≥ 0."""
    try:
        combine(((scale, assume(STEP_SIZE)),), conclusion * STEP_SIZE.expr)
    except Rejected:
        return False
    return True


STEPS = {
    "conclusion": ("A conclusion that the terms do not add up to", partial(_combined, 1, 2)),
    "multiplier": ("An inequality times a negative number", partial(_combined, -1, -1)),
}
