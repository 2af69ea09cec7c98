"""Fill–drain: all forwards of a batch, then all backwards, then one update; B + M − 1 clocks a batch.

M = 3, B = 2, one batch; a clock is two columns::

    1 | F0  F1  .   .   .   .   B0  B1*
    2 | .   F0  F1  .   .   B0  B1* .
    3 | .   .   F0  F1  B0  B1* .   .
"""

from sympy import Integer

from theory.predictions._notation import microbatches, samples, stages
from theory.predictions._schedule import ScheduleForms

SCHEDULE = ScheduleForms(
    title="synchronous pipeline (fill–drain)",
    source="arXiv:2410.15155",
    clocks=samples / microbatches * (microbatches + stages - 1),
    updates=samples / microbatches,
    delay=Integer(0),
    in_flight=microbatches,
)
