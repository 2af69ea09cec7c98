"""Softmax regression on real samples: mini-batch noise whose variance is an exact finite sum."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation._arrays import FloatArray, IntArray, boolean, finite_array, integer, require_shape
from simulation.problems._problem import Moments
from simulation.problems._samples import SampleFields

_BLOCK_ENTRIES = 2**19  # probabilities held at once (4 MiB): the memory of one pass, whatever the data set


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem(SampleFields):
    """f(W) = (1/n) Σ_i [log Σ_c exp(w_c·x_i) − w_{y_i}·x_i]; signal = mean gradient of a mini-batch.

    A batch is drawn uniformly *with replacement*, independently for each run, so the signal's variance is
    the one-sample population variance over the data divided by `batch`, exactly. Weights are flat: the
    entries of the (classes, columns) matrix row by row, columns = features (+ 1 if `bias`).

    L = λ_max(XᵀX/n)/2, rigorous because diag(p) − ppᵀ ⪯ I/2 for every probability vector p;
    `optimal_value` = 0 is a rigorous lower bound of f, not its minimum.

    Raises:
        ValueError: if `features` is not a finite, nonzero (n, features) array, `labels` not n integers in
            0..classes−1, `batch` < 1, `classes` < 2, or `initial` does not broadcast to (dimension,).
    """

    def __post_init__(self) -> None:
        """Validate and freeze the arrays."""
        features = finite_array("features", self.features)
        object.__setattr__(self, "bias", boolean("bias", self.bias))
        if features.ndim != 2 or not (features.any() or self.bias):
            raise ValueError(f"features must be a nonzero (n, features) array, got shape {features.shape}")
        object.__setattr__(self, "features", features)
        object.__setattr__(self, "batch", integer("batch", self.batch, minimum=1))
        object.__setattr__(self, "classes", integer("classes", self.classes, minimum=2))
        object.__setattr__(self, "labels", self._checked_labels())
        initial = finite_array("initial", self.initial)
        require_shape("initial", initial, (self.dimension,))
        shape = np.broadcast_shapes(initial.shape, (self.dimension,))
        object.__setattr__(self, "initial", np.broadcast_to(initial, shape))

    def _checked_labels(self) -> IntArray:
        labels = np.array(self.labels)
        expected = f"{len(self.features)} integers in 0..{self.classes - 1}"
        if labels.shape != (len(self.features),) or labels.dtype.kind not in "iu":
            raise ValueError(f"labels must be {expected}, got shape {labels.shape} of {labels.dtype}")
        if labels.min() < 0 or labels.max() >= self.classes:
            raise ValueError(f"labels must be {expected}, got {labels.min()}..{labels.max()}")
        labels = labels.astype(np.int64)
        labels.flags.writeable = False
        return labels

    @cached_property
    def design(self) -> FloatArray:
        """X, the samples with their constant 1 if there is a bias, (n, columns)."""
        if not self.bias:
            return self.features
        return np.concatenate([self.features, np.ones((len(self.features), 1))], axis=1)

    @property
    def dimension(self) -> int:
        """classes · columns."""
        return self.classes * (int(self.features.shape[1]) + self.bias)

    @cached_property
    def smoothness(self) -> float:
        """L = λ_max(XᵀX/n)/2."""
        gram = self.design.T @ self.design / len(self.design)
        return float(np.linalg.eigvalsh(gram)[-1]) / 2

    @cached_property
    def variance_bound(self) -> float:
        """Bound of Σ_d σ_d² at every W: (2/n) Σ_i ‖x_i‖² / batch, since Σ_c (p_c − y_c)² ≤ 2."""
        return 2 * float(np.vecdot(self.design, self.design).mean()) / self.batch

    def draw(self, rng: np.random.Generator, runs: int) -> IntArray:
        """Sample indices of one step, (runs, batch)."""
        return rng.integers(len(self.features), size=(runs, self.batch))

    def signal(self, weights: FloatArray, raw: IntArray) -> FloatArray:
        """(1/batch) Σ_{i in batch} (p_i − y_i) x_iᵀ, flat, (settings, runs, dimension)."""
        samples = self.design[raw]  # (runs, batch, columns)
        matrices = weights.reshape(*weights.shape[:-1], self.classes, -1)
        residual = samples @ np.swapaxes(matrices, -1, -2)  # (settings, runs, batch, classes)
        softmax(residual)
        runs, positions = np.arange(len(raw))[:, np.newaxis], np.arange(self.batch)
        residual[..., runs, positions, self.labels[raw]] -= 1
        residual /= self.batch
        return (np.swapaxes(residual, -1, -2) @ samples).reshape(weights.shape)

    def moments(self, weights: FloatArray) -> Moments:
        """f, ∇f = (P − Y)ᵀX/n and σ_d² = [((P − Y)²)ᵀX²/n − ∇f²]/batch, exact finite sums over the data.

        One pass over X serves all the weights given. Memory: two arrays of the weights' size and one block.
        """
        matrices = weights.reshape(-1, self.design.shape[1])  # (settings·runs·classes, columns)
        samples = len(self.design)
        loss = np.zeros(len(matrices) // self.classes, matrices.dtype)
        first, second = np.zeros_like(matrices), np.zeros_like(matrices)
        for block in _blocks(samples, max(1, _BLOCK_ENTRIES // len(matrices))):
            inputs, labels = self.design[block], self.labels[block]
            residual = (inputs @ matrices.T).reshape(len(labels), -1, self.classes)
            rows = np.arange(len(labels))
            loss -= residual[rows, :, labels].sum(axis=0)
            loss += softmax(residual).sum(axis=0)
            residual[rows, :, labels] -= 1
            flat = residual.reshape(len(labels), -1)
            first += flat.T @ inputs
            second += np.square(flat).T @ np.square(inputs)
        gradient = first / samples
        # Rounding can leave a difference of equal numbers a few ulp below zero; a variance is not.
        variance = np.maximum(second / samples - np.square(gradient), 0) / self.batch
        leading = weights.shape[:-1]
        return Moments(
            (loss / samples).reshape(leading),
            gradient.reshape(weights.shape),
            variance.reshape(weights.shape),
        )


def softmax(logits: FloatArray) -> FloatArray:
    """Replace logits (…, classes) by probabilities in place; return their log-sum-exp (…,)."""
    shift = logits.max(axis=-1, keepdims=True)  # exp of numbers ≤ 0 cannot overflow
    logits -= shift
    np.exp(logits, out=logits)
    total = logits.sum(axis=-1, keepdims=True)
    logits /= total
    return np.asarray((shift + np.log(total))[..., 0])


def _blocks(length: int, size: int) -> list[slice]:
    return [slice(start, start + size) for start in range(0, length, size)]
