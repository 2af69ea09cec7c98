"""Additive gradient noises, one a file: each module exports a frozen dataclass `Noise` (see `_noise`)."""

from simulation._registry import discover
from simulation.noises._noise import NoiseModel

NOISES = discover(__name__, __path__, "Noise", ("draw", "apply", "variance"))
"""Every noise of this folder: file name → class."""

__all__ = ["NOISES", "NoiseModel"]
