"""A network trained in sample order, with the delays that the schedule makes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from simulation._arithmetic import arithmetic
from simulation._arrays import IntArray, integer
from simulation._fingerprint import fingerprint
from simulation._statefile import load, save
from simulation._store import Entry
from simulation.devices._response import Response
from simulation.layers._layer import Array, Message, Terms
from simulation.networks._network import LayeredNetwork
from simulation.schedules import PipelineSchedule
from simulation.training._data import Labelled
from simulation.training._events import Versions, versions
from simulation.training._history import History
from simulation.training._job import Job, job
from simulation.training._measure import MEASURES, Measurer, stacked
from simulation.training._passes import Score, backward, forward, score

Progress = Callable[[int, int], None]
Observer = Callable[[int, tuple[Array, ...]], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Training:
    """Outcome of `train`."""

    weights: tuple[Array, ...]
    """W of each array after the last update, (settings, runs, rows, columns) [weight units]."""
    updates: int
    """Updates that were made: all, unless every run diverged before."""
    diverged: IntArray
    """Update at which a run's loss was first not finite or above the limit, −1 if never, (settings, runs)."""
    records: dict[str, Array]
    """'update' and 'clocks' (records,), and each of `MEASURES`, (records, settings, runs)."""
    stages: tuple[range, ...]
    """Layers of each stage."""
    delays: tuple[int, ...]
    """Delay of each stage once the pipeline is full, in updates."""


def train(  # noqa: PLR0913  # each is a keyword that a caller names
    network: LayeredNetwork,
    data: Labelled | Sequence[ArrayLike],
    device: Response,
    schedule: PipelineSchedule | None = None,
    *,
    evaluation: Labelled | Sequence[ArrayLike] | None = None,
    record_every: int | None = None,
    probe: int = 256,
    divergence: float = float("inf"),
    checkpoint: str | PathLike[str] | None = None,
    checkpoint_every: int | None = None,
    progress: Progress | None = None,
    observer: Observer | None = None,
    **arguments: Any,
) -> Training:
    """Train with W_{k+1} = U(W_k, −α·g(U_k, W_k)), U_k being what the schedule lets the forward passes read.

    Args:
        network: one of `simulation.networks`.
        data: training images and labels, an object with these two or the pair.
        device: holds every weight; array fields broadcast with (settings, runs, dimension).
        schedule: who does what when; None for no pipeline.
        evaluation: images and labels on which loss and accuracy are recorded.
        record_every: updates between records, the first before update 0; a last one is made after the last update.
            None for that one only.
        probe: training samples on which gradient and signal are recorded, 0 for none.
        divergence: loss of a micro-batch above which a run counts as diverged.
        checkpoint: file to resume from if it exists, and to write to. The same call with more updates goes on.
        checkpoint_every: updates between two writings; None for one at the end. A failed training writes none.
        progress: called now and then with (updates done, updates).
        observer: called at every record with the update and W of each array, which is not to be kept or changed.
        arguments: step_size (α > 0, a number or (settings,)) and updates (K ≥ 1), which are needed; batch (samples
            of a micro-batch, 10), runs (1), seed (0), rule ('accumulated'), unit ('vector'), see `_write.Writer`,
            fidelity ('mean'), reads (a forward and a backward `simulation._read.Read` for every array, exact
            products if None), decay (of `simulation.step_sizes`, constant), sizes (layers of each stage, balanced
            by cost), dtype ('float32').

    Returns:
        What became of it; runs that diverged go on with what they have.

    Raises:
        ValueError: if an argument is out of range, shapes do not fit, a stage would be empty, the schedule stashes
            weights of an analog device, or the checkpoint is of another experiment.
        TypeError: if an argument is unknown or one that is needed is missing.

    Source: arXiv:2410.15155, section 2.
    """
    asked = job(network, data, device, schedule, **arguments)
    every = None if record_every is None else integer("record_every", record_every, minimum=1)
    saved = None if checkpoint_every is None else integer("checkpoint_every", checkpoint_every, minimum=1)
    if not divergence > 0:
        raise ValueError(f"divergence must be > 0, got {divergence!r}")
    measurer = Measurer.of(asked, evaluation, integer("probe", probe, minimum=0))
    run = _Run(asked, measurer, every, divergence, observer)
    if checkpoint is not None:
        run.keep(Path(checkpoint), saved)
    elif observer is None:
        run.recall()
    with arithmetic():
        run.carry_on(progress)
        return run.outcome()


