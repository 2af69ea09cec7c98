"""Model parallelism without a pipeline: one sample in flight."""

from dataclasses import dataclass

from simulation.schedules._schedule import PipelineSchedule


@dataclass(frozen=True, kw_only=True)
class Schedule(PipelineSchedule):
    """A sample enters when the one before has left: forward 2Mk + m, backward 2Mk + 2M − 1 − m.

    M = 3, two samples::

        0 | F0  .   .   .   .   B0* F1  .   .   .   .   B1*
        1 | .   F0  .   .   B0* .   .   F1  .   .   B1* .
        2 | .   .   F0  B0* .   .   .   .   F1  B1* .   .

    M clocks a sample, density 1/M, no delay, one activation a stage.
    Source: arXiv:2410.15155.
    """

    def forward_slot(self, stage: int, sample: int) -> int:
        """2Mk + m."""
        return 2 * self.stages * sample + stage

    def backward_slot(self, stage: int, sample: int) -> int:
        """2Mk + 2M − 1 − m."""
        return 2 * self.stages * (sample + 1) - 1 - stage
