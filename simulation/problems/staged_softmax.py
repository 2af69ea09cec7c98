"""Softmax regression whose features are shared out to the stages of a pipeline: rigorous constants on real samples."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import accumulate
from typing import Self

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, IntArray, integer
from simulation.data.mnist import load_mnist
from simulation.noises.none import Noise
from simulation.problems._problem import Moments
from simulation.problems._samples import SampleFields
from simulation.problems._staged import StagedProblem, checked_sizes
from simulation.problems.softmax_regression import Problem as SoftmaxRegression
from simulation.problems.softmax_regression import softmax


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem(SampleFields, StagedProblem):
    """f(W) of `softmax_regression`; block m holds the weights of its own features for all classes.

    Block m adds X_m u_mᵀ to the logits z that it is sent; the loss's error p(z) − y goes back through all blocks
    as it is, and the signal of block m is (p − y)ᵀX_m, averaged over a mini-batch. No backward pass reads weights:
    the signal at (U, W) is the stochastic gradient at U, so

        h(U, W) = ∇f(U),  ‖h(U, W) − ∇f(W)‖ ≤ L‖U − W‖: L_Φ = L = λ_max(XᵀX/n)/2.

    A message is (z, i), i the number of the sample, because each block reads its own part of the sample. Weights
    are flat, block by block, each the (classes, columns of the block) matrix row by row.

    Raises:
        ValueError: if `sizes` are not integers ≥ 1 that sum to the number of features, and as `softmax_regression`.
    """

    sizes: Sequence[int]
    """Number of consecutive features of each block; the constant 1 of a bias goes to the last one."""

    def __post_init__(self) -> None:
        """Validate and freeze the arrays."""
        whole = self.whole
        object.__setattr__(self, "sizes", checked_sizes(self.sizes, whole.features.shape[1]))
        object.__setattr__(self, "initial", whole.initial)

    @classmethod
    def mnist(cls, *, parts: int, batch: int, images: int | None = None, folder: str = "") -> Self:
        """The first training images of MNIST, their pixels in blocks of consecutive ones, as equal as can be.

        Args:
            parts: number of blocks, at most one a pixel.
            batch: samples a mini-batch.
            images: how many images; None for all.
            folder: as in `load_mnist`; empty for its default.

        Raises:
            ValueError: if a number is not an integer ≥ 1 or too large.
            DataError: if the files are not MNIST.
        """
        data = load_mnist("train", folder or None)
        available, pixels = data.images.shape
        count = integer("parts", parts, minimum=1)
        used = available if images is None else integer("images", images, minimum=1)
        for name, number, most in (("parts", count, pixels), ("images", used, available)):
            if number > most:
                raise ValueError(f"{name} must be at most {most}, got {number}")
        sizes = [len(part) for part in np.array_split(np.arange(pixels), count)]
        return cls(features=data.images[:used], labels=data.labels[:used], sizes=sizes, batch=batch)

    @cached_property
    def whole(self) -> SoftmaxRegression:
        """The same regression without stages, its weights in the order of the classes."""
        return SoftmaxRegression(**{field.name: getattr(self, field.name) for field in fields(SampleFields)})

    @cached_property
    def columns(self) -> tuple[slice, ...]:
        """Which columns of the design each block holds."""
        ends = list(accumulate(self.sizes))
        starts, ends[-1] = [0, *ends[:-1]], self.whole.design.shape[1]
        return tuple(slice(start, end) for start, end in zip(starts, ends, strict=True))

    @property
    def blocks(self) -> tuple[int, ...]:
        """classes · columns of each block."""
        return tuple(self.classes * (held.stop - held.start) for held in self.columns)

    @property
    def smoothness(self) -> float:
        """L = λ_max(XᵀX/n)/2, as diag(p) − ppᵀ ⪯ I/2."""
        return self.whole.smoothness

    @property
    def staleness_lipschitz(self) -> float:
        """L_Φ = L, as h(U, W) = ∇f(U)."""
        return self.whole.smoothness

    @cached_property
    def variance_bounds(self) -> FloatArray:
        """Bound of Σ σ_d² over each block's coordinates at any U and W, (blocks,): (2/n) Σ_i ‖x_i^m‖² / batch."""
        return np.array([2 * np.vecdot(part, part).mean() / self.batch for part in self._inputs])

    @property
    def additive_noise(self) -> Noise:
        """None: the noise is that of the mini-batch."""
        return Noise()

    def additive(self, raw: NDArray[np.float64]) -> FloatArray:
        """Zeros (runs, dimension)."""
        return np.broadcast_to(np.zeros((), self.features.dtype), (len(raw), self.dimension))

    def draw(self, rng: np.random.Generator, runs: int) -> FloatArray:
        """Sample numbers of one step, (runs, batch)."""
        return self.whole.draw(rng, runs).astype(np.float64)

    def enter(self, raw: FloatArray) -> FloatArray:
        """Logits 0 and the sample's number, (1, runs, batch, classes + 1)."""
        message = np.zeros((1, *raw.shape, self.classes + 1), self.features.dtype)
        message[0, ..., -1] = raw
        return message

    def forward(self, block: int, weights: FloatArray, message: FloatArray) -> FloatArray:
        """z + X_m u_mᵀ, and the number."""
        # Matrices of one shape, contiguous in memory, so that a product has the same last bit wherever they come from.
        matrix = np.ascontiguousarray(weights).reshape(*weights.shape[:-1], self.classes, -1)
        part = self._read(block, message) @ np.swapaxes(matrix, -1, -2)
        sent = np.empty((*part.shape[:-1], self.classes + 1), part.dtype)
        np.add(message[..., :-1], part, out=sent[..., :-1])
        sent[..., -1] = message[..., -1]
        return sent

    def loss(self, raw: FloatArray, message: FloatArray) -> FloatArray:
        """(p(z) − y)/batch."""
        error = np.ascontiguousarray(message[..., :-1])
        softmax(error)
        runs, positions = np.arange(len(raw))[:, np.newaxis], np.arange(self.batch)
        error[..., runs, positions, self.whole.labels[raw.astype(np.int64)]] -= 1
        return error / self.batch

    def backward(
        self, block: int, weights: FloatArray, message: FloatArray, error: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """The error itself, and Σ_batch e x_mᵀ, flat."""
        gradient = np.swapaxes(error, -1, -2) @ self._read(block, message)
        return error, gradient.reshape(*gradient.shape[:-2], -1)

    def moments(self, weights: FloatArray) -> Moments:
        """f, ∇f and σ_d² of `softmax_regression`, exact finite sums, in the order of the blocks."""
        found = self.whole.moments(np.ascontiguousarray(weights[..., self._order]))
        back = np.argsort(self._order)
        return Moments(found.objective, found.gradient[..., back], found.noise_variance[..., back])

    @cached_property
    def _inputs(self) -> tuple[FloatArray, ...]:
        """X_m of each block, (n, columns of the block)."""
        return tuple(np.ascontiguousarray(self.whole.design[:, held]) for held in self.columns)

    @cached_property
    def _order(self) -> IntArray:
        """Where in the flat weights each entry of the whole (classes, columns) matrix lies."""
        places = [np.arange(part.start, part.stop).reshape(self.classes, -1) for part in self.parts]
        return np.concatenate(places, axis=1).ravel()

    def _read(self, block: int, message: FloatArray) -> FloatArray:
        """x_m of the samples that a message is about, (1, runs, batch, columns of the block)."""
        return self._inputs[block][message[:1, ..., -1].astype(np.int64)]
