"""The mean dynamics in few passes, for devices whose gains are straight lines without hard bounds."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from simulation import _compiled, _loops
from simulation._compiled import Kernel
from simulation._loops import Loops
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

    _loops: dict[Any, Loops] = field(default_factory=dict, init=False)

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

    def update(
        self, weights: Array, out: Array, rows: slice, change: Array, sizes: Array | None, kernel: Kernel = "auto"
    ) -> None:
        """out = w + x·F(w) − s·G(w) in these rows, x = `change` and s = `sizes` (|x| if None), both overwritten.

        By one compiled loop or by numpy, with the same bits; see `analog_update`, which says what `kernel` means.
        """
        before, target = weights[..., rows, :], out[..., rows, :]
        place = slice(rows.start * weights.shape[-1], None)
        if kernel != "numpy" and self._looped(before, target, place, change, sizes, demanded=kernel == "numba"):
            return
        drift = None if self.straight else np.abs(change) if sizes is None else sizes
        if drift is not None and self.asymmetric is not None:
            _scale(drift, self.asymmetric, before, place)
        if self.symmetric is not None:
            _scale(change, self.symmetric, before, place)
        if drift is not None:
            change -= drift
        np.add(before, change, out=target)

    def _looped(
        self, before: Array, target: Array, place: slice, change: Array, sizes: Array | None, *, demanded: bool
    ) -> bool:
        """Whether a loop has done it."""
        if not _loops.available() or not change.flags.c_contiguous or before.shape != change.shape:
            return False
        inputs = (before, change) if sizes is None or self.straight else (before, change, sizes)
        loops = self._read(place, before.shape, len(inputs), before.dtype)
        if loops.program is None or (loops.worked(before.size) < _compiled.PAYS_AFTER and not demanded):
            return False
        if not target.flags.c_contiguous:
            loops.run(inputs, within=("x",))
            np.copyto(target, change)
        elif target.ctypes.data == before.ctypes.data:
            loops.run(inputs, within=("w",))
        else:
            loops.run(inputs, target)
        return True

    def _read(self, place: slice, shape: tuple[int, ...], inputs: int, dtype: np.dtype[Any]) -> Loops:
        """The loops of these cells; all cells share them if none has coefficients of its own."""
        parts = [part for line in (self.symmetric, self.asymmetric) for part in line or ()]
        own = any(part.ndim and part.shape[-1] > 1 for part in parts)
        key = (place.start if own else 0, shape if own else (), inputs)
        if key not in self._loops:
            self._loops[key] = Loops(partial(self._formula, shape, place), ("w", "x", "s")[:inputs], dtype)
        return self._loops[key]

    def _formula(self, shape: tuple[int, ...], place: slice, w: Any, x: Any, s: Any = None) -> Any:
        """As `update`, out of place and in the same order: of symbols, that is."""
        drift = np.abs(x) if s is None else s
        moved = x if self.symmetric is None else _scaled(x, self.symmetric, w, shape, place)
        if self.asymmetric is not None:
            moved = moved - _scaled(drift, self.asymmetric, w, shape, place)
        return w + moved


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


def _scaled(array: Any, line: tuple[Array, Array], weights: Any, shape: tuple[int, ...], place: slice) -> Any:
    """`_scale` in another place, for weights of that shape."""
    level, slope = (_matrix(part, shape, place) for part in line)
    return array * (weights * slope + level) if level.any() else array * weights * slope


def _matrix(coefficient: Array, shape: tuple[int, ...], place: slice) -> Array:
    """Coefficients of these rows as a matrix, or with an axis more."""
    if coefficient.ndim == 0:
        return coefficient
    if coefficient.shape[-1] == 1:
        return coefficient[..., np.newaxis]
    rows, columns = shape[-2:]
    return coefficient[..., place][..., : rows * columns].reshape(*coefficient.shape[:-1], rows, columns)
