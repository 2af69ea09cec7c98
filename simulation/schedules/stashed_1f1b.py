"""One-forward-one-backward asynchronous pipeline with stashed weights."""

from dataclasses import dataclass
from typing import ClassVar

from simulation.schedules import asynchronous_1f1b
from simulation.schedules._copying import CopyingSchedule


@dataclass(frozen=True, kw_only=True)
class Schedule(CopyingSchedule, asynchronous_1f1b.Schedule):
    """As `asynchronous_1f1b`, but backward units use a copy of the weights that their forward unit read.

    M = 3, four samples::

        0 | F0  .   F1  .   F2  B0* F3  B1* .   B2* .   B3*
        1 | .   F0  .   F1  B0* F2  B1* F3  B2* .   B3* .
        2 | .   .   F0  B0* F1  B1* F2  B2* F3  B3* .   .

    Delay and clocks are unchanged (before the copies' own time), but stage m holds d_m + 1 versions of its
    weights. That is free on digital hardware only: on an analog device `require_device` asks for a `copy_cost`.
    Source: arXiv:1806.03377, section 3.3 (weight stashing).
    """

    stashed: ClassVar[bool] = True
    """Backward with the weights of the forward unit."""
