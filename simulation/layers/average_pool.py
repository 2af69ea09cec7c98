"""The mean of every window."""

from dataclasses import dataclass

from simulation.layers._layer import Array
from simulation.layers._windows import Windows


@dataclass(frozen=True, kw_only=True)
class Layer(Windows):
    """Mean over size × size windows that do not overlap."""

    def apply(self, x: Array) -> tuple[Array, None]:
        """Keeps nothing."""
        first, *others = self.entries(x)
        total = first.copy()
        for entry in others:
            total += entry
        return total / self.size**2, None

    def reverse(self, stored: None, error: Array) -> Array:
        """An equal share for every entry."""
        before, share = self.blank(error), error / self.size**2
        for entry in self.entries(before):
            entry[...] = share
        return before
