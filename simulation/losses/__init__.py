"""Losses, one a file: each module exports a frozen dataclass `Loss` (see `_loss`)."""

from simulation._registry import discover
from simulation.losses._loss import LossFunction

LOSSES = discover(__name__, __path__, "Loss", ("evaluate",))
"""Every loss of this folder: file name → class."""

__all__ = ["LOSSES", "LossFunction"]
