"""Gains of simulated devices against the formulas that corollaries are proved for, and hard bounds that hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from reports.gate.scene import RANGE, Scene
from simulation import DEVICES
from simulation.devices._bounded import Bounded
from simulation.update import analog_update
from theory import RESPONSES
from theory.numeric import evaluate

ROUNDING = 1e-12
"""Of gains of size 1."""
POINTS = 101
FAR = 5.0
"""A change that carries every weight beyond its bounds."""


@dataclass(frozen=True)
class Gains:
    """Gains of a device over the range; nothing in it is random."""

    device: str

    @property
    def name(self) -> str:
        """That of the device, as one of these."""
        return f"gains-{self.device}"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """F, G and max(q₊, q₋), and where an update leaves weights that are asked to go too far."""
        del seed, runs
        device, weights = Scene(device=self.device, steps=1).experiment.device, np.linspace(-RANGE, RANGE, POINTS)
        symmetric, asymmetric = device.gains(weights)
        moved = [analog_update(device, weights, np.full(POINTS, change)) for change in (-FAR, FAR)]
        beyond = np.maximum(device.domain[0] - moved[0], moved[1] - device.domain[1])
        found = {"weights": weights, "symmetric": symmetric, "asymmetric": asymmetric, "beyond": beyond}
        return found | {"max_gain": device.max_gain(weights)}


def claims(size: Size) -> Iterator[GateClaim]:
    """F, G and the larger gain of every device that theory has a formula for; the bounds of every bounded one."""
    del size
    for device, kind in DEVICES.items():
        name, source = device.replace("_", "-"), Gains(device)
        if device in RESPONSES:
            for gain in ("symmetric", "asymmetric", "max_gain"):
                yield GateClaim(
                    name=f"gains-{name}-{gain.replace('_', '-')}",
                    statement=f"Gains of {RESPONSES[device].title}",
                    kind="certificate",
                    description=f"Simulated {gain.replace('_', ' ')} at {POINTS} weights against the theory's formula.",
                    source=source,
                    measure=partial(_against_formula, device, gain),
                    margin=ROUNDING,
                    exact=True,
                )
        if issubclass(kind, Bounded):
            yield GateClaim(
                name=f"gains-{name}-bounds",
                statement="Hard bounds hold",
                kind="everywhere",
                description=f"How far updates by {FAR:g} carry weights of {device} beyond its bounds.",
                source=source,
                measure=_beyond,
                exact=True,
            )


def _against_formula(device: str, gain: str, sample: Mapping[str, Array]) -> Measured:
    response, numbers = RESPONSES[device], {**DEVICES[device].EXAMPLE, "weights": sample["weights"]}
    symmetric, asymmetric = (
        np.broadcast_to(np.asarray(evaluate(expr, numbers), dtype=float), POINTS)
        for expr in (response.symmetric, response.asymmetric)
    )
    right = {"symmetric": symmetric, "asymmetric": asymmetric, "max_gain": symmetric + np.abs(asymmetric)}
    return Measured(left=np.broadcast_to(sample[gain], POINTS), right=right[gain])


def _beyond(sample: Mapping[str, Array]) -> Measured:
    return Measured(left=sample["beyond"], right=np.zeros(1))
