"""The whole ensemble against the peer, against a loop, and against what this machine cannot do faster."""

from collections.abc import Iterator, Mapping, Sequence

from tests.benchmarks import peers, workload
from tests.benchmarks.table import Row, Work, compared, interleaved
from tests.benchmarks.workload import Precision, cores
from tests.peer import kit

ORDER = 1
PUBLIC, TRICK, LOOP = (
    "the peer's public interface looped over seeds",
    "the peer's best trick",
    "a NumPy loop over seeds",
)
ONE_CORE = "peer: stochastic pulses, one core"
OTHERS = {
    PUBLIC: (1500.0, f"{ONE_CORE}, 4 seeds × 250 steps, scaled"),
    TRICK: (12.0, f"{ONE_CORE}, a crossbar row a run, 100 steps, scaled"),
    LOOP: (100.0, "one core, 10 seeds × 1000 steps, scaled"),
}
Seen = Mapping[str, Sequence[float]]


def rows(rounds: int) -> Iterator[Row]:
    """Both precisions, one worker and two."""
    absent = kit.why_absent()
    sides = _sides(with_peer=absent is None)
    seen = interleaved(sides, rounds)
    for precision in workload.PRECISIONS:
        for other, (target, note) in OTHERS.items():
            side = f"{LOOP} {precision}" if other == LOOP else other
            if side in seen:
                yield from _against(seen, other, side, precision, target, note)
            else:
                yield Row(work=f"ensemble {precision}: {other} / ours", ratio=None, target=target, note=absent or "")
        note = "both keep the same averages at every step"
        for workers in (2, 1):
            work = f"ensemble {precision}: {LOOP} / ours on {cores(workers)}, averages at every step"
            ours, aim = seen[f"{precision} all {workers}"], 100.0 if workers == 2 else None
            yield compared(work, seen[f"{LOOP} {precision} all"], ours, target=aim, note=note)
        yield from _floor(seen, precision)


def _against(seen: Seen, other: str, side: str, precision: Precision, target: float, note: str) -> Iterator[Row]:
    """Another way of computing it against ours on two cores and one, and against the floor."""
    start = f"ensemble {precision}: {other} / "
    yield compared(f"{start}ours on 2 cores", seen[side], seen[f"{precision} 2"], target=target, note=note)
    yield compared(f"{start}ours on one core", seen[side], seen[f"{precision} 1"], note=note)
    note = "the most that NumPy's exact normal numbers allow"
    yield compared(f"{start}floor of 2 cores", seen[side], seen[f"floor {precision} 2"], note=note)


def _floor(seen: Seen, precision: Precision) -> Iterator[Row]:
    name, nanoseconds = workload.fastest_generator(precision)
    note = f"floor: {name}, {nanoseconds:.1f} ns a number, one pass over the state"
    for workers, threads, limit in ((1, 1, 1.25), (2, 1, 0.7), (2, 2, None)):
        work = f"ensemble {precision}: ours on {cores(workers)} / floor of {cores(threads)}"
        ours, below = seen[f"{precision} {workers}"], seen[f"floor {precision} {threads}"]
        yield compared(work, ours, below, target=limit, sense="at most", note=note)
    for other, side in (("floor", f"floor {precision} 1"), ("ours", f"{precision} 1")):
        work = f"ensemble {precision}, one core: ours by NumPy alone / {other}"
        yield compared(work, seen[f"{precision} numpy"], seen[side], note="without the extra `fast`")
    work = f"ensemble {precision}, one core: observed at every step / at {workload.OBSERVED} steps a run"
    yield compared(work, seen[f"{precision} all 1"], seen[f"{precision} 1"], note="what the statistics cost")


def _sides(*, with_peer: bool) -> dict[str, Work]:
    sides: dict[str, Work] = {}
    for precision in workload.PRECISIONS:
        for count in (1, 2):
            sides[f"floor {precision} {count}"] = workload.floor(precision, threads=count)
            sides[f"{precision} {count}"] = workload.ours(precision, workers=count)
            sides[f"{precision} all {count}"] = workload.ours(precision, workers=count, evaluations=None, steps=500)
        sides[f"{precision} numpy"] = workload.ours(precision, steps=500, evaluations=5, fast=False)
        sides[f"{LOOP} {precision}"] = workload.numpy_loop(precision)
        sides[f"{LOOP} {precision} all"] = workload.numpy_loop(precision, observed=True)
    return sides | ({PUBLIC: peers.public_interface(), TRICK: peers.raw_array()} if with_peer else {})
