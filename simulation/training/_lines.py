"""The mean dynamics in few passes, for devices whose gains are straight lines without hard bounds."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.devices._response import Response
from simulation.layers._layer import Array

_FAR = 1e30  # a weight far beyond every soft device's range, at which a hard bound shows


@dataclass(frozen=True, kw_only=True, eq=False)
class Lines:
    """F = level + slope·w and G likewise; None where F is 1, or G is 0, throughout.

    Coefficients are in the dtype of the weights, so that an update in float32 stays in float32. Those that vary
    from weight to weight have a last axis of that length, the others one of length 1 or none.
    """

    symmetric: tuple[Array, Array] | None
    """Of F."""
    asymmetric: tuple[Array, Array] | None
    """Of G."""

    @classmethod
    def of(cls, device: Response, dtype: np.dtype[Any]) -> "Lines | None":
        """The lines of a device; None if its gains are no lines, or end at a hard bound."""
        far = np.array([[[-_FAR]], [[_FAR]]])
        held = device.settle(far)
        if device.affine is None or not np.array_equal(held, np.broadcast_to(far, held.shape)):
            return None
        up, down = device.affine
        even = (down.level + up.level) / 2, (down.slope + up.slope) / 2
        odd = (down.level - up.level) / 2, (down.slope - up.slope) / 2
        perfect = bool(np.all(even[0] == 1) and np.all(even[1] == 0))
        straight = not (np.any(odd[0]) or np.any(odd[1]))

        def cast(pair: tuple[Array, Array]) -> tuple[Array, Array]:
            level, slope = (np.asarray(part, dtype=dtype) for part in pair)
            return level, slope

        return cls(symmetric=None if perfect else cast(even), asymmetric=None if straight else cast(odd))

    @property
    def straight(self) -> bool:
        """Whether G is 0 throughout."""
        return self.asymmetric is None

    def update(self, weights: Array, out: Array, rows: slice, change: Array, drift: Array | None) -> None:
        """out = w + x·F(w) − s·G(w) in these rows, x = `change` and s = `drift`, both of which are overwritten."""
        before = weights[..., rows, :]
        place = slice(rows.start * weights.shape[-1], None)
        if drift is not None and self.asymmetric is not None:
            _scale(drift, self.asymmetric, before, place)
        if self.symmetric is not None:
            _scale(change, self.symmetric, before, place)
        if drift is not None:
            change -= drift
        np.add(before, change, out=out[..., rows, :])


def _scale(array: Array, line: tuple[Array, Array], weights: Array, place: slice) -> None:
    """Multiply by level + slope·w in place."""
    level, slope = (_matrix(part, weights.shape, place) for part in line)
    if level.any():
        gain = weights * slope
        gain += level
        array *= gain
    else:
        array *= weights
        array *= slope


def _matrix(coefficient: Array, shape: tuple[int, ...], place: slice) -> Array:
    """Coefficients of these rows as a matrix, or with an axis more."""
    if coefficient.ndim == 0:
        return coefficient
    if coefficient.shape[-1] == 1:
        return coefficient[..., np.newaxis]
    rows, columns = shape[-2:]
    return coefficient[..., place][..., : rows * columns].reshape(*coefficient.shape[:-1], rows, columns)
