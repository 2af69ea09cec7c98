"""The largest entry of every window."""

from dataclasses import dataclass

import numpy as np

from simulation.layers._layer import Array
from simulation.layers._windows import Windows


@dataclass(frozen=True, kw_only=True)
class Layer(Windows):
    """Maximum over size × size windows that do not overlap; the error goes to the first entry that attains it."""

    def apply(self, x: Array) -> tuple[Array, Array]:
        """Keeps which entry of each window was the largest."""
        first, *others = self.entries(x)
        y, which = first.copy(), np.zeros(first.shape, dtype=np.int16)
        for number, entry in enumerate(others, start=1):
            # Products with booleans in place of masks, which numpy applies several times more slowly.
            np.maximum(which, (entry > y) * np.int16(number), out=which)
            np.maximum(y, entry, out=y)
        return y, which

    def reverse(self, stored: Array, error: Array) -> Array:
        """The error at that entry, 0 at the others."""
        before = self.blank(error)
        for number, entry in enumerate(self.entries(before)):
            np.multiply(error, stored == number, out=entry)
        return before
