"""The negative logarithm of the probability that a softmax gives the true class."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import IntArray
from simulation.layers._layer import Array
from simulation.losses._loss import LossFunction


@dataclass(frozen=True, kw_only=True)
class Loss(LossFunction):
    """ℓ = log Σ_c e^{y_c} − y_label, derivative softmax(y) − onehot(label); the largest y is subtracted first."""

    def evaluate(self, output: Array, labels: IntArray) -> tuple[Array, Array]:
        """Losses and errors."""
        shifted = output - output.max(axis=-1, keepdims=True)
        powers = np.exp(shifted)
        total = powers.sum(axis=-1, keepdims=True)
        true = labels[..., np.newaxis] == np.arange(output.shape[-1])
        losses = np.log(total[..., 0]) - np.where(true, shifted, 0).sum(axis=-1)
        error = powers / total
        error -= true
        return losses, error
