"""What a schedule is: two formulas, the slot of each forward and of each backward unit."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from simulation._arrays import integer
from simulation.devices import DEVICES
from simulation.devices._response import Response
from simulation.schedules._timetable import Timetable, Unit, Update


@dataclass(frozen=True, kw_only=True)
class PipelineSchedule(ABC):
    """Base of all schedules. Stages and samples are counted from 0; a clock is two slots (see `_timetable`).

    Samples are micro-batches; `microbatches` consecutive ones make a batch, whose mean signal is one update.
    A stage applies it at the end of the slot in which it did its last backward unit of the batch.

    Raises:
        ValueError: if `stages` or `microbatches` is not an integer ≥ 1, or `microbatches` is not 1 though the
            schedule updates after every sample.
    """

    stages: int
    """M, stages."""
    microbatches: int = 1
    """B, micro-batches an update."""

    batched: ClassVar[bool] = False
    """Whether B > 1 is allowed."""
    stashed: ClassVar[bool] = False
    """Whether the backward unit uses a copy of the weights that its forward unit read."""

    def __post_init__(self) -> None:
        """Validate the counts."""
        object.__setattr__(self, "stages", integer("stages", self.stages, minimum=1))
        most = None if self.batched else 1
        count = integer("microbatches", self.microbatches, minimum=1, maximum=most)
        object.__setattr__(self, "microbatches", count)

    @abstractmethod
    def forward_slot(self, stage: int, sample: int) -> int:
        """Slot in which the forward unit starts."""

    @abstractmethod
    def backward_slot(self, stage: int, sample: int) -> int:
        """Slot in which the backward unit starts."""

    def length(self, stage: int) -> int:
        """Slots of a forward, and of a backward, unit of the stage."""
        return 1

    def worker(self, stage: int, sample: int) -> int:
        """Who does the units of that stage and sample: the stage's own worker."""
        return stage

    @property
    def workers(self) -> int:
        """Number of workers."""
        return self.stages

    @property
    def copying_time(self) -> Fraction:
        """Clocks that a worker spends after each of its updates on writing weights to another array."""
        return Fraction(0)

    def timetable(self, samples: int) -> Timetable:
        """Return the timetable of that many samples.

        Raises:
            ValueError: if `samples` is not an integer ≥ 1 and a multiple of B.
        """
        count = integer("samples", samples, minimum=1)
        if count % self.microbatches:
            raise ValueError(f"samples must be a multiple of microbatches = {self.microbatches}, got {count}")
        return Timetable(
            stages=self.stages,
            workers=self.workers,
            samples=count,
            units=tuple(self._units(count)),
            updates=tuple(self._updates(count)),
            stashed=self.stashed,
        )

    def steady_delays(self) -> tuple[int, ...]:
        """d_m once the pipeline is full, read off a timetable long enough for every stage to see an update."""
        samples = self.microbatches
        while True:
            table = self.timetable(samples)
            if min(row[-1].forward for row in table.reads) > 0:
                return table.delays
            samples *= 2

    def require_device(self, device: Response) -> None:
        """Do nothing if the weights of this device can be used as the schedule asks.

        Raises:
            ValueError: if the schedule copies weights, the device is not digital and no copy cost is given.
        """
        if self.stashed and self.copying_time == 0 and not isinstance(device, DEVICES["ideal"]):
            kind = type(device).__module__.rpartition(".")[2]
            raise ValueError(
                f"copy_cost must be > 0 when weights are stashed on an analog device, whose weights cannot be "
                f"copied for free, got 0 for device {kind!r}"
            )

    def _units(self, samples: int) -> Iterator[Unit]:
        for sample in range(samples):
            for stage in range(self.stages):
                worker, length = self.worker(stage, sample), self.length(stage)
                yield Unit(self.forward_slot(stage, sample), worker, stage, "forward", sample, length)
                yield Unit(self.backward_slot(stage, sample), worker, stage, "backward", sample, length)

    def _updates(self, samples: int) -> Iterator[Update]:
        for start in range(0, samples, self.microbatches):
            batch = tuple(range(start, start + self.microbatches))
            for stage in range(self.stages):
                slot = max(self.backward_slot(stage, sample) for sample in batch)
                yield Update(slot + self.length(stage) - 1, stage, stage, batch)
