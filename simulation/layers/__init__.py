"""Layers, one a file: each module exports a frozen dataclass `Layer` (see `_layer`)."""

from simulation._registry import discover
from simulation.layers._layer import Array, Layer, Message, Shape, Shapes, Terms, Tile

LAYERS = discover(__name__, __path__, "Layer", ("through", "forward", "backward", "terms", "array", "multiply_adds"))
"""Every layer of this folder: file name → class."""

__all__ = ["LAYERS", "Array", "Layer", "Message", "Shape", "Shapes", "Terms", "Tile"]