class _Run:
    """The state of a training between two updates."""

    def __init__(
        self, asked: Job, measurer: Measurer, every: int | None, limit: float, observer: Observer | None
    ) -> None:
        self._job, self._measurer, self._every, self._limit = asked, measurer, every, limit
        self._observer = observer
        start, shape = asked.initial(), (asked.settings, asked.runs)
        self._stages = [History({n: start[n] for n in layers if n in start}) for layers in asked.stages]
        self._update = self._count = 0
        self._seen = Score(np.zeros(shape), np.zeros(shape))
        self._diverged = np.full(shape, -1)
        self._records: list[dict[str, Any]] = []
        self._path: Path | None = None
        self._entry: Entry | None = None
        self._saved: int | None = None
        self._row: tuple[Versions, ...] = ()

    def keep(self, path: Path, saved: int | None) -> None:
        """Resume from the file if it is there, and write to it from now on."""
        self._path, self._saved = path, saved
        if not path.parent.is_dir():
            raise ValueError(f"checkpoint must be in a folder that exists, got {path}")
        if path.exists():
            self._restore(load(path, fingerprint(*self._told), field="checkpoint"))

    def recall(self) -> None:
        """Take the end from the store if it is there, and keep it there otherwise."""
        self._entry = Entry.of(self._told, self._job.updates)
        found = None if self._entry is None else self._entry.read()
        if found is not None:
            self._restore(found)
            self._entry = None

    def carry_on(self, progress: Progress | None) -> None:
        """Make the updates that are left, unless every run diverges."""
        asked, batch = self._job, self._job.schedule.microbatches
        # One batch more than is trained: what the update after the last would read is measured.
        rows = islice(versions(asked.schedule, asked.microbatches + batch), self._update * batch, None)
        while self._update < asked.updates and not self._lost:
            self._advance(rows)
            done = self._update
            if progress is not None and (done * 100 // asked.updates > (done - 1) * 100 // asked.updates):
                progress(done, asked.updates)
            if self._saved is not None and done % self._saved == 0:
                self._save()
        if self._saved is None or self._update % self._saved:
            self._save()
        self._row = next(rows)
        self._record()

    def outcome(self) -> Training:
        """What became of it."""
        self._look()
        return Training(
            weights=self._weights,
            updates=self._update,
            diverged=self._diverged,
            records=stacked(list(self._records)),
            stages=self._job.stages,
            delays=self._job.schedule.steady_delays(),
        )

    def _advance(self, rows: Iterator[tuple[Versions, ...]]) -> None:
        """One update."""
        batch: list[dict[int, Terms]] = []
        for place in range(self._job.schedule.microbatches):
            self._row = next(rows)
            if not place and self._every is not None and self._update % self._every == 0:
                self._record()
            batch.append(self._sample(self._update * self._job.schedule.microbatches + place))
            for stage, read in zip(self._stages, self._row, strict=True):
                stage.release(read.forward)
        for stage in self._stages:
            after = stage.buffer()
            for number, weights in stage.now.items():
                self._job.write(number, weights, after[number], [terms[number] for terms in batch], self._update)
            stage.push(after)
        self._update += 1

    def _sample(self, sample: int) -> dict[int, Terms]:
        """Terms of one micro-batch."""
        images, labels = self._job.feed[sample]
        message: Message = (images,)
        stored: list[dict[int, Any]] = []
        for layers, stage, read in zip(self._job.stages, self._stages, self._row, strict=True):
            message, kept = forward(self._job.network, layers, self._job.tiles(stage.at(read.forward), sample), message)
            stored.append(kept)
        found, derivative = score(self._job.network, message[0], labels)
        self._note(found)
        error: Message = (derivative,)
        terms: dict[int, Terms] = {}
        everything = list(zip(self._job.stages, self._stages, self._row, stored, strict=True))
        for layers, stage, read, kept in reversed(everything):
            tiles = self._job.tiles(stage.at(read.backward), sample)
            error, part = backward(self._job.network, layers, tiles, kept, error)
            terms |= part
        return terms

    def _note(self, found: Score) -> None:
        """Add to the sums, and see whether a run is lost."""
        loss = found.loss / self._job.batch
        self._seen = Score(self._seen.loss + found.loss, self._seen.correct + found.correct)
        self._count += self._job.batch
        beyond = ~(loss <= self._limit) | ~np.isfinite(loss)
        if beyond.any():
            self._diverged[beyond & (self._diverged < 0)] = self._update

    def _look(self) -> None:
        """Note runs whose weights are no numbers, before the next loss shows it."""
        finite = np.all([np.isfinite(array).all(axis=(-1, -2)) for array in self._weights], axis=0)
        self._diverged[~finite & (self._diverged < 0)] = self._update

    @property
    def _lost(self) -> bool:
        return bool((self._diverged >= 0).all())

    @property
    def _now(self) -> dict[int, Array]:
        return {number: array for stage in self._stages for number, array in stage.now.items()}

    @property
    def _weights(self) -> tuple[Array, ...]:
        now = self._now
        return tuple(now[number] for number in sorted(now))

    def _record(self) -> None:
        if self._observer is not None:
            self._observer(self._update, self._weights)
        read = {
            number: array
            for stage, version in zip(self._stages, self._row, strict=True)
            for number, array in stage.at(min(version.forward, stage.version)).items()
        }
        self._records.append(self._measurer.record(self._update, read, self._now, self._seen, self._count))
        self._seen, self._count = Score(*(np.zeros(self._diverged.shape) for _ in self._seen)), 0

    @property
    def _told(self) -> tuple[Any, ...]:
        """What the job is told by, and what is recorded."""
        held = self._measurer.evaluation
        shown = "" if held is None else held.digest
        probe = 0 if self._measurer.probe is None else len(self._measurer.probe)
        return *self._job.told, self._every, probe, self._limit, shown

    def _save(self) -> None:
        """Write what there is to write, unless all runs are lost."""
        if self._path is None and self._entry is None:
            return
        self._look()
        if self._lost:
            return
        state: dict[str, Array] = {"update": np.array(self._update), "count": np.array(self._count)}
        state |= {"seen_loss": self._seen.loss, "seen_correct": self._seen.correct, "diverged": self._diverged}
        state |= {f"record_{name}": values for name, values in stacked(list(self._records)).items()}
        for place, stage in enumerate(self._stages):
            state[f"versions_{place}"] = np.array(len(stage.held))
            for age, held in enumerate(stage.held):
                state |= {f"weights_{place}_{age}_{number}": array for number, array in held.items()}
        if self._path is not None:
            save(self._path, fingerprint(*self._told), state)
        if self._entry is not None:
            self._entry.write(state)

    def _restore(self, state: dict[str, Array]) -> None:
        """Take up where the checkpoint was written."""
        self._update, self._count = int(state["update"]), int(state["count"])
        if self._update > self._job.updates:
            raise ValueError(f"updates must be >= {self._update}, those of the checkpoint, got {self._job.updates}")
        self._seen = Score(state["seen_loss"], state["seen_correct"])
        self._diverged = state["diverged"]
        names = ("update", "clocks", *MEASURES)
        count = len(state["record_update"])
        self._records = [{name: state[f"record_{name}"][place] for name in names} for place in range(count)]
        for place, stage in enumerate(self._stages):
            kept = int(state[f"versions_{place}"])
            made = [{number: state[f"weights_{place}_{age}_{number}"] for number in stage.now} for age in range(kept)]
            restored = History(made[0], self._update - kept + 1)
            for weights in made[1:]:
                restored.push(weights)
            self._stages[place] = restored
