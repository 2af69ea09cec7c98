"""Half the squared distance of the output from the true class's unit vector."""

from dataclasses import dataclass

import numpy as np

from simulation._arrays import IntArray
from simulation.layers._layer import Array
from simulation.losses._loss import LossFunction


@dataclass(frozen=True, kw_only=True)
class Loss(LossFunction):
    """ℓ = ½ Σ_c (y_c − onehot(label)_c)², derivative y − onehot(label)."""

    def evaluate(self, output: Array, labels: IntArray) -> tuple[Array, Array]:
        """Losses and errors."""
        error = output - (labels[..., np.newaxis] == np.arange(output.shape[-1]))
        return np.square(error).sum(axis=-1) / 2, error
