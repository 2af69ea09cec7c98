"""Resting weights of the mean dynamics as if there were no noise."""

from unittest.mock import patch

from reports.faults._fault import Fault
from theory.predictions import FoldedNoise

FAULT = Fault(
    title="Resting weights of the mean dynamics as if there were no noise",
    planted=lambda: patch.object(FoldedNoise, "at", lambda _, gradient, variance: abs(gradient) + 0 * variance),
    red=("resting-asymmetric-linear-gaussian",),
)
