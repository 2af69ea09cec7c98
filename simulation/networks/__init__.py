"""Networks, one a file: each module exports a frozen dataclass `Network` (see `_network`)."""

from simulation._registry import discover
from simulation.networks._network import LayeredNetwork

NETWORKS = discover(__name__, __path__, "Network", ("input_shape", "layers", "loss", "cut"))
"""Every network of this folder: file name → class."""

__all__ = ["NETWORKS", "LayeredNetwork"]
