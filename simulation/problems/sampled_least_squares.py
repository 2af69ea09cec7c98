"""Linear least squares on mini-batches: the noise of sampling rows, whose variance is an exact finite sum."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation._arrays import FloatArray, IntArray, integer
from simulation.problems._least_squares import LeastSquares
from simulation.problems._problem import Moments


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem(LeastSquares):
    """f(w) = ‖A w − b‖²/(2n); signal = (1/batch) Σ_{i in batch} a_i(a_iᵀw − b_i), a_i the rows of A.

    A batch is drawn uniformly *with replacement*, independently for each run, so that at every w

        σ_d² = [(1/n) Σ_i a_id² r_i² − h_d²]/batch, r = A w − b, h = Aᵀr/n,

    exactly. It depends on w: it grows like ‖w‖² far away, and at w* it is 0 only if the rows agree (A w* = b).
    Constants as the base's.

    Raises:
        ValueError: also if `batch` is not an integer ≥ 1.
    """

    batch: int = 1
    """Rows a mini-batch; more than n is allowed, rows repeat."""

    def __post_init__(self) -> None:
        """Validate the batch, too."""
        super().__post_init__()
        object.__setattr__(self, "batch", integer("batch", self.batch, minimum=1))

    def draw(self, rng: np.random.Generator, runs: int) -> IntArray:
        """Row numbers of one step, (runs, batch)."""
        return rng.integers(len(self.matrix), size=(runs, self.batch))

    def signal(self, weights: FloatArray, raw: IntArray) -> FloatArray:
        """Mean of a_i(a_iᵀw − b_i) over the batch, (settings, runs, dimension)."""
        rows = self.matrix[raw]  # (runs, batch, dimension)
        residual = np.matvec(rows, weights) - self.target[raw]  # (settings, runs, batch)
        return np.asarray(np.vecmat(residual, rows) / self.batch)

    def moments(self, weights: FloatArray) -> Moments:
        """f, ∇f and σ_d² (see the class), sums over all n rows."""
        offset = weights - self.optimum
        gradient = self._gradient(offset)
        residual = weights @ self.matrix.T - self.target  # (settings, runs, n)
        second = np.square(residual) @ self._mean_squares
        # Rounding can leave a difference of equal numbers a few ulp below zero; a variance is not.
        variance = np.maximum(second - np.square(gradient), 0) / self.batch
        return Moments(self._objective(offset, gradient), gradient, variance)

    @cached_property
    def _mean_squares(self) -> FloatArray:
        """a_id²/n, shape (n, dimension)."""
        return np.square(self.matrix) / len(self.matrix)
