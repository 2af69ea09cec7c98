"""What must be seen at every step: the peaks, and the first step at which a run left the model."""

import math
from typing import Any

import numpy as np

from simulation._arrays import FloatArray
from simulation.devices._response import Gains
from simulation.resume import Resumable


class Watch(Resumable):
    """Streamed maxima and first violations of runs.

    A violation is a weight that is not finite, or a gain that is not positive (equivalently, for F > 0, a
    saturation |G|/F ≥ 1): assumption A3 fails there and no bound applies.
    """

    STATE = ("_saturation", "_symmetric", "first_violation", "first_nonfinite", "violation_saturation")

    def __init__(self, shape: tuple[int, int, int], dtype: np.dtype[Any]) -> None:
        """Prepare for weights of shape (settings, runs, dimension)."""
        # Peaks are kept for each coordinate and reduced at the end: cheaper than a reduction a step.
        self._saturation = np.full((1, 1, 1), -np.inf, dtype)
        self._symmetric = np.full((1, 1, 1), -np.inf, dtype)
        self._scratch = np.empty(shape, dtype)
        self.first_violation = np.full(shape[:2], -1)
        self.first_nonfinite = np.full(shape[:2], -1)
        self.violation_saturation = np.full(shape[:2], np.nan)

    def results(self) -> dict[str, Any]:
        """Name what the trace keeps, each of shape (settings, runs); a peak is NaN if ever undefined."""
        shape = self.first_violation.shape
        return {
            "peak_saturation": np.broadcast_to(self._saturation.max(axis=-1), shape),
            "peak_symmetric": np.broadcast_to(self._symmetric.max(axis=-1), shape),
            "first_violation": self.first_violation,
            "violation_saturation": self.violation_saturation,
        }

    @property
    def whole(self) -> tuple[list[FloatArray], tuple[str, ...]]:
        """Peaks with an entry for every weight, and their names: 's' that of |G|/F, 'f' that of F.

        A gain that is the same for all weights of an axis does not depend on them, and was seen at the first look.
        """
        peaks, shape = [(self._saturation, "s"), (self._symmetric, "f")], self._scratch.shape
        found = [pair for pair in peaks if pair[0].shape == shape]
        return [peak for peak, _ in found], tuple([name for _, name in found])

    def look(self, step: int, weights: FloatArray, gains: Gains) -> None:
        """Take note of the weights before update number `step` (after the last one: step = steps)."""
        symmetric, asymmetric = (_once(gain) for gain in gains)
        saturation = np.abs(asymmetric, out=self._part(asymmetric.shape))
        if symmetric.size > 1 or symmetric.item() != 1:  # x/1 is x: a pass saved on the commonest device
            whole = self._part(np.broadcast_shapes(symmetric.shape, asymmetric.shape))
            saturation = np.divide(saturation, symmetric, out=whole)
        # np.maximum keeps NaN: a peak over an undefined value is undefined.
        self._saturation = _peak(self._saturation, saturation)
        self._symmetric = _peak(self._symmetric, symmetric)
        # Three reductions tell that all is well; F ≤ 0 is asked for itself, because |G|/F < 1 would mislead there.
        # A sum of squares that overflows only causes a closer look.
        if not (saturation.max() < 1 and symmetric.min() > 0 and math.isfinite(np.vdot(weights, weights))):
            self._record(step, weights, symmetric, saturation)

    def _part(self, shape: tuple[int, ...]) -> FloatArray:
        """Scratch of that shape."""
        return self._scratch[tuple(slice(size) for size in shape)]

    def _record(self, step: int, weights: FloatArray, symmetric: FloatArray, saturation: FloatArray) -> None:
        finite = np.isfinite(weights)
        valid = finite & (saturation < 1) & (symmetric > 0)
        lost = ~np.all(finite, axis=-1) & (self.first_nonfinite < 0)
        self.first_nonfinite[lost] = step
        new = ~np.all(valid, axis=-1) & (self.first_violation < 0)
        self.first_violation[new] = step
        self.violation_saturation[new] = np.broadcast_to(saturation, weights.shape).max(axis=-1)[new]


def _once(array: FloatArray) -> FloatArray:
    """The array without what broadcasting repeated: a gain that is the same everywhere is looked at once."""
    return array[tuple(slice(1) if stride == 0 else slice(None) for stride in array.strides)]


def _peak(peak: FloatArray, values: FloatArray) -> FloatArray:
    return np.maximum(peak, values, out=peak if peak.shape == values.shape else None)
