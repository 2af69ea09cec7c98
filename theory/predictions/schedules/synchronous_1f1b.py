"""Synchronous, forwards and backwards alternating within the batch: as fast as fill–drain with fewer activations.

M = 3, B = 2, one batch; a clock is two columns::

    1 | F0  .   F1  .   .   B0  .   B1*
    2 | .   F0  .   F1  B0  .   B1* .
    3 | .   .   F0  B0  F1  B1* .   .

A stage holds the samples that are between it and the end: M − m + 1, or all B if the batch is smaller.
"""

from sympy import Integer, Min

from theory.predictions._notation import microbatches, samples, stage, stages
from theory.predictions._schedule import ScheduleForms

SCHEDULE = ScheduleForms(
    title="synchronous pipeline (one forward, one backward)",
    source="arXiv:2410.15155; same clocks as fill–drain",
    clocks=samples / microbatches * (microbatches + stages - 1),
    updates=samples / microbatches,
    delay=Integer(0),
    in_flight=Min(microbatches, stages - stage + 1),
)
