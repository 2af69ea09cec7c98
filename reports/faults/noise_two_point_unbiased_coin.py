"""Two-point noise that takes its two points equally often."""

from typing import Any
from unittest.mock import patch

import numpy as np

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.noises.two_point import Noise


def fair(noise: Noise, gradient: FloatArray, raw: FloatArray) -> FloatArray:
    """±√(h² + σ²), whatever h."""
    return np.copysign(np.sqrt(gradient**2 + noise.variance(gradient)), -raw)


def planted() -> Any:
    """In the noise."""
    return patch.object(Noise, "apply", fair)


FAULT = Fault(
    title="Two-point noise that takes its two points equally often",
    planted=planted,
    red=("noises-two-point-mean",),
)
