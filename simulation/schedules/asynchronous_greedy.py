"""Asynchronous pipeline of stages of any speed: every worker does the first unit that it can."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from simulation._arrays import integers
from simulation.schedules._schedule import PipelineSchedule
from simulation.schedules._timetable import SLOTS_PER_CLOCK, Kind


@dataclass(frozen=True, kw_only=True)
class Schedule(PipelineSchedule):
    """A free worker does a backward unit if one waits, else a forward unit if it holds less than M − m samples.

    A unit at stage m takes `lengths[m]` slots. M = 3, all of one slot, four samples::

        0 | F0  F1  F2  .   .   B0* F3  B1* .   B2* .   B3*
        1 | .   F0  F1  .   B0* F2  B1* F3  B2* .   B3* .
        2 | .   .   F0  B0* F1  B1* F2  B2* F3  B3* .   .

    There is no formula for the slots: they are found by letting time pass over an endless stream of samples.
    Stages of one speed have the clocks and delays of `asynchronous_1f1b`; with others the delays are what comes
    out, at most M − 1 − m, and may change from sample to sample.

    Raises:
        ValueError: also if `lengths` are not M integers ≥ 1.
    """

    lengths: Sequence[int] = ()
    """Slots of a forward, and of a backward, unit at each stage; 1 everywhere if empty."""

    def __post_init__(self) -> None:
        """Validate the lengths."""
        super().__post_init__()
        lengths = integers("lengths", self.lengths, minimum=1) or (1,) * self.stages
        if len(lengths) != self.stages:
            raise ValueError(f"lengths must be {self.stages}, one a stage, got {len(lengths)}")
        object.__setattr__(self, "lengths", lengths)

    def forward_slot(self, stage: int, sample: int) -> int:
        """Slot in which it starts."""
        return self._slot("forward", stage, sample)

    def backward_slot(self, stage: int, sample: int) -> int:
        """Slot in which it starts."""
        return self._slot("backward", stage, sample)

    def length(self, stage: int) -> int:
        """`lengths[stage]`."""
        return self.lengths[stage]

    def _slot(self, kind: Kind, stage: int, sample: int) -> int:
        # At most M samples enter before one has left, so later ones cannot delay it: this horizon is as good as
        # an endless stream. Powers of two, so that few of them are computed.
        horizon = 1 << (sample + self.stages + 1).bit_length()
        return _starts(tuple(self.lengths), horizon)[kind, stage, sample]


@lru_cache(maxsize=64)
def _starts(lengths: tuple[int, ...], samples: int) -> dict[tuple[Kind, int, int], int]:
    """Start slot of every unit, by letting time pass slot by slot."""
    floor = _Floor(lengths, samples)
    slot = 0
    while floor.waiting:
        floor.pass_slot(slot)
        slot += 1
    return floor.starts


class _Floor:
    """Workers, and how many samples each has begun and ended in either direction."""

    def __init__(self, lengths: tuple[int, ...], samples: int) -> None:
        self._lengths, self._samples = lengths, samples
        self._free = [0] * len(lengths)
        self._next: dict[Kind, list[int]] = {"forward": [0] * len(lengths), "backward": [0] * len(lengths)}
        self.starts: dict[tuple[Kind, int, int], int] = {}
        self.waiting = SLOTS_PER_CLOCK * len(lengths) * samples

    def pass_slot(self, slot: int) -> None:
        """Let every free worker begin what it can: samples keep their order in both directions."""
        kinds: tuple[Kind, Kind] = ("backward", "forward")
        for stage, free in enumerate(self._free):
            possible = (kind for kind in kinds if self._may_begin(kind, stage, slot))
            kind = next(possible, None) if free <= slot else None
            if kind is not None:
                self.starts[kind, stage, self._next[kind][stage]] = slot
                self._next[kind][stage] += 1
                self._free[stage] = slot + self._lengths[stage]
                self.waiting -= 1

    def _may_begin(self, kind: Kind, stage: int, slot: int) -> bool:
        sample, last = self._next[kind][stage], len(self._lengths) - 1
        if kind == "backward":
            sender: tuple[Kind, int] = ("forward", last) if stage == last else ("backward", stage + 1)
            return self._arrived(*sender, sample, slot)
        held = sample - self._next["backward"][stage]
        if sample == self._samples or held > last - stage:
            return False
        return stage == 0 or self._arrived("forward", stage - 1, sample, slot)

    def _arrived(self, kind: Kind, stage: int, sample: int, slot: int) -> bool:
        start = self.starts.get((kind, stage, sample))
        return start is not None and start + self._lengths[stage] <= slot
