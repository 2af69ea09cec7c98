"""What is measured on the way, with names, shapes and units."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.layers._layer import Array
from simulation.training._data import Samples, stream
from simulation.training._events import clocks
from simulation.training._job import Job
from simulation.training._passes import Score, Weights, evaluated, inner, mean_signal, squared_norm
from simulation.training._write import gains_of

MEASURES = {
    "train_loss": "mean loss of the micro-batches since the record before, as their forward passes found it",
    "train_accuracy": "fraction of them that was classified rightly",
    "loss": "mean loss on the evaluation set at W",
    "accuracy": "fraction of the evaluation set that is classified rightly at W",
    "gradient_norm": "‖∇f(W)‖, f the mean loss of the probe",
    "signal_norm": "‖h(U, W)‖ on the probe",
    "signal_error": "‖h(U, W) − ∇f(W)‖ on the probe",
    "signal_cosine": "cosine of the angle between h(U, W) and ∇f(W)",
    "staleness": "‖U − W‖, U being what the forward passes of this update read [weight units]",
    "mean_saturation": "mean over weights of |G|/F at W",
    "peak_saturation": "largest |G|/F at W",
}
"""Names of the measures, each (records, settings, runs); NaN where there is nothing to measure with."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Measurer:
    """Measures at W_k before update k."""

    job: Job
    evaluation: Samples | None
    probe: Samples | None

    @classmethod
    def of(cls, job: Job, evaluation: Any, probe: int) -> "Measurer":
        """Check the evaluation set and choose the probe: that many random samples of the training data, 0 for none."""
        held = None if evaluation is None else Samples.of("evaluation", evaluation, job.network, job.dtype)
        chosen = stream(job.seed, "probe").permutation(len(job.samples))[: min(probe, len(job.samples))]
        picked = Samples(images=job.samples.images[chosen], labels=job.samples.labels[chosen]) if probe else None
        return cls(job=job, evaluation=held, probe=picked)

    def record(self, update: int, read: Weights, now: Weights, seen: Score, count: int) -> dict[str, Any]:
        """All measures (settings, runs), and the update and its clock.

        Args:
            update: k.
            read: U.
            now: W.
            seen: sums over the samples of the micro-batches since the record before.
            count: how many those were.
        """
        samples = update * self.job.schedule.microbatches
        record: dict[str, Any] = {"update": update, "clocks": float(clocks(self.job.schedule, samples))}
        blank = np.full((self.job.settings, self.job.runs), np.nan)
        record |= dict.fromkeys(MEASURES, blank)
        if count:
            record |= {"train_loss": seen.loss / count, "train_accuracy": seen.correct / count}
        if self.evaluation is not None:
            loss, accuracy = evaluated(
                self.job.network, now, self.evaluation, lambda part: self.job.shown(now, update, part)
            )
            record |= {"loss": loss, "accuracy": accuracy}
        gap = squared_norm([np.subtract(read[number], now[number], dtype=np.float64) for number in now])
        record |= {"staleness": np.sqrt(gap), **self._saturation(now), **self._signal(read, now)}
        return {name: value if np.ndim(value) == 0 else np.array(value, dtype=float) for name, value in record.items()}

    def _signal(self, read: Weights, now: Weights) -> dict[str, Array]:
        if self.probe is None:
            return {}
        gradient = mean_signal(self.job.network, now, now, self.probe)
        late = any(read[number] is not now[number] for number in now)
        signal = mean_signal(self.job.network, read, self._used(read, now), self.probe) if late else gradient
        norms = [np.sqrt(squared_norm(list(part.values()))) for part in (gradient, signal)]
        along = np.sum([inner(gradient[number], signal[number]) for number in now], axis=0)
        error = np.sqrt(squared_norm([signal[number] - gradient[number] for number in now]))
        cosine = along / (norms[0] * norms[1])
        return {
            "gradient_norm": norms[0],
            "signal_norm": norms[1],
            "signal_error": error,
            "signal_cosine": cosine,
        }

    def _used(self, read: Weights, now: Weights) -> Weights:
        """Weights of the backward passes."""
        return read if self.job.schedule.stashed else now

    def _saturation(self, now: Weights) -> dict[str, Array]:
        peaks, sums = [], []
        for number, array in now.items():
            symmetric, asymmetric = gains_of(self.job.device_of(number), array)
            saturation = np.abs(asymmetric) / symmetric
            peaks.append(saturation.max(axis=-1))
            sums.append(saturation.sum(axis=-1, dtype=np.float64))
        return {
            "peak_saturation": np.max(peaks, axis=0),
            "mean_saturation": np.sum(sums, axis=0) / self.job.network.dimension,
        }


def stacked(records: list[Mapping[str, Any]]) -> dict[str, Array]:
    """Each measure with an axis for the records first."""
    return {name: np.array([record[name] for record in records]) for name in ("update", "clocks", *MEASURES)}
