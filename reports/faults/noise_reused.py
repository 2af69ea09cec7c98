"""The noise of the first update is used for all of them."""

from typing import Any
from unittest.mock import patch

import numpy as np

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.noises.gaussian import Noise


class Remembering:
    """Draws once from a generator, and answers with that ever after."""

    def __init__(self) -> None:
        """Nothing drawn yet."""
        self._drawn: dict[int, tuple[np.random.Generator, FloatArray]] = {}

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
        """The first draw of this generator, which is kept so that no other takes its place."""
        if id(rng) not in self._drawn:
            self._drawn[id(rng)] = (rng, rng.standard_normal(shape))
        return self._drawn[id(rng)][1]


def planted() -> Any:
    """In Gaussian noise."""
    memory = Remembering()
    return patch.object(Noise, "draw", lambda _, rng, shape: memory.draw(rng, shape))


FAULT = Fault(
    title="The noise of the first update is used for all of them",
    planted=planted,
    red=("T3-ideal-vanilla", "stationary-delay-0"),
)
