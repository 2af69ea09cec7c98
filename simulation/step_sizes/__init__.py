"""How the step size changes over a training, one way a file: each module exports a frozen dataclass `Decay`."""

from simulation._registry import discover
from simulation.step_sizes._decay import StepDecay

DECAYS = discover(__name__, __path__, "Decay", ("factor",))
"""Every decay of this folder: file name → class."""

__all__ = ["DECAYS", "StepDecay"]
