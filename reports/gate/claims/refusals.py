"""The kernel refuses what is false: statements with one number of their right-hand side halved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

import theory
from reports.gate.claim import GateClaim, Measured, Size

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
    """One for each of them."""
    del size
    for name in FALSE:
        yield GateClaim(
            name=f"refusals-{name}",
            statement=f"{name} with half of its first term is refused",
            kind="identity",
            description="1 if the kernel accepts the true statement's certificate for it, 0 if it refuses.",
            source=Nothing(),
            measure=partial(_accepted, name),
            exact=True,
        )


def _accepted(name: str, sample: object) -> Measured:
    del sample
    statement = theory.STATEMENTS[name]
    first, *rest = statement.rhs_terms
    verdict = replace(statement, rhs_terms=(first / 2, *rest)).verify()
    return Measured(left=np.array([float(verdict.accepted)]), right=np.zeros(1))
