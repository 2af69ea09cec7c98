"""How the signals of a batch change one array: rules, units and fidelities, without the dense signal of each sample."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from simulation.devices import DEVICES
from simulation.devices._response import Gains, Response
from simulation.fidelities import FIDELITIES, UpdateRule
from simulation.layers._layer import Array, Terms
from simulation.pipeline_stage import BatchRule

PulseUnit = Literal["vector", "microbatch"]
UNITS: tuple[PulseUnit, ...] = ("vector", "microbatch")
_FAR = 1e30  # a weight far beyond every soft device's range, at which a hard bound shows


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
        self._lines = _lines(device, dtype) if self._mean else None
        self._scratch: dict[str, Array] = {}

    def write(self, weights: Array, out: Array, batch: Sequence[Terms], rate: Array, rng: np.random.Generator) -> None:
        """Put the weights after the update into `out`, which may be `weights` itself.

        Args:
            weights: W.
            out: of the same shape and dtype.
            batch: the terms of each micro-batch.
            rate: −α/N, shape (settings, 1, 1, 1), of the weights' dtype.
            rng: randomness of this array in this update.
        """
        if self._rule == "accumulated":
            change = self._sum(batch, rate, "change")
            self._apply(weights, out, change, None, rng)
        elif self._rule == "sample_wise" and self._mean:
            self._apply(weights, out, self._sum(batch, rate, "change"), self._sum_of_sizes(batch, rate), rng)
        elif self._rule == "sample_wise":
            total = np.zeros_like(weights)
            for unit in self._units(batch):
                total += self._one(weights, unit, rate, rng) - weights
            np.add(weights, total, out=out)
        else:
            now = weights
            for unit in self._units(batch):
                now = self._one(now, unit, rate, rng)
            np.copyto(out, now)

    def _apply(self, weights: Array, out: Array, change: Array, sizes: Array | None, rng: np.random.Generator) -> None:
        """One update with x = change, and Σ|x_u| = sizes, which is |x| if None."""
        if self._lines is not None:
            _mean_update(self._lines, weights, out, change, sizes, self._buffer("drift", weights))
            return
        flat, moved = _flat(weights), _flat(change)
        if sizes is None:
            after = self._fidelity.update(self._device, flat, moved, rng=rng)
        else:
            gains = self._device.gains(flat)
            after = self._device.settle(flat + moved * gains.symmetric - _flat(sizes) * gains.asymmetric)
        np.copyto(out, after.reshape(weights.shape), casting="same_kind")

    def _one(self, weights: Array, unit: Terms, rate: Array, rng: np.random.Generator) -> Array:
        """Weights after one unit on its own."""
        if isinstance(self._fidelity, FIDELITIES["stochastic"]) and unit.inputs.shape[-2] == 1:
            return self._rank_one(weights, unit, rate, rng)
        after = np.empty_like(weights)
        self._apply(weights, after, self._sum([unit], rate, "unit"), None, rng)
        return after

    def _rank_one(self, weights: Array, unit: Terms, rate: Array, rng: np.random.Generator) -> Array:
        """Stochastic pulses for one input vector; a setting's step size stands with its error."""
        inputs = np.broadcast_to(unit.inputs[..., 0, :], (*weights.shape[:2], weights.shape[-1]))
        errors = -rate[..., 0] * unit.errors[..., 0, :]
        rule: Any = self._fidelity
        after = rule.rank_one(self._device, weights, inputs, errors, step_size=1.0, rng=rng)
        return np.asarray(after, dtype=weights.dtype)

    def _units(self, batch: Sequence[Terms]) -> list[Terms]:
        if self._unit == "microbatch":
            return list(batch)
        return [
            Terms(errors[..., i : i + 1, :], inputs[..., i : i + 1, :])
            for errors, inputs in batch
            for i in range(inputs.shape[-2])
        ]

    def _sum(self, batch: Sequence[Terms], rate: Array, name: str) -> Array:
        """Σ over all terms of rate·δxᵀ, in a buffer that the next call overwrites."""
        return self._product([Terms(rate * terms.errors, terms.inputs) for terms in batch], name)

    def _sum_of_sizes(self, batch: Sequence[Terms], rate: Array) -> Array:
        """Σ_u |x_u|."""
        if self._unit == "vector":
            return self._product([Terms(np.abs(rate * t.errors), np.abs(t.inputs)) for t in batch], "sizes")
        total = np.zeros(())
        for terms in batch:
            total = total + np.abs(self._sum([terms], rate, "unit"))
        return total

    def _product(self, batch: Sequence[Terms], name: str) -> Array:
        first, *others = batch
        shape = (*first.errors.shape[:2], first.errors.shape[-1], first.inputs.shape[-1])
        total = self._buffer(name, first.errors, shape)
        np.matmul(np.swapaxes(first.errors, -1, -2), first.inputs, out=total)
        for terms in others:
            total += np.swapaxes(terms.errors, -1, -2) @ terms.inputs
        return total

    def _buffer(self, name: str, like: Array, shape: tuple[int, ...] | None = None) -> Array:
        wanted = like.shape if shape is None else shape
        found = self._scratch.get(name)
        if found is None or found.shape != wanted or found.dtype != like.dtype:
            found = self._scratch[name] = np.empty(wanted, dtype=like.dtype)
        return found


