"""The larger gain is F − |G| in the place of F + |G|."""

from typing import Any
from unittest.mock import patch

import numpy as np

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.devices._response import Response


def smaller(device: Response, weights: FloatArray) -> FloatArray:
    """The smaller one."""
    return device.symmetric(weights) - np.abs(device.asymmetric(weights))


def planted() -> Any:
    """In what all devices share."""
    return patch.object(Response, "max_gain", smaller)


FAULT = Fault(
    title="The larger gain is F − |G| in the place of F + |G|",
    planted=planted,
    red=("gains-*-max-gain",),
)
