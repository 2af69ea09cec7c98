"""How the signals of a batch change one array: rules, units and fidelities, without the dense signal of each sample."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal

import numpy as np

from simulation._compiled import Kernel
from simulation.devices._response import Gains, Response
from simulation.fidelities import FIDELITIES, UpdateRule
from simulation.layers._layer import Array, Terms
from simulation.pipeline_stage import BatchRule
from simulation.training._lines import Lines

PulseUnit = Literal["vector", "microbatch"]
UNITS: tuple[PulseUnit, ...] = ("vector", "microbatch")
_BLOCK = 2**18  # entries that are changed at once: smaller products cost more than a smaller cache saves


class Writer:
    """Changes the weights of one array, (settings, runs, rows, columns), with the rank-one terms of a batch.

    The batch's signal is g = (1/N) Σ_i δ_i x_iᵀ over its N samples; x = −α·g is the change that a perfect device
    makes. `accumulated` applies x at once. The other rules pulse units, x = Σ_u x_u, and a unit is either one input
    vector (of a sample; of a position, if the array is a convolution's) or one micro-batch:

    * sample_wise: W + Σ_u (U(W, x_u) − W), every unit with the gains at W. In the mean dynamics that is
      W + F·x − G·Σ_u|x_u|, and Σ_u|x_u| over vectors is one more matrix product, |δ|ᵀ|x|. Hard bounds clip once.
    * sequential: W ← U(W, x_u), unit by unit; stochastic pulses then get every vector as a rank-one update.
    """

    def __init__(
        self, device: Response, fidelity: UpdateRule, rule: BatchRule, unit: PulseUnit, dtype: np.dtype[Any]
    ) -> None:
        """Take the device and the fidelity of this array alone, see `narrowed`."""
        self._device, self._fidelity, self._rule, self._unit = device, fidelity, rule, unit
        self._mean = isinstance(fidelity, FIDELITIES["mean"])
        self._kernel: Kernel = getattr(fidelity, "kernel", "numpy")
        self._lines = Lines.of(device, dtype) if self._mean else None

    def write(
        self, weights: Array, out: Array, batch: Sequence[Terms], rate: Array, rng: np.random.Generator | None
    ) -> None:
        """Put the weights after the update into `out`, which may be `weights` itself.

        Args:
            weights: W.
            out: of the same shape and dtype.
            batch: the terms of each micro-batch.
            rate: −α/N, shape (settings, 1, 1, 1), of the weights' dtype.
            rng: randomness of this array in this update, needed if the fidelity is random.
        """
        if self._rule == "accumulated":
            self._apply(weights, out, batch, rate, rng)
        elif self._rule == "sequential":
            now = weights
            for unit in self._units(batch):
                now = self._one(now, unit, rate, rng)
            np.copyto(out, now)
        elif self._mean:
            self._apply(weights, out, batch, rate, rng)
        else:
            total = np.zeros_like(weights)
            for unit in self._units(batch):
                total += self._one(weights, unit, rate, rng) - weights
            np.add(weights, total, out=out)

    def _apply(
        self, weights: Array, out: Array, batch: Sequence[Terms], rate: Array, rng: np.random.Generator | None
    ) -> None:
        """All terms in one update, block of rows by block if the gains are lines."""
        scaled = [Terms(rate * terms.errors, terms.inputs) for terms in batch]
        sized = self._rule == "sample_wise"
        if self._lines is not None:
            for rows in _blocks(weights):
                part = [Terms(terms.errors[..., rows], terms.inputs) for terms in scaled]
                change = _product(part)
                sizes = self._sizes(part) if sized and not self._lines.straight else None
                self._lines.update(weights, out, rows, change, sizes, self._kernel)
            return
        flat, change = _flat(weights), _flat(_product(scaled))
        if sized and self._mean:
            gains = self._device.gains(flat)
            drift = _flat(self._sizes(scaled))
            after = self._device.settle(flat + change * gains.symmetric - drift * gains.asymmetric)
        else:
            after = self._fidelity.update(self._device, flat, change, rng=rng)
        np.copyto(out, after.reshape(weights.shape), casting="same_kind")

    def _sizes(self, batch: Sequence[Terms]) -> Array:
        """Σ_u |x_u|."""
        if self._unit == "vector":
            return _product([Terms(np.abs(terms.errors), np.abs(terms.inputs)) for terms in batch])
        total = np.abs(_product(batch[:1]))
        for terms in batch[1:]:
            total += np.abs(_product([terms]))
        return total

    def _one(self, weights: Array, unit: Terms, rate: Array, rng: np.random.Generator | None) -> Array:
        """Weights after one unit on its own."""
        if isinstance(self._fidelity, FIDELITIES["stochastic"]) and unit.inputs.shape[-2] == 1:
            return self._rank_one(weights, unit, rate, rng)
        change = _flat(_product([Terms(rate * unit.errors, unit.inputs)]))
        after = self._fidelity.update(self._device, _flat(weights), change, rng=rng)
        return np.asarray(after.reshape(weights.shape), dtype=weights.dtype)

    def _rank_one(self, weights: Array, unit: Terms, rate: Array, rng: np.random.Generator | None) -> Array:
        """Stochastic pulses for one input vector; a setting's step size stands with its error."""
        inputs = np.broadcast_to(unit.inputs[..., 0, :], (*weights.shape[:2], weights.shape[-1]))
        errors = -rate[..., 0] * unit.errors[..., 0, :]
        rule: Any = self._fidelity
        after = rule.rank_one(self._device, weights, inputs, errors, step_size=1.0, rng=rng)
        return np.asarray(after, dtype=weights.dtype)

    def _units(self, batch: Sequence[Terms]) -> Iterator[Terms]:
        if self._unit == "microbatch":
            yield from batch
            return
        for errors, inputs in batch:
            for i in range(inputs.shape[-2]):
                yield Terms(errors[..., i : i + 1, :], inputs[..., i : i + 1, :])


def _blocks(weights: Array) -> Iterator[slice]:
    settings, runs, rows, columns = weights.shape
    size = max(1, _BLOCK // (settings * runs * columns))
    for start in range(0, rows, size):
        yield slice(start, start + size)


def _product(batch: Sequence[Terms]) -> Array:
    """Σ over all terms of δxᵀ."""
    first, *others = batch
    total = np.swapaxes(first.errors, -1, -2) @ first.inputs
    for terms in others:
        total += np.swapaxes(terms.errors, -1, -2) @ terms.inputs
    return total


def narrowed(case: Any, dimension: int, part: slice) -> Any:
    """A device or fidelity for the coordinates `part` alone: fields with an entry a coordinate are cut."""
    if not is_dataclass(case) or isinstance(case, type):
        return case
    changes = {field.name: _narrow(getattr(case, field.name), dimension, part) for field in fields(case) if field.init}
    same = all(changes[name] is getattr(case, name) for name in changes)
    return case if same else replace(case, **changes)


def _narrow(value: Any, dimension: int, part: slice) -> Any:
    if isinstance(value, np.ndarray) and value.ndim and value.shape[-1] == dimension > 1:
        return value[..., part]
    return narrowed(value, dimension, part)


def gains_of(device: Response, weights: Array) -> Gains:
    """F and G of an array's weights, of shape (settings, runs, rows · columns)."""
    return device.gains(_flat(weights))


def _flat(array: Array) -> Array:
    """(settings, runs, rows · columns), the shape that devices know; a view."""
    return array.reshape(*array.shape[:2], -1)
