"""Stochastic pulse trains by their binomial law, against the peer doing the same work: the like-for-like row."""

from collections.abc import Iterator

from simulation.fidelities import FIDELITIES
from tests.benchmarks import peers, workload
from tests.benchmarks.table import Row, compared, interleaved
from tests.peer import kit

ORDER = 4
STEPS = 50


def rows(rounds: int) -> Iterator[Row]:
    """The ensemble with the fidelity 'stochastic', bits of a cell independent of other cells'."""
    absent = kit.why_absent()
    rule = FIDELITIES["stochastic"](dw_min=peers.DW_MIN, correlated=False)
    sides = {
        f"{precision} {workers}": workload.ours(precision, workers=workers, steps=STEPS, fidelity=rule)
        for precision in workload.PRECISIONS
        for workers in (1, 2)
    }
    if absent is None:
        sides["peer"] = peers.raw_array()
    seen = interleaved(sides, rounds)
    for side in sorted(set(sides) - {"peer"}):
        precision, workers = side.split()
        cores = workload.cores(int(workers))
        work = f"stochastic pulse trains {precision}: the peer's best trick / ours on {cores}"
        target = 2.0 if workers == "2" else None
        note = f"both: the ensemble by stochastic pulses, Δw_min = τ/300, {STEPS} and 100 steps; peer: one core"
        if absent is None:
            yield compared(work, seen["peer"], seen[side], target=target, note=note)
        elif target is not None:
            yield Row(work=work, ratio=None, target=target, note=absent)
