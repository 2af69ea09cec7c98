"""The outcome of a run: frozen arrays and what was asked for."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from simulation._arrays import FloatArray, IntArray
from simulation.plan import Seed
from simulation.statistics import STATISTICS


@dataclass(frozen=True, kw_only=True, eq=False)
class Trace:
    """Time averages, peaks and end points of independent runs.

    Averages have shape (checkpoints, settings, runs) and are (1/K) Σ_{k<K} of a sum over coordinates at the
    weights W_k before update k, K = `checkpoints[i]`; they are NaN where the run's weights were not finite at
    some step ≤ K. Everything else has shape (settings, runs) unless said. With F, G the device's parts at
    W_k, M = F² − G², h = ∇f(W_k) and σ_d² the signal's variance there:

    Raises:
        ValueError: if an array's shape does not agree with the checkpoints, settings and runs.
    """

    gradient_norm: FloatArray
    """Average of Σ_d h_d² [gradient units²]."""
    weighted_gradient_norm: FloatArray
    """Average of Σ_d (M_d/F_d) h_d² [gradient units²]."""
    gain_variance: FloatArray
    """Average of Σ_d (F_d + |G_d|)² σ_d² [gradient units²]."""
    drift_variance: FloatArray
    """Average of Σ_d (G_d²/F_d) σ_d² [gradient units²]."""
    noise_variance: FloatArray
    """Average of Σ_d σ_d² [gradient units²]."""
    peak_saturation: FloatArray
    """Maximum of |G_d|/F_d over all coordinates and W_0, …, W_steps; NaN if undefined at some step."""
    peak_symmetric: FloatArray
    """Maximum of F_d over all coordinates and W_0, …, W_steps."""
    initial_gap: FloatArray
    """f(W_0) − `optimal_value` of the problem [objective units]."""
    final_objective: FloatArray
    """f(W_steps) [objective units]."""
    final_weights: FloatArray
    """W_steps, shape (settings, runs, dimension) [weight units]."""
    first_violation: IntArray
    """First k at which W_k was not finite or had a gain ≤ 0 (saturation ≥ 1); −1 if none."""
    violation_saturation: FloatArray
    """Saturation at that step; NaN if none."""
    checkpoints: tuple[int, ...]
    """Step counts K of the first axis of the averages."""
    steps: int
    """Updates a run."""
    runs: int
    """Independent runs."""
    seed: Seed
    """As given: the same seed gives the same numbers."""
    step_size: FloatArray
    """α, shape (settings,)."""
    evaluations: int | None
    """Random observations a run; None if every step was observed."""
    path: FloatArray | None = None
    """W_0, …, W_steps, shape (steps + 1, settings, runs, dimension) [weight units]; None unless asked for."""

    def __post_init__(self) -> None:
        """Check the shapes and make every array read-only."""
        shape = (self.step_size.size, self.runs)
        for entry in fields(self):
            value = getattr(self, entry.name)
            if not isinstance(value, np.ndarray) or entry.name == "step_size":
                continue
            expected = self._expected_shape(entry.name, shape)
            if value.shape != expected:
                raise ValueError(f"{entry.name} must have shape {expected}, got {value.shape}")
            value.flags.writeable = False

    def _expected_shape(self, name: str, shape: tuple[int, int]) -> tuple[int, ...]:
        if name == "final_weights":
            return (*shape, self.final_weights.shape[-1])
        if name == "path":
            return (self.steps + 1, *shape, self.final_weights.shape[-1])
        averaged = name in STATISTICS
        return (len(self.checkpoints), *shape) if averaged else shape

    def require_valid(self) -> Self:
        """Return self if no run left the model.

        Raises:
            ValueError: naming setting, run, step and saturation of the earliest violation.
        """
        violated = np.argwhere(self.first_violation >= 0)
        if len(violated) == 0:
            return self
        setting, run = min(violated, key=lambda index: int(self.first_violation[tuple(index)]))
        step = self.first_violation[setting, run]
        saturation = self.violation_saturation[setting, run]
        raise ValueError(
            f"weights must stay finite and saturation below 1, got a violation in {len(violated)} of "
            f"{self.first_violation.size} runs, first in setting {setting}, run {run} at step {step}: "
            f"saturation {saturation:.6g}"
        )
