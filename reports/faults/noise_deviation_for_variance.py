"""A noise that declares σ for its variance."""

from unittest.mock import patch

from reports.faults._fault import Fault
from simulation.noises._noise import SpreadNoise

FAULT = Fault(
    title="A noise that declares σ for its variance",
    planted=lambda: patch.object(SpreadNoise, "variance", lambda noise, _: noise.standard_deviation),
    red=("noises-gaussian-variance",),
)
