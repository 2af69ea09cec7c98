"""Concurrent asynchronous pipeline with stashed weights."""

from dataclasses import dataclass
from typing import ClassVar

from simulation.schedules import asynchronous_concurrent
from simulation.schedules._copying import CopyingSchedule


@dataclass(frozen=True, kw_only=True)
class Schedule(CopyingSchedule, asynchronous_concurrent.Schedule):
    """As `asynchronous_concurrent`, but backward units use a copy of the weights that their forward unit read.

    M = 3, three samples::

        0 | F0  .   F1  .   F2  .   .   .   .   B0* .   B1* .   B2*
        1 | .   .   F0  .   F1  .   F2  B0* .   B1* .   B2* .   .
        2 | .   .   .   .   F0  B0* F1  B1* F2  B2* .   .   .   .

    Delay and clocks are unchanged (before the copies' own time), but stage m holds d_m + 1 versions of its
    weights. That is free on digital hardware only: on an analog device `require_device` asks for a `copy_cost`.
    Source: arXiv:1806.03377, section 3.3 (weight stashing).
    """

    stashed: ClassVar[bool] = True
    """Backward with the weights of the forward unit."""
