"""The analog update: the only place where a device changes a weight."""

import numpy as np

from simulation._arrays import FloatArray
from simulation.devices._response import Gains, Response


def response(device: Response, weights: FloatArray, signal: FloatArray) -> FloatArray:
    """Φ_w(g) = F(w)·g + G(w)·|g|, the signal g as the device at w lets it through [units of g].

    Elementwise; shapes broadcast, numpy's ValueError if they cannot.
    Source: arXiv:2410.15155, section 2.
    """
    symmetric, asymmetric = device.gains(weights)
    return symmetric * signal + asymmetric * np.abs(signal)


def analog_update(
    device: Response, weights: FloatArray, change: FloatArray, *, gains: Gains | None = None
) -> FloatArray:
    """U(w, x) = w + x·F(w) − |x|·G(w), the weights after a desired change x [weight units].

    With x = −αg, α > 0, this is w − α·Φ_w(g). A device with hard bounds then clips the result to them.

    Args:
        device: the response functions.
        weights: w, any shape.
        change: x, the change that a perfect device would make; broadcasts with w.
        gains: `device.gains(weights)` if the caller has it already; computed here otherwise.

    Raises:
        ValueError: (numpy's) if the shapes do not broadcast.

    Source: arXiv:2410.15155, section 2.
    """
    symmetric, asymmetric = device.gains(weights) if gains is None else gains
    return device.settle(weights + change * symmetric - np.abs(change) * asymmetric)
