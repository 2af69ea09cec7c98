"""Device responses, one a file: each module exports a frozen dataclass `Device` (see `_response`)."""

from simulation._registry import discover
from simulation.devices._response import Affine, Gains, Line, Response
from simulation.devices._variation import scatter

DEVICES = discover(
    __name__,
    __path__,
    "Device",
    (
        "q_plus",
        "q_minus",
        "symmetric",
        "asymmetric",
        "gains",
        "domain",
        "affine",
        "settle",
        "symmetric_point",
        "EXAMPLE",
    ),
)
"""Every device of this folder: file name → class."""

__all__ = ["DEVICES", "Affine", "Gains", "Line", "Response", "scatter"]
