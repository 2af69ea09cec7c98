"""Asynchronous pipeline in which both directions move one stage a clock."""

from dataclasses import dataclass

from simulation.schedules._schedule import PipelineSchedule


@dataclass(frozen=True, kw_only=True)
class Schedule(PipelineSchedule):
    """In every clock every stage does a forward, then a backward unit; messages arrive a clock later.

    Forward of sample k in the first slot of clock k + m, backward in the second of clock k + 2(M − 1) − m: the
    last stage turns a sample round within the clock. M = 3, three samples, two slots a clock::

        0 | F0  .   F1  .   F2  .   .   .   .   B0* .   B1* .   B2*
        1 | .   .   F0  .   F1  .   F2  B0* .   B1* .   B2* .   .
        2 | .   .   .   .   F0  B0* F1  B1* F2  B2* .   .   .   .

    K + 2(M − 1) clocks for K samples, density K/(K + 2(M − 1)) → 1. At stage m = 0, …, M − 1: delay
    2(M − 1 − m), 2(M − 1 − m) + 1 activations (theory counts m from 1: delay 2(M − m)).
    Source: arXiv:2410.15155.
    """

    def forward_slot(self, stage: int, sample: int) -> int:
        """2(k + m)."""
        return 2 * (sample + stage)

    def backward_slot(self, stage: int, sample: int) -> int:
        """2(k + 2(M − 1) − m) + 1."""
        return 2 * (sample + 2 * (self.stages - 1) - stage) + 1
