"""What a loss is: a number for each sample, and its derivative by the network's output."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from simulation._arrays import IntArray
from simulation.layers._layer import Array


@dataclass(frozen=True, kw_only=True)
class LossFunction(ABC):
    """Base of all losses."""

    @abstractmethod
    def evaluate(self, output: Array, labels: IntArray) -> tuple[Array, Array]:
        """Loss of each sample (settings, runs, samples), and its derivative, of the shape of the output.

        Args:
            output: (settings, runs, samples, classes).
            labels: integers in 0..classes−1, broadcasting with (settings, runs, samples).
        """
