"""One forward, one backward, an update after each backward, never drained: d_m = M − m.

M = 3, four samples; a clock is two columns::

    1 | F0  .   F1  .   F2  B0* F3  B1* .   B2* .   B3*
    2 | .   F0  .   F1  B0* F2  B1* F3  B2* .   B3* .
    3 | .   .   F0  B0* F1  B1* F2  B2* F3  B3* .   .

Stage m forwards sample k in half-clock 2k + m and takes it back in 2k + 2M + 1 − m; the samples whose update came
before the forward are those up to k − (M − m) − 1.
"""

from theory.predictions._notation import samples, stage, stages
from theory.predictions._schedule import ScheduleForms

SCHEDULE = ScheduleForms(
    title="asynchronous pipeline (one forward, one backward)",
    source="arXiv:2410.15155",
    clocks=samples + stages - 1,
    updates=samples,
    delay=stages - stage,
    in_flight=stages - stage + 1,
)
