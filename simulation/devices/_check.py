"""Whether a device's responses are responses on the range that a run uses."""

import numpy as np
from numpy.typing import ArrayLike

from simulation._arrays import FloatArray
from simulation.devices._response import Response

_POINTS = 65
"""Weights at which a bounded range is looked at, both ends included: a user's own formula need not be monotone."""


def require_responses(device: Response, initial: ArrayLike) -> None:
    """Check that q₊ and q₋ are finite and ≥ 0 over the device's range, and at the weights that a run starts from.

    A range without ends is looked at where the run starts only. What a run does later is watched by the run itself.

    Args:
        device: the response functions.
        initial: W_0, of a shape that broadcasts with the device's fields; taken as far as the device can hold it.

    Raises:
        ValueError: naming the response, its value, the weight and the range.
    """
    lower, upper = (np.asarray(end, dtype=np.float64) for end in device.domain)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if np.isfinite(lower).all() and np.isfinite(upper).all():
            ends = np.broadcast_arrays(lower, upper)
            fractions = np.linspace(0, 1, _POINTS).reshape(-1, *[1] * ends[0].ndim)
            _require(device, (1 - fractions) * ends[0] + fractions * ends[1], "over the range")
        _require(device, device.settle(np.asarray(initial, dtype=np.float64)), "at the initial weights, in the range")


def _require(device: Response, weights: FloatArray, where: str) -> None:
    lower, upper = device.domain
    for name, response in (("q_plus", device.q_plus), ("q_minus", device.q_minus)):
        values = response(weights)
        bad = ~((values >= 0) & np.isfinite(values))
        if bad.any():
            at = np.broadcast_to(weights, bad.shape)[bad].flat[0]
            raise ValueError(
                f"{name} must be finite and >= 0 {where} {np.max(lower):g}..{np.min(upper):g}, "
                f"got {values[bad].flat[0]:g} at {at:g}"
            )
