"""Synchronous pipeline that alternates forward and backward units, and drains before it updates."""

from dataclasses import dataclass
from typing import ClassVar

from simulation.schedules._schedule import PipelineSchedule


@dataclass(frozen=True, kw_only=True)
class Schedule(PipelineSchedule):
    """One forward, one backward, with a flush at the end of the batch; with S = 2(B + M − 1) slots a batch.

    Micro-batch b of batch n: forward nS + 2b + m, backward nS + 2b + 2M − 1 − m. M = 3, B = 2, one batch::

        0 | F0  .   F1  .   .   B0  .   B1*
        1 | .   F0  .   F1  B0  .   B1* .
        2 | .   .   F0  B0  F1  B1* .   .

    B + M − 1 clocks a batch and density B/(M + B − 1), as fill–drain, but only min(B, M − m) activations at
    stage m = 0, …, M − 1; no delay.
    """

    batched: ClassVar[bool] = True
    """B micro-batches an update."""

    def forward_slot(self, stage: int, sample: int) -> int:
        """Slot nS + 2b + m."""
        return self._start(sample) + 2 * (sample % self.microbatches) + stage

    def backward_slot(self, stage: int, sample: int) -> int:
        """Slot nS + 2b + 2M − 1 − m."""
        return self._start(sample) + 2 * (sample % self.microbatches) + 2 * self.stages - 1 - stage

    def _start(self, sample: int) -> int:
        return sample // self.microbatches * 2 * (self.microbatches + self.stages - 1)
