"""The baseline that pipelines compete with: replicas of the whole model, brought together after each batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from simulation.schedules._copying import CopyingSchedule
from simulation.schedules._timetable import Update


@dataclass(frozen=True, kw_only=True)
class Schedule(CopyingSchedule):
    """As many replicas as stages; each holds all M stages and takes every M-th micro-batch of a batch.

    A micro-batch occupies its replica for 2M slots. When all are done, every replica applies the batch's mean
    signal to its own arrays, and weights are written anew at `copy_cost` clocks a stage. M = 2, B = 2, one batch; a
    cell is F or B, sample, dot, stage::

        0 | F0.0  F0.1  B0.1  B0.0*
        1 | F1.0  F1.1  B1.1  B1.0*

    M⌈B/M⌉ clocks a batch, density (B/M)/⌈B/M⌉, no delay; M copies of all weights, one a replica.
    """

    batched: ClassVar[bool] = True
    """B micro-batches an update."""

    def worker(self, stage: int, sample: int) -> int:
        """Replica b mod M, whatever the stage."""
        return sample % self.microbatches % self.stages

    def forward_slot(self, stage: int, sample: int) -> int:
        """Slot of the start of the micro-batch + m."""
        return self._start(sample) + stage

    def backward_slot(self, stage: int, sample: int) -> int:
        """Slot of the start of the micro-batch + 2M − 1 − m."""
        return self._start(sample) + 2 * self.stages - 1 - stage

    def _start(self, sample: int) -> int:
        batch, position = divmod(sample, self.microbatches)
        rounds = -(-self.microbatches // self.stages)
        return 2 * self.stages * (batch * rounds + position // self.stages)

    def _updates(self, samples: int) -> Iterator[Update]:
        for start in range(0, samples, self.microbatches):
            batch = tuple(range(start, start + self.microbatches))
            slot = self.backward_slot(0, batch[-1])  # the first stage of the last micro-batch ends last
            for replica in range(self.stages):
                for stage in range(self.stages):
                    yield Update(slot, replica, stage, batch)
