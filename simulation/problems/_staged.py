"""What a pipeline can work on: a problem whose signal is backpropagation through a chain of blocks."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import is_dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, integers
from simulation.noises._noise import NoiseModel
from simulation.problems._problem import Constants, Moments


class StagedProblem(ABC):
    """Base of the problems that are chains of blocks; a block is the least that a pipeline stage can hold.

    Weights are flat; the last axis is the concatenation of the blocks, of the sizes `blocks`. Every operation
    is elementwise or a sum in a fixed order, so that results do not depend, to the last bit, on how an array
    lies in memory, how many runs there are, or whether a block is computed alone or with the others.
    """

    initial: FloatArray
    """W_0, broadcasts with (settings, runs, dimension) [weight units]."""
    constants: ClassVar[Constants]
    """Whether `smoothness` and `optimal_value` are proved."""

    @property
    @abstractmethod
    def smoothness(self) -> float:
        """L, a Lipschitz constant of ∇f."""

    @property
    @abstractmethod
    def staleness_lipschitz(self) -> float:
        """L_Φ: ‖h(U, W) − h(W, W)‖ ≤ L_Φ‖U − W‖ for the mean signal h."""

    @property
    @abstractmethod
    def optimal_value(self) -> float:
        """f*, or a lower bound of f; the class says which."""

    @abstractmethod
    def draw(self, rng: np.random.Generator, runs: int) -> FloatArray:
        """Raw randomness of one step for all runs; its first axis has length `runs`."""

    @abstractmethod
    def moments(self, weights: FloatArray) -> Moments:
        """Exact moments of `signal` at these weights."""

    @property
    @abstractmethod
    def blocks(self) -> tuple[int, ...]:
        """Number of weights of each block."""

    @property
    @abstractmethod
    def additive_noise(self) -> NoiseModel:
        """Noise added to the gradient of each sample, independent in every coordinate."""

    @abstractmethod
    def enter(self, raw: NDArray[Any]) -> FloatArray:
        """Message to the first block, from a step's raw randomness; first axes (1, runs)."""

    @abstractmethod
    def forward(self, block: int, weights: FloatArray, message: FloatArray) -> FloatArray:
        """Message from a block to the next one, for the block's weights (settings, runs, size)."""

    @abstractmethod
    def loss(self, raw: NDArray[Any], message: FloatArray) -> FloatArray:
        """Error that enters the last block: the derivative of the loss by the last block's message."""

    @abstractmethod
    def backward(
        self, block: int, weights: FloatArray, message: FloatArray, error: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Error to the block before, and the gradient (settings, runs, size) by the block's weights.

        Args:
            block: which.
            weights: the block's weights now, which need not be those that its forward pass read.
            message: what entered the block in the forward pass.
            error: the derivative of the loss by what left it.
        """

    @abstractmethod
    def additive(self, raw: NDArray[Any]) -> FloatArray:
        """Part (runs, dimension) of a step's raw randomness that drives the additive noise."""

    @cached_property
    def dimension(self) -> int:
        """Sum of the blocks' sizes."""
        return sum(self.blocks)

    @cached_property
    def parts(self) -> tuple[slice, ...]:
        """Where each block lies in the flat weights."""
        ends = tuple(accumulate(self.blocks))
        return tuple(slice(end - size, end) for end, size in zip(ends, self.blocks, strict=True))

    def observed(self, block: int, gradient: FloatArray, raw: NDArray[Any]) -> FloatArray:
        """Add the noise to a block's gradient."""
        noise, part = self.additive_noise, self.parts[block]
        drawn = self.additive(raw)[:, part]
        if not self._noise_varies:
            return noise.apply(gradient, drawn)
        return on_block(noise.apply, noise, self.dimension, part, gradient, drawn)

    @cached_property
    def _noise_varies(self) -> bool:
        """Whether the noise has a field for each coordinate; found once, not in every block of every step."""
        return _has_entries(self.additive_noise, self.dimension)

    def delayed_signal(
        self, forward_weights: FloatArray, backward_weights: FloatArray, raw: NDArray[Any]
    ) -> FloatArray:
        """Backpropagation with weights U in the forward and W in the backward pass, (settings, runs, dimension).

        It is the gradient of no function of U or W unless they are equal. Source: arXiv:2410.15155.
        """
        messages = [self.enter(raw)]
        for block, part in enumerate(self.parts):
            messages.append(self.forward(block, forward_weights[..., part], messages[-1]))
        error = self.loss(raw, messages.pop())
        signal = np.empty(backward_weights.shape, backward_weights.dtype)
        for block, part in reversed(list(enumerate(self.parts))):
            error, gradient = self.backward(block, backward_weights[..., part], messages[block], error)
            signal[..., part] = self.observed(block, gradient, raw)
        return signal

    def signal(self, weights: FloatArray, raw: NDArray[Any]) -> FloatArray:
        """Stochastic gradient (settings, runs, dimension): the delayed signal without a delay."""
        return self.delayed_signal(weights, weights, raw)


def on_block(
    function: Callable[..., FloatArray], case: object, dimension: int, part: slice, *arrays: FloatArray
) -> FloatArray:
    """Apply an elementwise function of a device or noise to arrays (…, size) of one block.

    If `case` has a field for each coordinate, the block is put in its place among zeros first, so that each of
    its coordinates meets its own entry of the field.
    """
    if not _has_entries(case, dimension):
        return function(*arrays)
    wide = [np.zeros((*array.shape[:-1], dimension), array.dtype) for array in arrays]
    for whole, array in zip(wide, arrays, strict=True):
        whole[..., part] = array
    return function(*wide)[..., part]


def _has_entries(value: object, dimension: int) -> bool:
    """Whether an array of `dimension` > 1 entries is among an object's fields, at any depth."""
    if isinstance(value, np.ndarray):
        return bool(value.ndim) and value.shape[-1] == dimension > 1
    within = value if isinstance(value, tuple) else vars(value).values() if is_dataclass(value) else ()
    return any(_has_entries(field, dimension) for field in within)


def checked_sizes(sizes: Sequence[int], dimension: int) -> tuple[int, ...]:
    """Return the sizes as integers ≥ 1 that sum to `dimension`.

    Raises:
        ValueError: if they are not.
    """
    checked = integers("sizes", sizes, minimum=1)
    if sum(checked) != dimension:
        raise ValueError(f"sizes must sum to the dimension {dimension}, got {checked}")
    return checked


def product(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """Σ_j matrix[…, i, j]·vector[…, j] → (…, i), added up in the order of j whatever the memory layout."""
    total = matrix[..., 0] * vector[..., 0, np.newaxis]
    for column in range(1, matrix.shape[-1]):
        total = total + matrix[..., column] * vector[..., column, np.newaxis]
    return total
