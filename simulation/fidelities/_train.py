"""Trains of pulses on cells: w ← w ± Δw_min·(q±(w) + σ_c·ξ), as many times as a count says."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, integer, nonnegative_array, positive_array
from simulation.devices._response import Affine, Response
from simulation.fidelities._fidelity import UpdateRule, required

NoiseKind = Literal["additive", "multiplicative"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PulseRule(UpdateRule):
    """Base of the fidelities that count pulses.

    Raises:
        ValueError: if `dw_min` is not finite and > 0, `cycle_noise` not finite and ≥ 0, `cycle_kind` unknown,
            or `max_pulses` not an integer in 1..2⁵³.
    """

    dw_min: float | FloatArray = 0.001
    """Δw_min, the change that one pulse makes where the gain is 1 [weight units]."""
    cycle_noise: float | FloatArray = 0.0
    """σ_c, standard deviation of a pulse's gain from cycle to cycle [dimensionless]."""
    cycle_kind: NoiseKind = "additive"
    """'additive': q + σ_c·ξ; 'multiplicative': q·(1 + σ_c·ξ)."""
    max_pulses: int = 1_000_000
    """Largest pulse count of one update that is taken for intended."""

    def __post_init__(self) -> None:
        """Validate and freeze the fields."""
        object.__setattr__(self, "dw_min", positive_array("dw_min", self.dw_min))
        object.__setattr__(self, "cycle_noise", nonnegative_array("cycle_noise", self.cycle_noise))
        if self.cycle_kind not in ("additive", "multiplicative"):
            raise ValueError(f"cycle_kind must be 'additive' or 'multiplicative', got {self.cycle_kind!r}")
        # Beyond 2⁵³ a count is no longer a float64 integer.
        object.__setattr__(self, "max_pulses", integer("max_pulses", self.max_pulses, minimum=1, maximum=2**53))

    def require_counts(self, counts: FloatArray) -> FloatArray:
        """Return the counts, none of which may exceed `max_pulses`. NaN passes: that run is lost already.

        Raises:
            ValueError: naming the largest count and what may be changed.
        """
        if np.any(counts > self.max_pulses):
            raise ValueError(
                f"pulses of one update must be <= max_pulses = {self.max_pulses}, got {np.nanmax(counts):.6g}: "
                f"the change asked for is too large for dw_min = {np.min(self.dw_min):.6g}; lower step_size"
            )
        return counts

    def train(
        self,
        device: Response,
        weights: FloatArray,
        sign: FloatArray,
        counts: FloatArray,
        rng: np.random.Generator | None = None,
        *,
        own_axes: int = 2,
    ) -> FloatArray:
        """Weights after `counts` pulses of the given sign on each cell; counts of NaN give NaN.

        In closed form if the gains are affine, the pulses alike and none oversteps; pulse by pulse otherwise.
        A bound is then applied once: pulses of one sign never come back from it. Noise is drawn for the last
        `own_axes` axes and shared by those before, the settings.
        """
        lines = device.affine
        noisy = bool(np.any(self.cycle_noise))
        counts = counts.astype(weights.dtype, copy=False)
        if not noisy and lines is not None and _contracts(lines, self.dw_min):
            return device.settle(closed_form(lines, device, weights, sign, counts, self.dw_min))
        weights = np.where(np.isnan(counts), np.asarray(np.nan, weights.dtype), weights)
        for pulse in range(int(np.max(counts, initial=0, where=~np.isnan(counts)))):
            gain = np.where(sign > 0, device.q_plus(weights), device.q_minus(weights))
            if noisy:
                normal = required(rng).standard_normal(weights.shape[-own_axes:])
                gain = self._noisy(gain, normal.astype(weights.dtype, copy=False))
            moved = device.settle(weights + sign * (self.dw_min * gain))
            weights = np.where(pulse < counts, moved, weights)
        return weights

    def _noisy(self, gain: FloatArray, normal: FloatArray) -> FloatArray:
        noise = self.cycle_noise * normal
        return np.asarray(gain + noise if self.cycle_kind == "additive" else gain * (1 + noise))


