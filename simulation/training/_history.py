"""Past weights of a stage, for as long as a sample still reads them."""

from collections import deque
from collections.abc import Mapping

import numpy as np

from simulation.layers._layer import Array


class History:
    """Weights of a stage's arrays after each update that may still be read; freed ones become buffers."""

    def __init__(self, weights: Mapping[int, Array], version: int = 0) -> None:
        """Begin with one version."""
        self._held = deque([dict(weights)])
        self._oldest = version
        self._free: list[dict[int, Array]] = []

    @property
    def version(self) -> int:
        """Updates so far."""
        return self._oldest + len(self._held) - 1

    @property
    def held(self) -> tuple[dict[int, Array], ...]:
        """Versions that are kept, the oldest first."""
        return tuple(self._held)

    @property
    def now(self) -> dict[int, Array]:
        """The newest weights."""
        return self._held[-1]

    def at(self, version: int) -> dict[int, Array]:
        """Weights after that many updates.

        Raises:
            RuntimeError: if they were let go, or are not made yet: the schedule's samples overtake one another.
        """
        if not self._oldest <= version <= self.version:
            raise RuntimeError(f"version must be in {self._oldest}..{self.version}, got {version}")
        return self._held[version - self._oldest]

    def release(self, before: int) -> None:
        """Let go of older versions; the newest stays."""
        while self._oldest < min(before, self.version):
            self._free.append(self._held.popleft())
            self._oldest += 1

    def buffer(self) -> dict[int, Array]:
        """Arrays to write the next version to."""
        return self._free.pop() if self._free else {number: np.empty_like(array) for number, array in self.now.items()}

    def push(self, weights: dict[int, Array]) -> None:
        """Add the next version."""
        self._held.append(weights)
