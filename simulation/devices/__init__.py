"""Device responses, one a file: each module exports a frozen dataclass `Device` (see `_response`)."""

from simulation._registry import discover
from simulation.devices._response import Gains, Response

DEVICES = discover(__name__, __path__, "Device", ("q_plus", "q_minus", "symmetric", "asymmetric", "gains"))
"""Every device of this folder: file name → class."""

__all__ = ["DEVICES", "Gains", "Response"]
