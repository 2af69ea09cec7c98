"""What a network is: layers whose shapes fit, and the ways to cut it into stages."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import inf, prod

import numpy as np

from simulation._arrays import integer
from simulation._registry import lookup
from simulation.layers._layer import Array, Layer, Shape, Shapes
from simulation.losses import LOSSES
from simulation.losses._loss import LossFunction


@dataclass(frozen=True, kw_only=True)
class LayeredNetwork(ABC):
    """Base of all networks; a subclass says which layers, for which images.

    Raises:
        ValueError: naming the layer and both shapes, if a layer does not fit those before it, a branch is left
            open, or the network does not end in a vector of classes; if the loss is unknown.
    """

    objective: str = "softmax_cross_entropy"
    """Name of a loss without fields."""

    def __post_init__(self) -> None:
        """Check that the loss is known and the layers fit."""
        _ = self.loss
        if not self.arrays:
            raise ValueError(f"layers must hold at least one with weights, got {len(self.layers)} without")
        last = self.shapes[-1]
        if len(last) != 1 or len(last[0]) != 1:
            raise ValueError(f"layers must end in one array of shape (classes,), got {last} after {self._name(-1)}")

    @property
    @abstractmethod
    def input_shape(self) -> Shape:
        """Shape of a sample: (inputs,) or (height, width, channels)."""

    @property
    @abstractmethod
    def layers(self) -> tuple[Layer, ...]:
        """From the input to the output."""

    @property
    def loss(self) -> LossFunction:
        """What is minimised."""
        loss: LossFunction = lookup(LOSSES, self.objective, field="objective")()
        return loss

    @cached_property
    def shapes(self) -> tuple[Shapes, ...]:
        """Shapes of a sample's message before the first layer, between layers, and after the last."""
        found: list[Shapes] = [(tuple(self.input_shape),)]
        for number, layer in enumerate(self.layers):
            try:
                found.append(layer.through(found[-1]))
            except ValueError as error:
                raise ValueError(f"{self._name(number)} does not fit {found[-1][0]}, what enters it: {error}") from None
        return tuple(found)

    @property
    def classes(self) -> int:
        """Entries of the output."""
        return self.shapes[-1][0][0]

    @cached_property
    def arrays(self) -> dict[int, tuple[int, int]]:
        """Layer with weights → rows and columns of its crossbar."""
        sizes = {number: layer.array(self.shapes[number]) for number, layer in enumerate(self.layers)}
        return {number: size for number, size in sizes.items() if size is not None}

    @cached_property
    def parts(self) -> dict[int, slice]:
        """Layer with weights → where they lie among all weights side by side."""
        ends = accumulate(prod(size) for size in self.arrays.values())
        return {n: slice(end - prod(self.arrays[n]), end) for n, end in zip(self.arrays, ends, strict=True)}

    @property
    def dimension(self) -> int:
        """Number of weights."""
        return sum(prod(size) for size in self.arrays.values())

    @cached_property
    def costs(self) -> tuple[int, ...]:
        """Multiply–adds of each layer's forward pass of one sample."""
        return tuple(layer.multiply_adds(before) for layer, before in zip(self.layers, self.shapes, strict=False))

    @property
    def workspace(self) -> int:
        """Entries of the largest array that the forward pass of one sample makes."""
        return max(layer.workspace(before) for layer, before in zip(self.layers, self.shapes, strict=False))

    def initial(self, rngs: Sequence[np.random.Generator]) -> dict[int, Array]:
        """W_0 of each array, (1, runs, rows, columns), run r drawn with the r-th generator."""
        drawn = [[self.layers[number].initial(self.shapes[number], rng) for number in self.arrays] for rng in rngs]
        return {number: np.stack([run[place] for run in drawn])[np.newaxis] for place, number in enumerate(self.arrays)}

    def cut(self, stages: int, sizes: Sequence[int] | None = None) -> tuple[range, ...]:
        """Consecutive layers of each of `stages` stages.

        Args:
            stages: M.
            sizes: layers of each stage; if None, the cut whose costliest stage is cheapest, and among those the
                one with the least sum of squared costs. It separates arrays, each kept together with the layers
                without weights that follow it; if there are fewer arrays than stages, it separates layers.

        Raises:
            ValueError: if a stage would be empty, or the sizes do not sum to the number of layers.
        """
        if sizes is None:
            return self._balanced(stages)
        given = tuple(integer("sizes", size, minimum=0) for size in sizes)
        if len(given) != stages:
            raise ValueError(f"sizes must be {stages}, one a stage, got {given}")
        if 0 in given:
            raise ValueError(f"sizes must be >= 1, got {given}: stage {given.index(0)} would be empty")
        if sum(given) != len(self.layers):
            raise ValueError(f"sizes must sum to the {len(self.layers)} layers, got {given}")
        return tuple(range(end - size, end) for end, size in zip(accumulate(given), given, strict=True))

    def _balanced(self, stages: int) -> tuple[range, ...]:
        places = [0, *list(self.arrays)[1:], len(self.layers)]
        if stages >= len(places):
            places = list(range(len(self.layers) + 1))
        if stages >= len(places):
            raise ValueError(f"stages must be <= {len(self.layers)}, the network's layers, got {stages}: one is empty")
        pieces = [sum(self.costs[start:stop]) for start, stop in pairwise(places)]
        ends = [places[end] for end in _cut(pieces, stages)]
        return tuple(range(start, stop) for start, stop in pairwise([0, *ends]))

    def _name(self, number: int) -> str:
        number %= len(self.layers)
        kind = type(self.layers[number]).__module__.rpartition(".")[2]
        return f"layers[{number}] ({kind})"


def _cut(pieces: Sequence[int], stages: int) -> tuple[int, ...]:
    """Ends of consecutive groups of the pieces: first the largest sum least, then the sum of squares."""
    limit = _best(pieces, stages, lambda total: (total, 0), inf)[0][0]
    return _best(pieces, stages, lambda total: (0, total**2), limit)[1]


def _best(
    pieces: Sequence[int], stages: int, price: Callable[[int], tuple[int, int]], limit: float
) -> tuple[tuple[int, int], tuple[int, ...]]:
    """Least (max of first prices, sum of second prices) over all cuts with no sum above `limit`, and its ends."""
    sums = [0, *accumulate(pieces)]
    best: dict[int, tuple[tuple[int, int], tuple[int, ...]]] = {0: ((0, 0), ())}
    for stage in range(stages):
        left = stages - stage - 1
        found: dict[int, tuple[tuple[int, int], tuple[int, ...]]] = {}
        for start, ((most, total), ends) in best.items():
            for end in range(start + 1, len(sums) - left):
                group = sums[end] - sums[start]
                if group <= limit and (left or end == len(sums) - 1):
                    first, second = price(group)
                    option = ((max(most, first), total + second), (*ends, end))
                    found[end] = min(found.get(end, option), option)
        best = found
    return best[len(pieces)]
