"""A training as it was asked for, checked before anything is computed."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from simulation._arrays import FloatArray, integer
from simulation._read import Read
from simulation.devices._response import Response
from simulation.fidelities import UpdateRule, fidelity_of
from simulation.layers._layer import Array, Terms, Tile
from simulation.networks._network import LayeredNetwork
from simulation.pipeline_stage import RULES, BatchRule, checked_rate
from simulation.schedules import SCHEDULES, PipelineSchedule
from simulation.step_sizes import DECAYS
from simulation.step_sizes._decay import StepDecay
from simulation.training._data import DTYPES, Feed, Samples, stream
from simulation.training._passes import Weights, exact
from simulation.training._reads import Reads, ReadTile
from simulation.training._write import UNITS, PulseUnit, Writer, narrowed


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """What both executors carry out; see `train` for the fields."""

    network: LayeredNetwork
    samples: Samples
    device: Response
    schedule: PipelineSchedule
    step_size: FloatArray
    """α, (settings or 1, 1, 1)."""
    settings: int
    """What the step size and the fields of device and fidelity broadcast to."""
    decay: StepDecay
    updates: int
    batch: int
    runs: int
    seed: int
    rule: BatchRule
    unit: PulseUnit
    fidelity: UpdateRule
    reads: Reads | None
    stages: tuple[range, ...]
    dtype: np.dtype[Any]

    @cached_property
    def feed(self) -> Feed:
        """The micro-batches."""
        return Feed(self.samples, self.batch, self.seed, self.runs)

    @property
    def microbatches(self) -> int:
        """Micro-batches in all."""
        return self.updates * self.schedule.microbatches

    def initial(self) -> dict[int, Array]:
        """W_0 of each array as the device holds it, (settings, runs, rows, columns)."""
        drawn = self.network.initial([stream(self.seed, "weights", run) for run in range(self.runs)])
        held = {}
        for number, start in drawn.items():
            flat = self.device_of(number).settle(start.reshape(1, self.runs, -1))
            wide = np.broadcast_to(flat, (self.settings, *flat.shape[1:]))
            held[number] = np.array(wide.reshape(self.settings, *start.shape[1:]), dtype=self.dtype, order="C")
        return held

    def device_of(self, number: int) -> Response:
        """The device of one array."""
        device: Response = narrowed(self.device, self.network.dimension, self.network.parts[number])
        return device

    def tiles(self, weights: Weights, sample: int) -> dict[int, Tile]:
        """Arrays as micro-batch number `sample` meets them."""
        if self.reads is None:
            return exact(weights)
        return {n: self._tile(n, array, sample) for n, array in weights.items()}

    def _tile(self, number: int, weights: Array, sample: int) -> Tile:
        assert self.reads is not None  # noqa: S101  # for the type checker: `tiles` has seen to it
        return ReadTile(weights, self.reads, lambda direction, run: stream(self.seed, direction, sample, number, run))

    def shown(self, weights: Weights, update: int, part: int) -> dict[int, Tile]:
        """Arrays as a part of the evaluation set meets them before an update."""
        if self.reads is None:
            return exact(weights)
        reads = self.reads

        def tile(number: int, array: Array) -> Tile:
            return ReadTile(array, reads, lambda _, run: stream(self.seed, "evaluation", update, part, number, run))

        return {number: tile(number, array) for number, array in weights.items()}

    @cached_property
    def writers(self) -> dict[int, Writer]:
        """How each array is changed."""
        dimension, parts = self.network.dimension, self.network.parts
        return {
            number: Writer(
                self.device_of(number),
                narrowed(self.fidelity, dimension, parts[number]),
                self.rule,
                self.unit,
                self.dtype,
            )
            for number in self.network.arrays
        }

    def write(self, number: int, weights: Array, out: Array, batch: Sequence[Terms], update: int) -> None:
        """Apply update number `update` to one array."""
        count = self.batch * self.schedule.microbatches
        factor = self.decay.factor(update) / count
        rate = np.asarray(-factor * self.step_size[..., np.newaxis], dtype=self.dtype)
        rng = stream(self.seed, "pulses", update, number) if self.fidelity.random else None
        self.writers[number].write(weights, out, batch, rate, rng)

    @property
    def told(self) -> tuple[Any, ...]:
        """All that determines the weights after any update, but not how many there are."""
        left_out = ("updates", "samples")
        told = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in left_out}
        return told, self.samples.digest


def job(  # noqa: PLR0913  # each is a keyword that a caller of `train` names
    network: LayeredNetwork,
    data: Any,
    device: Response,
    schedule: PipelineSchedule | None,
    *,
    step_size: ArrayLike,
    updates: int,
    batch: int = 10,
    runs: int = 1,
    seed: int = 0,
    rule: BatchRule = "accumulated",
    unit: PulseUnit = "vector",
    fidelity: str | UpdateRule = "mean",
    decay: StepDecay | None = None,
    reads: Reads | None = None,
    sizes: Sequence[int] | None = None,
    dtype: str = "float32",
) -> Job:
    """Check the arguments of `train`; ValueError names the first that is wrong."""
    _require_parts(network, device, rule, unit, dtype)
    carried = _carried(schedule, device)
    samples = Samples.of("data", data, network, DTYPES[dtype])
    rate, count, pulses = checked_rate(step_size), integer("runs", runs, minimum=1), fidelity_of(fidelity)
    given: dict[str, Any] = {"network": network, "device": device, "rule": rule, "unit": unit}
    return Job(
        **given,
        reads=_checked_reads(reads),
        samples=samples,
        schedule=carried,
        step_size=rate,
        settings=_settings(device, pulses, rate, (count, network.dimension)),
        decay=DECAYS["constant"]() if decay is None else decay,
        updates=integer("updates", updates, minimum=1),
        batch=integer("batch", batch, minimum=1, maximum=len(samples)),
        runs=count,
        seed=integer("seed", seed, minimum=0),
        fidelity=pulses,
        stages=network.cut(carried.stages, sizes),
        dtype=DTYPES[dtype],
    )


def _require_parts(network: Any, device: Any, rule: Any, unit: Any, dtype: Any) -> None:
    if not isinstance(network, LayeredNetwork):
        raise ValueError(f"network must be one of simulation.networks, got {network!r}")
    if not isinstance(device, Response):
        raise ValueError(f"device must be one of simulation.devices, got {device!r}")
    for name, value, allowed in (("rule", rule, RULES), ("unit", unit, UNITS), ("dtype", dtype, tuple(DTYPES))):
        if value not in allowed:
            raise ValueError(f"{name} must be one of {list(allowed)}, got {value!r}")


def _carried(schedule: PipelineSchedule | None, device: Response) -> PipelineSchedule:
    """The schedule, or no pipeline."""
    carried: PipelineSchedule = SCHEDULES["vanilla"](stages=1) if schedule is None else schedule
    carried.require_device(device)
    return carried


def _checked_reads(reads: Reads | None) -> Reads | None:
    if reads is not None and not (len(reads) == 2 and all(isinstance(read, Read) for read in reads)):
        raise ValueError(f"reads must be two Read objects, forward and backward, got {reads!r}")
    return reads


def _settings(device: Response, fidelity: UpdateRule, rate: FloatArray, shape: tuple[int, int]) -> int:
    """Length of the first axis of everything at weights (runs, dimension)."""
    try:
        probe = np.zeros((1, *shape))
        parts = [
            rate,
            device.settle(probe),
            *device.gains(probe),
            *(getattr(fidelity, f.name) for f in fields(fidelity)),
        ]
        found = np.broadcast_shapes(probe.shape, *map(np.shape, parts))
    except ValueError as error:
        raise ValueError(f"fields of device and fidelity and step_size must broadcast: {error}") from error
    if len(found) != probe.ndim or found[1:] != shape:
        raise ValueError(f"fields of device must broadcast to (settings, {shape[0]}, {shape[1]}), got shape {found}")
    return int(found[0])
