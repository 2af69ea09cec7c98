"""Stochastic pulse trains: coincidences of random bits on rows and columns make a rank-one update."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, boolean, integer, positive_array
from simulation.devices._response import Gains, Response
from simulation.fidelities._binomial import binomial
from simulation.fidelities._fidelity import required
from simulation.fidelities._train import PulseRule, ceiling


class Trains(NamedTuple):
    """What is sent for one rank-one update: slots and the probability of a bit in each of them."""

    slots: FloatArray
    """BL, shape (…,)."""
    columns: FloatArray
    """p_x, shape (…, inputs)."""
    rows: FloatArray
    """p_d, shape (…, outputs)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fidelity(PulseRule):
    """Cell (i, j) gets N_ij pulses of the sign of −d_i·x_j, N_ij = Σ over BL slots of bit(p_d,i)·bit(p_x,j).

    With k = η·max|x|·max|d|/g and L = `bit_length`:
    BL = min(⌈k⌉, L) with bit-length management, else L;
    p_x = min(1, b·|x|), p_d = min(1, a·|d|), a·b = η/(g·BL), a = b without update management;
    with it a = √(η/(g·BL))·√(max|x|/d*), d* = max|d|·min(1, L/k), so that only d saturates.
    Hence E N·g = η|d·x| if nothing saturates, and never more than L·g.

    Raises:
        ValueError: if a field is out of range.

    Source: Gokmen and Vlasov, Front. Neurosci. 10:333 (2016); the peer's StochasticCompressed.
    """

    bit_length: int = 31
    """L, slots at most, in 1..1000."""
    update_management: bool = True
    """Whether the probabilities of rows and columns are balanced."""
    bit_length_management: bool = True
    """Whether fewer slots are used where fewer suffice."""
    correlated: bool = True
    """Whether the cells of a row, and of a column, share their bits as in hardware; otherwise each N_ij is
    drawn from its binomial law independently."""
    granularity: float | None = None
    """g, the change a pulse that the counts are computed with; `dw_min` if None [weight units]."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        super().__post_init__()
        object.__setattr__(self, "bit_length", integer("bit_length", self.bit_length, minimum=1, maximum=1000))
        for name in ("update_management", "bit_length_management", "correlated"):
            object.__setattr__(self, name, boolean(name, getattr(self, name)))
        if self.granularity is not None:
            object.__setattr__(self, "granularity", positive_array("granularity", self.granularity))

    @property
    def random(self) -> bool:
        """Always."""
        return True

    def update(
        self,
        device: Response,
        weights: FloatArray,
        change: FloatArray,
        *,
        gains: Gains | None = None,
        rng: np.random.Generator | None = None,
    ) -> FloatArray:
        """The change as one column: x = 1, d = −x, η = 1; the rows are the coordinates of a run."""
        signal = np.broadcast_to(-np.asarray(change), np.broadcast_shapes(np.shape(weights), np.shape(change)))
        one = np.ones((*signal.shape[:-1], 1), signal.dtype)
        count, sign = self._counts(self.trains(one, signal, 1.0), required(rng))[..., 0], -np.sign(signal)
        # A bit of a probability that is not a number is none; the run is lost all the same.
        return self.train(device, weights, sign, count + 0 * sign if self.correlated else count, rng)

    def rank_one(
        self,
        device: Response,
        weights: FloatArray,
        inputs: FloatArray,
        errors: FloatArray,
        *,
        step_size: float,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Weights (…, outputs, inputs) after the desired change −η·d·xᵀ.

        Args:
            device: the response functions.
            weights: W, shape (…, outputs, inputs).
            inputs: x, shape (…, inputs).
            errors: d, the propagated error, shape (…, outputs).
            step_size: η > 0.
            rng: source of the bits; drawn for the last three axes of W, shared by those before (settings).

        Raises:
            ValueError: if `step_size` is not finite and > 0, or (numpy's) the shapes do not fit.
        """
        rate = float(positive_array("step_size", step_size))
        counts = self._counts(self.trains(np.asarray(inputs), np.asarray(errors), rate), rng)
        sign = -np.sign(errors)[..., :, np.newaxis] * np.sign(inputs)[..., np.newaxis, :]
        return self.train(device, weights, sign, counts + 0 * sign, rng, own_axes=3)

    def trains(self, inputs: FloatArray, errors: FloatArray, rate: float) -> Trains:
        """BL and the probabilities of the bits for x (…, inputs) and d (…, outputs)."""
        unit = self.dw_min if self.granularity is None else self.granularity
        x, d = np.abs(inputs), np.abs(errors)
        x_max, d_max = x.max(axis=-1, keepdims=True), d.max(axis=-1, keepdims=True)
        wanted = rate * x_max * d_max / unit  # k
        limit = float(self.bit_length)
        slots = np.minimum(ceiling(wanted), limit) if self.bit_length_management else limit + 0 * wanted
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            # An update of nothing divides 0 by 0: its probabilities are 0.
            ratio = np.sqrt(x_max / (d_max * np.minimum(1, limit / wanted))) if self.update_management else 1.0
            scale = np.sqrt(rate / (unit * slots))
            columns = np.where(wanted == 0, 0.0, np.minimum(1, scale / ratio * x))
            rows = np.where(wanted == 0, 0.0, np.minimum(1, scale * ratio * d))
        return Trains(slots[..., 0], columns, rows)

    def _counts(self, trains: Trains, rng: np.random.Generator) -> FloatArray:
        """Pulses on each cell, shape (…, outputs, inputs)."""
        if self.correlated:
            return self._coincidences(trains, rng)
        probability = trains.rows[..., :, np.newaxis] * trains.columns[..., np.newaxis, :]
        uniform = rng.random(probability.shape[-3:])
        return binomial(uniform, trains.slots[..., np.newaxis, np.newaxis], probability)

    def _coincidences(self, trains: Trains, rng: np.random.Generator) -> FloatArray:
        """Σ over slots of row bit times column bit. All L slots are drawn, so that settings do not shift them."""
        sent = np.arange(self.bit_length) < trains.slots[..., np.newaxis]
        columns = self._bits(trains.columns, rng) & sent[..., np.newaxis, :]
        rows = self._bits(trains.rows, rng)
        # Counts up to 1000 are exact in float32, and its product is the fast one.
        product = rows.astype(np.float32) @ np.swapaxes(columns, -1, -2).astype(np.float32)
        return product.astype(np.float64)

    def _bits(self, probability: FloatArray, rng: np.random.Generator) -> NDArray[np.bool_]:
        uniform = rng.random((*probability.shape[-2:], self.bit_length))
        return np.asarray(uniform < probability[..., np.newaxis])