def ceiling(quotient: FloatArray) -> FloatArray:
    """⌈q⌉ for q ≥ 0, but the integer itself where q is within a few roundings above it.

    Without this 1.1/0.1 = 11.000000000000002 would cost a twelfth pulse.
    """
    nearest = np.rint(quotient)
    tolerated = nearest * (1 + 4 * float(np.finfo(np.result_type(quotient)).eps))
    return np.where(quotient <= tolerated, nearest, np.ceil(quotient))


def closed_form(
    lines: Affine,
    device: Response,
    weights: FloatArray,
    sign: FloatArray,
    counts: FloatArray,
    dw_min: float | FloatArray,
) -> FloatArray:
    """w_n = w₀ ± Δw_min·q±(w₀)·(1 − rⁿ)/(1 − r), r = 1 ± Δw_min·slope±: affine gains, before bounds.

    For the asymmetric linear device and up-pulses this is τ − (τ − w₀)(1 − Δw_min/τ)ⁿ.
    Source: the geometric sum, as q±(w_{n+1}) = r·q±(w_n).
    """
    up = sign > 0
    gain = _chosen(up, device.q_plus(weights), device.q_minus(weights))
    falls = [np.asarray(dw_min * part, weights.dtype) for part in (lines.minus.slope, -lines.plus.slope)]  # 1 − r
    pulses = _looked_up(falls, up, counts)
    if pulses is None:
        pulses = _effective(np.where(up, falls[1], falls[0]), counts)
    return weights + sign * (dw_min * gain * pulses)


def _chosen(mask: NDArray[np.bool_], yes: FloatArray, no: FloatArray) -> FloatArray:
    """np.where, but by operations on bits where it can be: a mask without order costs it a wrong guess a cell."""
    if not (mask.shape == yes.shape == no.shape and yes.dtype == no.dtype and yes.ndim):
        return np.where(mask, yes, no)
    kind = np.dtype(f"i{yes.dtype.itemsize}")
    first, second = yes.view(kind), no.view(kind)
    chosen = first ^ second
    chosen &= -mask.astype(kind)
    chosen ^= second
    result: FloatArray = chosen.view(yes.dtype)
    return result


def _effective(fall: FloatArray, counts: FloatArray) -> FloatArray:
    """(1 − rⁿ)/(1 − r) for 1 − r = `fall`: what n pulses do, in units of the first."""
    with np.errstate(divide="ignore", invalid="ignore"):
        # expm1 and log1p: fall may be 1e-9, of which 1 − rⁿ would keep 7 digits.
        return np.where(fall == 0, counts, -np.expm1(counts * np.log1p(-fall)) / fall)


def _looked_up(falls: list[FloatArray], up: NDArray[np.bool_], counts: FloatArray) -> FloatArray | None:
    """`_effective` by a table over counts, if that is much smaller than the array; None if not."""
    shape = np.broadcast_shapes(falls[0].shape, falls[1].shape)
    most, kinds = np.max(counts, initial=0), math.prod(shape)
    if not 8 * kinds * (most + 1) <= counts.size or len(shape) > counts.ndim:  # nor if there is a NaN
        return None
    width = int(most) + 1
    both = np.stack([np.broadcast_to(fall, shape) for fall in falls]).reshape(2 * kinds, 1)
    table = _effective(both, np.arange(width, dtype=counts.dtype))
    row = width * np.arange(kinds).reshape(shape)
    return table.take(counts.astype(np.intp) + (row + width * kinds * up))


def _contracts(lines: Affine, dw_min: float | FloatArray) -> bool:
    """Whether no pulse oversteps the zero of its gain: r > 0 for both signs."""
    return all(bool(np.all(dw_min * fall < 1)) for fall in (-lines.plus.slope, lines.minus.slope))
