"""Constants of a deep network, estimated: no number here is a bound, and each says so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation._arrays import FloatArray, integer
from simulation.layers._layer import Array
from simulation.networks._network import LayeredNetwork
from simulation.problems._problem import Constants
from simulation.training._data import Samples, stream
from simulation.training._passes import Weights, backward, exact, forward, inner, mean_signal, score, squared_norm

Direction = dict[int, Array]
_STEP = 1e-5
"""Length of a difference relative to 1 + ‖W‖: with errors of rounding of 1e-16/1e-5 and of truncation of 1e-10,
both far below what a power iteration of some ten steps leaves."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate:
    """Constants at one point of a trajectory, each (settings, runs) unless said otherwise."""

    smoothness: FloatArray
    """‖∇²f(W)‖₂, a local value of L: the largest |eigenvalue| that power iteration found, from below."""
    staleness_lipschitz: FloatArray
    """‖∂h(U, W)/∂U‖₂ at U = W, a local value of L_Φ: the largest singular value found, from below."""
    noise_variance: FloatArray
    """σ² = E‖g − ∇f‖² of a micro-batch's signal g, unbiased."""
    layer_noise: FloatArray
    """The part of σ² of each array, (arrays, settings, runs)."""
    kind: Constants = "estimated"
    """What these numbers are."""


def estimate(
    network: LayeredNetwork,
    data: Any,
    weights: Sequence[Array],
    *,
    batch: int = 10,
    samples: int = 256,
    iterations: int = 12,
    draws: int = 32,
    seed: int = 0,
) -> Estimate:
    """Estimate L, L_Φ and σ² at weights such as `Training.weights`, in float64.

    L and L_Φ are of the mean loss of `samples` random images; by power iteration with central differences of the
    signal, on ∇²f and on JᵀJ, J = ∂h(U, W)/∂U. As h(W, W) = ∇f, Jᵀu = ∇²f·u − (∂h/∂W)ᵀu; and because each
    backward pass is linear in each array, (∂h/∂W)ᵀu has the terms δ·(derivative of x along u)ᵀ.

    Args:
        network: whose weights they are.
        data: images and labels.
        weights: W of each array, (settings, runs, rows, columns).
        batch: images of a micro-batch.
        samples: images over which f is averaged, at most all.
        iterations: of the power method, ≥ 1.
        draws: micro-batches from which σ² is computed, ≥ 2; drawn with replacement.
        seed: of images, directions and draws.

    Raises:
        ValueError: if an argument is out of range or the data do not fit.
    """
    everything = Samples.of("data", data, network, np.dtype(np.float64))
    rng = stream(integer("seed", seed, minimum=0), "estimate")
    chosen = rng.permutation(len(everything))[: integer("samples", samples, minimum=1)]
    probe = Samples(images=everything.images[chosen], labels=everything.labels[chosen])
    at = {n: np.asarray(array, dtype=np.float64) for n, array in zip(network.arrays, weights, strict=True)}
    curvature = _Curvature(network, probe, at)
    start = {number: rng.standard_normal(array.shape) for number, array in at.items()}
    count = integer("iterations", iterations, minimum=1)
    layer_noise = _noise(
        network, everything, at, integer("batch", batch, minimum=1), integer("draws", draws, minimum=2), rng
    )
    return Estimate(
        smoothness=_largest(curvature.hessian, start, count),
        staleness_lipschitz=np.sqrt(_largest(lambda v: curvature.transposed(curvature.along(v)), start, count)),
        noise_variance=layer_noise.sum(axis=0),
        layer_noise=layer_noise,
    )


class _Curvature:
    """Derivatives of h(U, W) at U = W along directions, by central differences."""

    def __init__(self, network: LayeredNetwork, samples: Samples, at: Weights) -> None:
        self._network, self._samples, self._at = network, samples, at
        self._length = _STEP * (1 + np.sqrt(squared_norm(list(at.values()))))

    def hessian(self, direction: Direction) -> Direction:
        """∇²f·v."""
        return self._difference(direction, lambda moved: mean_signal(self._network, moved, moved, self._samples))

    def along(self, direction: Direction) -> Direction:
        """∂h(U, W)/∂U·v."""
        return self._difference(direction, lambda moved: mean_signal(self._network, moved, self._at, self._samples))

    def transposed(self, direction: Direction) -> Direction:
        """(∂h(U, W)/∂U)ᵀ·u."""
        full, backwards = self.hessian(direction), self._difference(direction, self._inputs)
        return {number: full[number] - backwards[number] for number in full}

    def _inputs(self, moved: Weights) -> Direction:
        """Σ over samples of δ xᵀ/n, δ at W and x at the moved weights."""
        network, (images, labels) = self._network, (self._samples.images, self._samples.labels)
        layers, message = range(len(network.layers)), (images[np.newaxis, np.newaxis],)
        output, stored = forward(network, layers, exact(self._at), message)
        _, error = score(network, output[0], labels[np.newaxis, np.newaxis])
        _, fixed = backward(network, layers, exact(self._at), stored, (error / len(labels),))
        _, stored = forward(network, layers, exact(moved), message)
        _, terms = backward(network, layers, exact(self._at), stored, (error,))
        return {n: np.swapaxes(fixed[n].errors, -1, -2) @ terms[n].inputs for n in fixed}

    def _difference(self, direction: Direction, function: Callable[[Weights], Direction]) -> Direction:
        scale = self._length / np.sqrt(squared_norm(list(direction.values())))
        wide = scale[..., np.newaxis, np.newaxis]
        up, down = (
            function({n: self._at[n] + sign * wide * part for n, part in direction.items()}) for sign in (1, -1)
        )
        return {number: (up[number] - down[number]) / (2 * wide) for number in up}


def _largest(operator: Callable[[Direction], Direction], start: Direction, iterations: int) -> FloatArray:
    """‖A v‖ of the last unit vector of a power iteration: at most the norm of A, and close to it."""
    vector, norm = start, np.sqrt(squared_norm(list(start.values())))
    for _ in range(iterations):
        unit = {number: part / norm[..., np.newaxis, np.newaxis] for number, part in vector.items()}
        vector = operator(unit)
        norm = np.sqrt(squared_norm(list(vector.values())))
    return norm


def _noise(
    network: LayeredNetwork, samples: Samples, at: Weights, batch: int, draws: int, rng: np.random.Generator
) -> FloatArray:
    """Unbiased variance of the micro-batches' signals, summed over each array's weights."""
    mean: Mapping[int, Array] = {number: np.zeros(array.shape) for number, array in at.items()}
    spread = {number: np.zeros(array.shape[:2]) for number, array in at.items()}
    for done in range(1, draws + 1):
        chosen = rng.integers(len(samples), size=batch)
        signal = mean_signal(network, at, at, Samples(images=samples.images[chosen], labels=samples.labels[chosen]))
        gap = {number: signal[number] - mean[number] for number in mean}
        mean = {number: mean[number] + gap[number] / done for number in mean}
        for number, part in gap.items():  # Welford: gap to the mean before times gap to the mean after
            spread[number] += inner(part, signal[number] - mean[number])
    return np.stack([spread[number] / (draws - 1) for number in at])
