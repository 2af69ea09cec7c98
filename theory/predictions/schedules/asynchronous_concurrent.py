"""In every clock every stage does a forward and then a backward; messages hop a stage a clock: d_m = 2(M − m).

M = 3, three samples; a clock is two columns::

    1 | F0  .   F1  .   F2  .   .   .   .   B0* .   B1* .   B2*
    2 | .   .   F0  .   F1  .   F2  B0* .   B1* .   B2* .   .
    3 | .   .   .   .   F0  B0* F1  B1* F2  B2* .   .   .   .

Stage m forwards sample k in clock k + m and takes it back in clock k + 2M − m, after that clock's forward.
"""

from theory.predictions._notation import samples, stage, stages
from theory.predictions._schedule import ScheduleForms

SCHEDULE = ScheduleForms(
    title="asynchronous pipeline (concurrent)",
    source="arXiv:2410.15155",
    clocks=samples + 2 * (stages - 1),
    updates=samples,
    delay=2 * (stages - stage),
    in_flight=2 * (stages - stage) + 1,
)
