"""C24c: how busy an asynchronous pipeline keeps its stages."""

from functools import cache

from sympy import Integer

from theory.kernel import Assumption, Fact, assume, combine, square
from theory.predictions._notation import samples, stages
from theory.predictions.schedules import asynchronous_1f1b
from theory.statement import Statement
from theory.trial.published import Published, Repair, variable

passed = variable("density_samples", "N", "N", "samples that pass through the pipeline", sign="positive")
depth = variable("density_stages", "M", "M", "stages", sign="positive")
DENSITY = asynchronous_1f1b.SCHEDULE.density.subs({samples: passed, stages: depth})
"""Work units done over those that there was room for, from the schedule's own timetable."""
SOME = Assumption(name="samples", relation=">=", expr=passed - 1, text="N ≥ 1")
DEEP = Assumption(name="stages", relation=">=", expr=depth - 1, text="M ≥ 1")


@cache
def prove() -> Fact:
    """The difference is (M−1)²/(N(N+M−1)), and N + M − 1 > 0."""
    clocks = combine(((passed,), (1, assume(DEEP))), passed + depth - 1)
    inverse = combine(((1 / clocks.expr**2, clocks),), 1 / clocks.expr)
    return combine(((1 / passed, inverse, square(depth - 1)),), REPAIRED.rhs - REPAIRED.lhs)


REPAIRED = Statement(
    id="C24c-repaired",
    title="Density of a finite run",
    kind="upper",
    source="this project",
    assumptions=(DEEP,),
    lhs=1 - (depth - 1) / passed,
    rhs_terms=(DENSITY,),
    prove=prove,
)

CLAIM = Published(
    id="C24c",
    title="Computation density of an asynchronous pipeline",
    source="arXiv:2410.15155, abstract",
    text="the computation density of the asynchronous pipeline is 1",
    instance="N samples through M stages with one forward, one backward",
    kind="equality",
    lhs=DENSITY,
    rhs=Integer(1),
    assumptions=(SOME, DEEP),
    integers=frozenset({passed, depth}),
    ranges={passed: (1, 1000), depth: (1, 50)},
    repair=Repair(
        fault="misprint",
        change="1 in the limit of long runs: at least 1 − (M−1)/N",
        statement=REPAIRED,
        effect="filling and draining cost M − 1 clocks once (2M − 2 with concurrent passes), however many samples "
        "follow: what uses the density of long runs keeps its constants",
    ),
)
