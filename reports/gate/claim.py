"""What a file of `reports/gate/claims` exports: claims as data, each with the source of its samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is simulated."""

    steps: int
    looks: tuple[int, ...]
    """Seeds in all after each look; a claim that is decided is not looked at again."""


SIZES: Mapping[str, Size] = {
    "ci": Size(steps=200, looks=(32, 128, 512)),
    "full": Size(steps=2000, looks=(32, 128, 512, 2048)),
}


class Source(Protocol):
    """Where samples come from; claims that share one share its samples."""

    @property
    def name(self) -> str:
        """Part of the seeds: no two sources share random numbers."""

    def run(self, seed: np.random.SeedSequence, runs: int) -> Any:
        """A sample of so many independent runs; the last axis of each array of a mapping, or `joined` says how."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Both sides of a claim, one value a run (one value, for what is exact)."""

    left: Array
    right: Array
    obstacle: str = ""
    """Why the numbers decide nothing, such as a precondition that was not met."""


@dataclass(frozen=True, kw_only=True)
class GateClaim:
    """A claim that is measured when it is asked for."""

    name: str
    statement: str
    kind: str
    description: str
    source: Source
    measure: Callable[[Any], Measured]
    """From a sample of the source to the two sides."""
    margin: float | None = None
    exact: bool = False
    """Whether one look of one run tells all."""


def joined(samples: Sequence[Any]) -> Any:
    """Several looks as one: a sample says how, or is a mapping of arrays whose last axis is that of the runs."""
    first = samples[0]
    if hasattr(first, "joined"):
        return type(first).joined(samples)
    return {name: np.concatenate([sample[name] for sample in samples], axis=-1) for name in first}
