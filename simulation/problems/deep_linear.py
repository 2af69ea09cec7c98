"""A deep linear network on given samples: the smallest problem in which backward weights matter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import ClassVar, Self

import numpy as np

from simulation._arrays import FloatArray, IntArray, finite_array, integer, integers, positive_array, require_shape
from simulation.noises._noise import NoiseModel
from simulation.problems._problem import Constants, Moments
from simulation.problems._staged import StagedProblem, product


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem(StagedProblem):
    """f(W) = (1/2n) Σ_i ‖W^M ⋯ W^1 x_i − y_i‖²; signal = mean gradient of a mini-batch, and additive noise.

    Block m is the matrix W^m of shape (widths[m], widths[m−1]), row by row; widths[0] and widths[M] are those of
    the samples. A batch is drawn uniformly with replacement, so that its variance is the population's divided by
    `batch`, exactly; with `batch` None the gradient is that of all samples.

    f is not smooth everywhere. `smoothness` and `staleness_lipschitz` hold where every ‖W^m‖₂ ≤ r = `radius`;
    there they are proved. With C = XᵀX/n, B = YᵀX/n, λ = λ_max(C) and ‖·‖_* the nuclear norm,

        L = M r^{2M−2} λ + (M − 1) r^{M−2} (r^M tr C + ‖B‖_*),
        L_Φ² = Σ_m [√M λ r^{2M−2} + √(m−1) r^{M−2} (r^M λ + ‖B‖₂)]².

    `optimal_value` is the minimum over all matrices in place of the product: a lower bound of f, attained
    unless an inner width is smaller than the rank that it needs.

    Raises:
        ValueError: if `inputs` and `targets` are not finite (n, ·) arrays, an inner width or `batch` is not an
            integer ≥ 1, `radius` is not > 0, or `initial` does not broadcast to (dimension,).
    """

    inputs: FloatArray
    """x_i, shape (n, widths[0])."""
    targets: FloatArray
    """y_i, shape (n, widths[M])."""
    noise: NoiseModel
    """Additive noise of the gradient, of a variance that does not depend on the gradient."""
    inner: Sequence[int] = ()
    """Widths between the layers, widths[1], …, widths[M−1]."""
    batch: int | None = 1
    """Samples a mini-batch; None for all of them."""
    radius: float = 1.0
    """r, largest spectral norm of a layer for which the constants hold [weight units]."""
    initial: FloatArray = field(default_factory=lambda: np.zeros(1))
    """W_0, broadcasts with (settings, runs, dimension) [weight units]; 0 is a stationary point if M > 1."""
    constants: ClassVar[Constants] = "exact"
    """L and L_Φ are proved within the radius, f* is a lower bound."""

    def __post_init__(self) -> None:
        """Validate and freeze the arrays."""
        inputs, targets = finite_array("inputs", self.inputs), finite_array("targets", self.targets)
        if inputs.ndim != 2 or not inputs.any():
            raise ValueError(f"inputs must be a nonzero (n, width) array, got shape {inputs.shape}")
        if targets.ndim != 2 or len(targets) != len(inputs):
            raise ValueError(f"targets must have shape ({len(inputs)}, width), got shape {targets.shape}")
        inner = integers("inner", self.inner, minimum=1)
        batch = self.batch if self.batch is None else integer("batch", self.batch, minimum=1)
        radius = positive_array("radius", self.radius)
        if radius.ndim != 0:
            raise ValueError(f"radius must be a number, got shape {radius.shape}")
        checked = {"inputs": inputs, "targets": targets, "inner": inner, "batch": batch, "radius": float(radius)}
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        initial = finite_array("initial", self.initial)
        require_shape("initial", initial, (self.dimension,))
        start = np.broadcast_to(initial, np.broadcast_shapes(initial.shape, (self.dimension,)))
        object.__setattr__(self, "initial", start)

    @classmethod
    def random(
        cls, *, widths: Sequence[int], samples: int, seed: int, noise: NoiseModel, batch: int | None = 1
    ) -> Self:
        """Normal inputs, targets of a random linear map, and random layers of spectral norm 0.8 to start from.

        Raises:
            ValueError: if a count is not an integer ≥ 1, there are less than two widths, or the seed is < 0.
        """
        sizes = [integer("widths", width, minimum=1) for width in widths]
        if len(sizes) < 2:
            raise ValueError(f"widths must be those of the input, the layers between and the output, got {sizes}")
        rng = np.random.Generator(np.random.SFC64(integer("seed", seed, minimum=0)))
        inputs = rng.standard_normal((integer("samples", samples, minimum=1), sizes[0])) / np.sqrt(sizes[0])
        targets = inputs @ rng.standard_normal((sizes[0], sizes[-1]))
        layers = [rng.standard_normal((after, before)) for before, after in pairwise(sizes)]
        start = np.concatenate([0.8 * (layer / np.linalg.norm(layer, 2)).ravel() for layer in layers])
        return cls(inputs=inputs, targets=targets, noise=noise, inner=sizes[1:-1], batch=batch, initial=start)

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Widths from the input to the output."""
        return int(self.inputs.shape[1]), *self.inner, int(self.targets.shape[1])

    @cached_property
    def blocks(self) -> tuple[int, ...]:
        """Entries of each layer's matrix."""
        return tuple(before * after for before, after in pairwise(self.widths))

    @property
    def additive_noise(self) -> NoiseModel:
        """`noise`."""
        return self.noise

    @cached_property
    def _input_spectrum(self) -> FloatArray:
        return np.asarray(np.linalg.eigvalsh(self.inputs.T @ self.inputs / len(self.inputs)))

    @cached_property
    def _correlations(self) -> FloatArray:
        """Singular values of B = YᵀX/n, largest first."""
        return np.asarray(np.linalg.svd(self.targets.T @ self.inputs / len(self.inputs), compute_uv=False))

    @cached_property
    def smoothness(self) -> float:
        """L within the radius: see the class."""
        count, r, spectrum = len(self.blocks), self.radius, self._input_spectrum
        curved = r**count * float(spectrum.sum()) + float(self._correlations.sum())
        bent = (count - 1) * r ** (count - 2) * curved if count > 1 else 0.0
        return count * r ** (2 * count - 2) * float(spectrum[-1]) + bent

    @cached_property
    def staleness_lipschitz(self) -> float:
        """L_Φ within the radius: see the class."""
        count, r, largest = len(self.blocks), self.radius, float(self._input_spectrum[-1])
        through = np.sqrt(count) * largest * r ** (2 * count - 2)
        residual = r**count * largest + float(self._correlations[0])
        inputs = [np.sqrt(m) * r ** (count - 2) * residual if m else 0.0 for m in range(count)]
        return float(np.linalg.norm([through + part for part in inputs]))

    @cached_property
    def optimal_value(self) -> float:
        """min over P of (1/2n) Σ_i ‖P x_i − y_i‖², a lower bound of f."""
        fit = np.linalg.lstsq(self.inputs, self.targets)[0]
        return float(np.square(self.inputs @ fit - self.targets).sum()) / (2 * len(self.inputs))

    def draw(self, rng: np.random.Generator, runs: int) -> FloatArray:
        """Raw randomness of one step, (runs, batch + dimension): sample numbers, then that of the noise."""
        chosen = rng.integers(len(self.inputs), size=(runs, self.batch or 0)).astype(np.float64)
        return np.concatenate([chosen, self.noise.draw(rng, (runs, self.dimension))], axis=1)

    def additive(self, raw: FloatArray) -> FloatArray:
        """All but the sample numbers."""
        return raw[:, self.batch or 0 :]

    def enter(self, raw: FloatArray) -> FloatArray:
        """x of the batch, shape (1, runs, batch, widths[0])."""
        return self.inputs[self._chosen(raw)][np.newaxis]

    def forward(self, block: int, weights: FloatArray, message: FloatArray) -> FloatArray:
        """W^m a."""
        return product(self._matrix(block, weights), message)

    def loss(self, raw: FloatArray, message: FloatArray) -> FloatArray:
        """(output − y)/batch."""
        return np.asarray((message - self.targets[self._chosen(raw)]) / message.shape[-2])

    def backward(
        self, block: int, weights: FloatArray, message: FloatArray, error: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """W^mᵀ e for each sample, and Σ_batch e aᵀ, flat."""
        outer = error[..., :, np.newaxis] * message[..., np.newaxis, :]  # (settings, runs, batch, rows, columns)
        gradient = outer[..., 0, :, :]
        for sample in range(1, outer.shape[-3]):
            gradient = gradient + outer[..., sample, :, :]
        matrix = np.swapaxes(self._matrix(block, weights), -1, -2)
        return product(matrix, error), gradient.reshape(*gradient.shape[:-2], -1)

    def moments(self, weights: FloatArray) -> Moments:
        """f, ∇f and σ_d² = (population variance of the samples' gradients)/batch + the noise's, finite sums."""
        count = len(self.inputs)
        loss = np.zeros(weights.shape[:-1], weights.dtype)
        first, second = np.zeros(weights.shape, weights.dtype), np.zeros(weights.shape, weights.dtype)
        for sample in range(count):
            value, gradient = self._sample(weights, sample)
            loss += value / count
            first += gradient / count
            second += np.square(gradient) / count
        # Rounding can leave a difference of equal numbers a few ulp below zero; a variance is not.
        spread = np.maximum(second - np.square(first), 0) / self.batch if self.batch else 0.0
        return Moments(loss, first, spread + self.noise.variance(first))

    def _sample(self, weights: FloatArray, sample: int) -> tuple[FloatArray, FloatArray]:
        """Loss and gradient of one sample at all weights."""
        messages = [self.inputs[sample].reshape(1, 1, 1, -1)]
        for block, part in enumerate(self.parts):
            messages.append(self.forward(block, weights[..., part], messages[-1]))
        error, gradient = messages.pop() - self.targets[sample], np.empty(weights.shape, weights.dtype)
        value = np.square(error).sum(axis=(-1, -2)) / 2
        for block, part in reversed(list(enumerate(self.parts))):
            error, gradient[..., part] = self.backward(block, weights[..., part], messages[block], error)
        return value, gradient

    def _chosen(self, raw: FloatArray) -> IntArray:
        if self.batch is None:
            return np.broadcast_to(np.arange(len(self.inputs)), (len(raw), len(self.inputs)))
        return raw[:, : self.batch].astype(np.int64)

    def _matrix(self, block: int, weights: FloatArray) -> FloatArray:
        """The layer's matrix, with an axis for the batch: (settings, runs, 1, rows, columns)."""
        rows, columns = self.widths[block + 1], self.widths[block]
        return weights.reshape(*weights.shape[:-1], 1, rows, columns)
