"""Noise, change, update and watch of a step in one pass (extra `fast`): numpy's passes, hence its bits."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulation import _loops
from simulation._arrays import FloatArray
from simulation._loops import Loops
from simulation.devices._response import Response
from simulation.fidelities import UpdateRule
from simulation.noises._noise import NoiseModel
from simulation.watch import Watch

PAYS_AFTER = 150_000_000
"""Entries worked on by numpy's passes before the loop is compiled: at 6 ns each they take as long as compiling."""


class Fused:
    """One step of W_{k+1} = U(W_k, −α·g), g being a noise around a gradient."""

    def __init__(self, noise: NoiseModel, device: Response, rule: UpdateRule, negative_rate: FloatArray) -> None:
        """Take what all steps have in common."""
        self._noise, self._device, self._rule, self._rate = noise, device, rule, negative_rate
        self._loops: dict[tuple[str, ...], Loops] = {}

    def moved(self, step: int, weights: FloatArray, gradient: FloatArray, raw: Any, watch: Watch) -> FloatArray | None:
        """W_{k+1}, in the place of the gradient; the watch has seen W_k. None, and nothing is touched, if numpy must.

        Args:
            step: k > 0, as the first look shows the watch what there is to see.
            weights: W_k, (settings, runs, dimension).
            gradient: h, of the same shape, in an array of its own.
            raw: what the noise drew, broadcasting with it.
            watch: told of W_k.
        """
        if not step or self._rule.formula is None or not _loops.available():
            return None
        peaks, names = watch.whole
        loops = self._read(names, weights.dtype)
        if loops.program is None or not all(loops.takes(array, weights.shape) for array in (weights, gradient)):
            return None
        if loops.worked(weights.size) < PAYS_AFTER or raw.dtype != weights.dtype:
            return None
        # Written are inputs: every array more that is written makes the compiler compare it with all others.
        if not loops.run((weights, gradient, raw, *peaks), within=("h", *names)):
            watch.look(step, weights, self._device.gains(weights))
        return gradient

    def signal(self, gradient: FloatArray, raw: Any) -> FloatArray:
        """g."""
        return self._noise.apply(gradient, raw)

    def _read(self, peaks: tuple[str, ...], dtype: np.dtype[Any]) -> Loops:
        if peaks not in self._loops:
            self._loops[peaks] = Loops(self._formula(peaks, float(np.finfo(dtype).max)), ("w", "h", "r", *peaks), dtype)
        return self._loops[peaks]

    def _formula(self, peaks: tuple[str, ...], largest: float) -> Callable[..., tuple[Any, ...]]:
        """W_{k+1}, the peaks, and what must hold if the watch need not look closer: see `Watch.look`."""
        update: Any = self._rule.formula

        def formula(w: Any, h: Any, r: Any, *before: Any) -> tuple[Any, ...]:
            gains = self._device.gains(w)
            after = update(self._device, w, self._rate * self._noise.apply(h, r), gains)
            seen = {"s": np.abs(gains.asymmetric) / gains.symmetric, "f": gains.symmetric}
            now = [_maximum(old, seen[name]) for old, name in zip(before, peaks, strict=True)]
            return after, *now, seen["s"] < 1, gains.symmetric > 0, np.abs(w) <= largest

        return formula


def _maximum(peak: Any, value: Any) -> Any:
    """np.maximum, which keeps NaN."""
    return np.where(peak >= value, peak, np.where(peak == peak, value, peak))  # noqa: PLR0124  # false for NaN
