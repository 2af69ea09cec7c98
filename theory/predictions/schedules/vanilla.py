"""Model parallelism without a pipeline: a sample enters when the one before has left.

M = 3, two samples; a clock is two columns, F and B the forward and backward of a sample, * an update::

    1 | F0  .   .   .   .   B0* F1  .   .   .   .   B1*
    2 | .   F0  .   .   B0* .   .   F1  .   .   B1* .
    3 | .   .   F0  B0* .   .   .   .   F1  B1* .   .
"""

from sympy import Integer

from theory.predictions._notation import samples, stages
from theory.predictions._schedule import ScheduleForms

SCHEDULE = ScheduleForms(
    title="vanilla model parallelism",
    source="arXiv:2410.15155",
    clocks=stages * samples,
    updates=samples,
    delay=Integer(0),
    in_flight=Integer(1),
)
