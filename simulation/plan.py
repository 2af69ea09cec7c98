"""What a run is asked to do, validated before anything is computed, and the randomness it uses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulation._arrays import integer
from simulation._normals import FastGenerator

Seed = int | np.random.SeedSequence


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Counts of a run: how many steps and runs, where averages are recorded, and how often observed.

    Raises:
        ValueError: if a count is not an integer in its range, the checkpoints are not increasing in 1..steps,
            or strata are combined with a checkpoint other than the last step.
    """

    steps: int
    """K ≥ 1, updates."""
    runs: int
    """Independent runs, ≥ 1."""
    checkpoints: Sequence[int] | None = None
    """Step counts at which the averages so far are recorded; only (steps,) if None."""
    evaluations: int | None = None
    """Strata, of one random observation each, in 1..steps; every step is observed if None."""

    def __post_init__(self) -> None:
        """Validate the counts; make the checkpoints a tuple."""
        object.__setattr__(self, "steps", integer("steps", self.steps, minimum=1))
        object.__setattr__(self, "runs", integer("runs", self.runs, minimum=1))
        object.__setattr__(self, "checkpoints", self._checked_checkpoints())
        if self.evaluations is None:
            return
        count = integer("evaluations", self.evaluations, minimum=1, maximum=self.steps)
        object.__setattr__(self, "evaluations", count)
        if self.checkpoints != (self.steps,):
            raise ValueError(
                f"checkpoints must be ({self.steps},) when evaluations are sampled, got {self.checkpoints}"
            )

    @property
    def points(self) -> tuple[int, ...]:
        """The checkpoints, defaults filled in."""
        return tuple(self.checkpoints or ())

    def _checked_checkpoints(self) -> tuple[int, ...]:
        given = (self.steps,) if self.checkpoints is None else tuple(self.checkpoints)
        points = tuple(integer("checkpoints", point, minimum=1, maximum=self.steps) for point in given)
        if not points or any(after <= before for before, after in pairwise(points)):
            raise ValueError(f"checkpoints must be increasing and not empty, got {points}")
        return points


BLOCK = 2**15
"""Numbers of one setting that are worked on together: 256 KiB an array at 8 bytes, a few of which fit the cache."""


def blocks(runs: int, dimension: int) -> tuple[slice, ...]:
    """Runs as blocks of as nearly equal numbers as possible, none of more than `BLOCK` numbers or of less than one run.

    Every block has its own random numbers and its own matrix products, whose last bits depend on the number of
    rows. So the division follows from the two sizes alone: workers and settings cannot change a number.
    """
    count = min(runs, math.ceil(runs * dimension / BLOCK))
    ends = [runs * part // count for part in range(count + 1)]
    return tuple(slice(*pair) for pair in pairwise(ends))


def generators(seed: Seed, block: int = 0) -> tuple[np.random.Generator, np.random.Generator]:
    """Two independent generators for a block of runs: one drives the training, one chooses the observed steps.

    The children are built from the seed's own entropy instead of by spawn(), which would change a
    SeedSequence and give other numbers when the same object is used again.

    Raises:
        ValueError: if `seed` is neither an int ≥ 0 nor a SeedSequence.
    """
    place = (block,) if block else ()
    return _child(seed, 0, *place), _child(seed, 1, *place)


def step_generator(seed: Seed, step: int, block: int = 0) -> np.random.Generator:
    """Generator of the randomness inside update number `step` of a block of runs: pulses, not the signal.

    One a step, so that a setting that needs more pulses than another does not shift the numbers of the steps
    that follow: the settings of a call do not influence each other.

    Raises:
        ValueError: if `seed` is neither an int ≥ 0 nor a SeedSequence.
    """
    return _child(seed, 2, step, *((block,) if block else ()))


def _child(seed: Seed, *key: int) -> np.random.Generator:
    if not isinstance(seed, np.random.SeedSequence):
        seed = np.random.SeedSequence(integer("seed", seed, minimum=0))
    child = np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, *key), pool_size=seed.pool_size)
    return FastGenerator(np.random.SFC64(child))
