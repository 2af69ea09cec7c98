"""Pulse-exact updates against the arithmetic of pulses: counts, and where equal pulses lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.gate.claim import Array, GateClaim, Measured, Size
from simulation import DEVICES, FIDELITIES
from theory.predictions import pulse_count, weight_after_pulses

TAU, PULSE, POINTS = 1.0, 0.01, 41
ROUNDING = 1e-12
"""Some fifty roundings of weights of at most 1."""
CHANGES = np.linspace(-0.5, 0.5, 2 * POINTS + 1)
"""Multiples of the pulse and what lies between them."""


@dataclass(frozen=True)
class Pulses:
    """Changes asked of the asymmetric linear device; nothing in it is random."""

    name: str = "pulses"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Pulses of every change, and the weights that they lead to from every start."""
        del seed, runs
        rule, device = FIDELITIES["pulses"](dw_min=PULSE), DEVICES["asymmetric_linear"](tau=TAU)
        start, change = np.meshgrid(np.linspace(-0.9, 0.9, POINTS), CHANGES)
        return {"counts": rule.count(CHANGES), "start": start, "weights": rule.update(device, start, change)}


def claims(size: Size) -> Iterator[GateClaim]:
    """Counts to the bit, weights but for rounding."""
    del size
    source = Pulses()
    yield GateClaim(
        name="pulses-count",
        statement="Pulses that a change asks for",
        kind="identity",
        description=f"Pulses of {PULSE:g} for {len(CHANGES)} changes.",
        measure=_counts,
        source=source,
        exact=True,
    )
    yield GateClaim(
        name="pulses-response",
        statement="Response curve of the asymmetric linear device",
        kind="certificate",
        description=f"Weights after as many pulses of {PULSE:g}, one by one, against the closed form.",
        measure=_weights,
        margin=ROUNDING,
        source=source,
        exact=True,
    )


def _counts(sample: Mapping[str, Array]) -> Measured:
    return _farthest(sample["counts"], pulse_count(CHANGES, pulse_size=PULSE))


def _weights(sample: Mapping[str, Array]) -> Measured:
    count = np.broadcast_to(pulse_count(CHANGES, pulse_size=PULSE)[:, None], sample["start"].shape)
    ends = {
        side: weight_after_pulses(sample["start"], count, tau=TAU, pulse_size=PULSE, direction=side)
        for side in ("up", "down")
    }
    return _farthest(sample["weights"], np.where(CHANGES[:, None] > 0, ends["up"], ends["down"]))


def _farthest(left: Array, right: NDArray[Any]) -> Measured:
    """One number that is 0 if all agree: of differences on both sides, some of them 0, nothing could be said."""
    return Measured(left=np.abs(left - right).max(keepdims=True).ravel(), right=np.zeros(1))