class _Lines(NamedTuple):
    """F = level + slope·w and G likewise, in the dtype of the weights; None where it is 1 or 0 throughout."""

    symmetric: tuple[Array, Array] | None
    asymmetric: tuple[Array, Array] | None


def _lines(device: Response, dtype: np.dtype[Any]) -> _Lines | None:
    """Coefficients of both parts, if the gains are affine everywhere: a hard bound is a kink."""
    far = np.array([[[-_FAR]], [[_FAR]]])
    lines = device.affine
    if lines is None or not np.array_equal(device.settle(far), np.broadcast_to(far, device.settle(far).shape)):
        return None
    up, down = lines
    even = (down.level + up.level) / 2, (down.slope + up.slope) / 2
    odd = (down.level - up.level) / 2, (down.slope - up.slope) / 2
    perfect = bool(np.all(even[0] == 1) and np.all(even[1] == 0))
    straight = bool(np.all(odd[0] == 0) and np.all(odd[1] == 0))

    def cast(pair: tuple[Array, Array]) -> tuple[Array, Array]:
        return np.asarray(pair[0], dtype=dtype), np.asarray(pair[1], dtype=dtype)

    return _Lines(None if perfect else cast(even), None if straight else cast(odd))


def _mean_update(lines: _Lines, weights: Array, out: Array, change: Array, sizes: Array | None, drift: Array) -> None:
    """out = w + x·F(w) − |x|·G(w) in few passes; overwrites `change`."""
    if lines.asymmetric is not None:
        moved = np.abs(change, out=drift) if sizes is None else np.multiply(sizes, 1, out=drift)
        _scale(moved, lines.asymmetric, weights)
    if lines.symmetric is not None:
        _scale(change, lines.symmetric, weights)
    if lines.asymmetric is not None:
        change -= moved
    np.add(weights, change, out=out)


def _scale(array: Array, line: tuple[Array, Array], weights: Array) -> None:
    """Multiply by level + slope·w in place; the coefficients broadcast with flat weights."""
    level, slope = line
    flat = _flat(array)
    if not level.any():
        flat *= _flat(weights)
        flat *= slope
    else:
        gain = _flat(weights) * slope
        gain += level
        flat *= gain


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


def is_digital(device: Response) -> bool:
    """Whether it is the ideal device."""
    return isinstance(device, DEVICES["ideal"])


def gains_of(device: Response, weights: Array) -> Gains:
    """F and G of an array's weights, of shape (settings, runs, rows · columns)."""
    return device.gains(_flat(weights))


def _flat(array: Array) -> Array:
    """(settings, runs, rows · columns), the shape that devices know; a view."""
    return array.reshape(*array.shape[:2], -1)
