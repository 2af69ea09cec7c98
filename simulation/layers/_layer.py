"""What a layer is: a pure function of weights and a message, and its derivative at weights that may have changed.

A message is a tuple of arrays, the current one first; behind it lie the branches that skip connections hold open.
Every array has the axes (settings or 1, runs or 1, samples, *shape). Images are (height, width, channels).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import positive_array

Array = NDArray[Any]
"""float32 or float64; a layer keeps the dtype that it is given."""
Message = tuple[Array, ...]
Shape = tuple[int, ...]
Shapes = tuple[Shape, ...]
"""Shape of one sample of each array of a message."""
LEADING = 3
"""Axes before the shape of a sample: settings, runs, samples."""


class Terms(NamedTuple):
    """Rank-one terms: the derivative of the summed loss by an array's weights is Σ_i errors_i·inputs_iᵀ."""

    errors: Array
    """δ_i, shape (settings, runs, vectors, rows)."""
    inputs: Array
    """x_i with the constant 1 of the bias last, shape (settings or 1, runs, vectors, columns)."""


class Tile:
    """An array as its layer meets it: two products, here exact ones."""

    exact: ClassVar[bool] = True
    """Whether the products are those of the weights, so that a layer may rearrange them."""

    def __init__(self, weights: Array) -> None:
        """Take W, (settings, runs, rows, columns)."""
        self.weights = weights

    def forward(self, vectors: Array) -> Array:
        """W x for vectors (settings or 1, runs or 1, vectors, columns): (settings, runs, vectors, rows)."""
        if vectors.shape[-2] >= self.weights.shape[-2]:
            return vectors @ np.swapaxes(self.weights, -1, -2)
        # With few vectors BLAS is faster with the matrix on the left.
        return np.ascontiguousarray(np.swapaxes(self.weights @ np.swapaxes(vectors, -1, -2), -1, -2))

    def backward(self, errors: Array) -> Array:
        """Wᵀδ without the bias: (settings, runs, vectors, columns − 1)."""
        return errors @ self.weights[..., :-1]


@dataclass(frozen=True, kw_only=True)
class Layer(ABC):
    """Base of all layers. Forward takes the weights then present; backward those present then.

    What a layer stores between the two passes holds activations only, never weights.
    """

    @abstractmethod
    def through(self, shapes: Shapes) -> Shapes:
        """Shapes of the message that leaves, for those of the one that enters.

        Raises:
            ValueError: with what is needed and what was given, if they do not fit.
        """

    @abstractmethod
    def forward(self, tile: Tile | None, message: Message) -> tuple[Message, Any]:
        """Message that leaves, and what the backward pass needs of this one."""

    @abstractmethod
    def backward(self, tile: Tile | None, stored: Any, error: Message) -> Message:
        """Derivative of the loss by what entered, for its derivative `error` by what left."""

    def terms(self, stored: Any, error: Message) -> Terms | None:
        """Derivative of the loss by the weights, as rank-one terms; None without weights."""
        return None

    def array(self, shapes: Shapes) -> tuple[int, int] | None:
        """Rows and columns of the crossbar that holds the weights, the bias' column included; None without."""
        return None

    def initial(self, shapes: Shapes, rng: np.random.Generator) -> Array:
        """Weights (rows, columns) to start from, float64; (0, 0) without weights."""
        return np.zeros((0, 0))

    def multiply_adds(self, shapes: Shapes) -> int:
        """Cost of the forward pass of one sample; without weights one operation an entry that leaves."""
        return prod(self.through(shapes)[0])

    def workspace(self, shapes: Shapes) -> int:
        """Entries of the largest array of one sample that the forward pass makes."""
        return max(prod(shapes[0]), prod(self.through(shapes)[0]))


@dataclass(frozen=True, kw_only=True)
class Plain(Layer):
    """Base of the layers without weights that act on the current array only."""

    def through(self, shapes: Shapes) -> Shapes:
        """The other arrays pass."""
        return (self.shape_after(shapes[0]), *shapes[1:])

    def forward(self, tile: Tile | None, message: Message) -> tuple[Message, Any]:
        """`apply` to the first array."""
        after, stored = self.apply(message[0])
        return (after, *message[1:]), stored

    def backward(self, tile: Tile | None, stored: Any, error: Message) -> Message:
        """`reverse` of the first error."""
        return (self.reverse(stored, error[0]), *error[1:])

    def shape_after(self, shape: Shape) -> Shape:
        """Shape of a sample afterwards: unchanged."""
        return shape

    @abstractmethod
    def apply(self, x: Array) -> tuple[Array, Any]:
        """y, and what `reverse` needs."""

    @abstractmethod
    def reverse(self, stored: Any, error: Array) -> Array:
        """The derivative by x for that by y."""


@dataclass(frozen=True, kw_only=True)
class Crossbar(Layer):
    """Base of the layers whose weights are one matrix on one array; its last column is the bias.

    Weights start uniform in ±gain/√inputs, the bias at 0.

    Raises:
        ValueError: if `gain` is not finite and > 0.
    """

    gain: float = 1.0
    """Half width of the initial weights times √inputs; √6 gives the variance 2/inputs that suits relu."""

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "gain", float(positive_array("gain", self.gain)))

    def initial(self, shapes: Shapes, rng: np.random.Generator) -> Array:
        """Uniform weights, then the bias."""
        size = self.array(shapes)
        assert size is not None  # noqa: S101  # for the type checker: a crossbar has an array
        rows, columns = size
        limit = self.gain / np.sqrt(columns - 1)
        return np.concatenate([rng.uniform(-limit, limit, (rows, columns - 1)), np.zeros((rows, 1))], axis=1)


def present(tile: Tile | None) -> Tile:
    """The tile of a layer that has one."""
    assert tile is not None  # noqa: S101  # for the type checker: the network gives each crossbar its tile
    return tile


def require_axes(shape: Shape, axes: int) -> None:
    """Raise ValueError unless a sample has that many axes."""
    if len(shape) != axes:
        wanted = {1: "(inputs,)", 3: "(height, width, channels)"}[axes]
        raise ValueError(f"a sample must have shape {wanted}, got {shape}")
