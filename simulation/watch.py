"""What must be seen at every step: the peaks, and the first step at which a run left the model."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray
from simulation.devices._response import Gains


class Watch:
    """Streamed maxima and first violations of runs.

    A violation is a weight that is not finite, or a gain that is not positive (equivalently, for F > 0, a
    saturation |G|/F ≥ 1): assumption A3 fails there and no bound applies.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        """Prepare for weights of shape (settings, runs, dimension)."""
        # Peaks are kept for each coordinate and reduced at the end: cheaper than a reduction a step.
        self._saturation = np.full(shape, -np.inf)
        self._symmetric = np.full(shape, -np.inf)
        self.first_violation = np.full(shape[:2], -1)
        self.first_nonfinite = np.full(shape[:2], -1)
        self.violation_saturation = np.full(shape[:2], np.nan)

    def results(self) -> dict[str, Any]:
        """Name what the trace keeps, each of shape (settings, runs); a peak is NaN if ever undefined."""
        return {
            "peak_saturation": self._saturation.max(axis=-1),
            "peak_symmetric": self._symmetric.max(axis=-1),
            "first_violation": self.first_violation,
            "violation_saturation": self.violation_saturation,
        }

    def look(self, step: int, weights: FloatArray, gains: Gains) -> None:
        """Take note of the weights before update number `step` (after the last one: step = steps)."""
        symmetric, asymmetric = gains
        saturation = np.abs(asymmetric)
        valid = saturation < symmetric  # also False for NaN, and for F ≤ 0, where |G|/F < 1 would mislead
        valid &= np.isfinite(weights)
        saturation /= symmetric
        # np.maximum keeps NaN: a peak over an undefined value is undefined.
        np.maximum(self._saturation, saturation, out=self._saturation)
        np.maximum(self._symmetric, symmetric, out=self._symmetric)
        if not valid.all():
            self._record(step, valid, np.isfinite(weights), saturation.max(axis=-1))

    def _record(self, step: int, valid: NDArray[np.bool_], finite: NDArray[np.bool_], saturation: FloatArray) -> None:
        lost = ~np.all(finite, axis=-1) & (self.first_nonfinite < 0)
        self.first_nonfinite[lost] = step
        new = ~np.all(valid, axis=-1) & (self.first_violation < 0)
        self.first_violation[new] = step
        self.violation_saturation[new] = saturation[new]
