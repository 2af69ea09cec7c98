"""Synchronous pipeline: fill with B micro-batches, drain, update once."""

from dataclasses import dataclass
from typing import ClassVar

from simulation.schedules._schedule import PipelineSchedule


@dataclass(frozen=True, kw_only=True)
class Schedule(PipelineSchedule):
    """All forward units of a batch, then all backward units; with S = 2(B + M − 1) slots a batch.

    Micro-batch b of batch n: forward nS + b + m, backward nS + S/2 + b + M − 1 − m. M = 3, B = 2, one batch::

        0 | F0  F1  .   .   .   .   B0  B1*
        1 | .   F0  F1  .   .   B0  B1* .
        2 | .   .   F0  F1  B0  B1* .   .

    B + M − 1 clocks a batch, density B/(M + B − 1), no delay, B activations a stage.
    Source: arXiv:2410.15155.
    """

    batched: ClassVar[bool] = True
    """B micro-batches an update."""

    def forward_slot(self, stage: int, sample: int) -> int:
        """Slot nS + b + m."""
        return self._start(sample) + sample % self.microbatches + stage

    def backward_slot(self, stage: int, sample: int) -> int:
        """Slot nS + S/2 + b + M − 1 − m."""
        phase = self.microbatches + self.stages - 1
        return self._start(sample) + phase + sample % self.microbatches + self.stages - 1 - stage

    def _start(self, sample: int) -> int:
        return sample // self.microbatches * 2 * (self.microbatches + self.stages - 1)
