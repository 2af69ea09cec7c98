"""Moments of simulated noise: mean and variance as the problem declares them, and E|h + n| where theory folds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import numpy as np

from reports.gate.claim import Array, GateClaim, Measured, Size
from simulation import NOISES
from theory.predictions import NOISES as FOLDED

DRAWS = 2000
"""Signals that one value is the mean of: its standard error is about 3 % of a mean, a variance or a magnitude."""
GRADIENT, DEVIATION, DEGREES = 0.2, 0.3, 12.0
"""Of the same size, where the folded mean depends on both; degrees of heavy tails whose fourth moment is tame."""
MARGIN = 0.05
"""Of a ratio: five of its standard errors with 32 × `DRAWS` signals are half of it; a wrong factor is far outside."""


@dataclass(frozen=True)
class Drawn:
    """Signals of a noise around a gradient."""

    noise: str

    @property
    def name(self) -> str:
        """That of the noise, as one of these."""
        return f"noises-{self.noise}"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Means over `DRAWS` signals of g, (g − h)² and |g|, and what the noise says its variance is."""
        kind = NOISES[self.noise]
        known = {field.name for field in fields(kind)}
        given = {"standard_deviation": DEVIATION, "degrees": DEGREES}
        noise = kind(**{name: value for name, value in given.items() if name in known})
        gradient = np.full((DRAWS, runs), GRADIENT)
        signal = noise.apply(gradient, noise.draw(np.random.default_rng(seed), gradient.shape))
        variance = np.broadcast_to(noise.variance(gradient), gradient.shape).mean(axis=0)
        found = {"mean": signal, "variance": (signal - gradient) ** 2, "magnitude": np.abs(signal)}
        return {name: array.mean(axis=0) for name, array in found.items()} | {"declared": variance}


def claims(size: Size) -> Iterator[GateClaim]:
    """Three of every noise that draws at all, but two where theory has no folded mean."""
    del size
    for noise in NOISES:
        if noise == "none":
            continue
        moments = ("mean", "variance", *(["magnitude"] if noise in FOLDED else []))
        for moment in moments:
            yield GateClaim(
                name=f"noises-{noise.replace('_', '-')}-{moment}",
                statement=f"{moment.capitalize()} of a signal",
                kind="sharp",
                description=f"{moment} of {DRAWS} signals with {noise} noise, σ = {DEVIATION}, around h = {GRADIENT}.",
                source=Drawn(noise),
                measure=partial(_against, noise, moment),
                margin=MARGIN,
            )


def _against(noise: str, moment: str, sample: Mapping[str, Any]) -> Measured:
    if moment == "variance":
        return Measured(left=sample["variance"], right=sample["declared"])
    right = GRADIENT if moment == "mean" else float(FOLDED[noise].at(GRADIENT, DEVIATION**2))
    return Measured(left=sample[moment], right=np.full(1, right))
