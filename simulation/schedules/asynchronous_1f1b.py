"""Asynchronous pipeline that alternates forward and backward units and never drains."""

from dataclasses import dataclass

from simulation.schedules._schedule import PipelineSchedule


@dataclass(frozen=True, kw_only=True)
class Schedule(PipelineSchedule):
    """One forward, one backward, an update after each backward: forward 2k + m, backward 2k + 2M − 1 − m.

    M = 3, four samples::

        0 | F0  .   F1  .   F2  B0* F3  B1* .   B2* .   B3*
        1 | .   F0  .   F1  B0* F2  B1* F3  B2* .   B3* .
        2 | .   .   F0  B0* F1  B1* F2  B2* F3  B3* .   .

    K + M − 1 clocks for K samples, density K/(K + M − 1) → 1. At stage m = 0, …, M − 1: delay M − 1 − m,
    M − m activations (theory counts m from 1: delay M − m).
    Source: arXiv:2410.15155.
    """

    def forward_slot(self, stage: int, sample: int) -> int:
        """2k + m."""
        return 2 * sample + stage

    def backward_slot(self, stage: int, sample: int) -> int:
        """2k + 2M − 1 − m."""
        return 2 * sample + 2 * self.stages - 1 - stage
