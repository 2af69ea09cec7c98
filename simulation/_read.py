"""Reads through an array: quantised, bounded, noisy matrix products, forward and backward."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, integer, nonnegative_array, positive_array


@dataclass(frozen=True, kw_only=True, eq=False)
class Read:
    """y ≈ W x as converters and wires give it; every sample is scaled and bounded by itself.

    With m = max|x| ('abs_max') or 1 ('none') and f = 1:
    z = clip(round(x/(m·f), 2·b_in·r_in), ±b_in); y = W z + σ_w‖z‖ξ + σ_out ξ';
    y = clip(round(y, 2·b_out·r_out), ±b_out); result y·m·f,
    where round(·, s) is to multiples of s. With `doublings` > 0 a sample whose rounded output exceeded b_out is
    read again with twice the f, at most so many times.

    Raises:
        ValueError: if a bound is not finite and > 0, a resolution or deviation not finite and ≥ 0,
            `doublings` not an integer ≥ 0, or `scaling` unknown.

    Source: Gokmen, Onen and Haensch, Front. Neurosci. 11:538 (2017); the peer's IOParameters, whose defaults
    these are but for its output noise of 0.06 and its 4 doublings in forward reads (none in backward ones).
    """

    input_bound: float = 1.0
    """b_in, largest scaled input."""
    input_resolution: float = 1 / 126
    """r_in, a step of the input converter as a fraction of its range 2·b_in; 0 for no rounding."""
    output_bound: float = 12.0
    """b_out, largest scaled output [weight units · scaled input]."""
    output_resolution: float = 1 / 510
    """r_out, a step of the output converter as a fraction of its range 2·b_out; 0 for no rounding."""
    output_noise: float = 0.0
    """σ_out, deviation of the scaled output."""
    weight_noise: float = 0.0
    """σ_w, deviation of each weight from read to read [weight units]."""
    scaling: Literal["abs_max", "none"] = "abs_max"
    """Whether inputs are divided by their largest magnitude."""
    doublings: int = 0
    """How often at most a clipped read is repeated with half the input."""

    def __post_init__(self) -> None:
        """Validate the fields."""
        for name in ("input_bound", "output_bound"):
            object.__setattr__(self, name, float(positive_array(name, getattr(self, name))))
        for name in ("input_resolution", "output_resolution", "output_noise", "weight_noise"):
            object.__setattr__(self, name, float(nonnegative_array(name, getattr(self, name))))
        object.__setattr__(self, "doublings", integer("doublings", self.doublings, minimum=0))
        if self.scaling not in ("abs_max", "none"):
            raise ValueError(f"scaling must be 'abs_max' or 'none', got {self.scaling!r}")

    def forward(self, weights: FloatArray, inputs: FloatArray, *, rng: np.random.Generator | None = None) -> FloatArray:
        """W x for inputs (…, samples, in) and weights (…, out, in): (…, samples, out).

        Raises:
            ValueError: if there is noise but no `rng`.
        """
        largest = np.abs(inputs).max(axis=-1, keepdims=True)
        # A sample of zeros is read as zeros, whatever it is divided by.
        scale = np.where(largest > 0, largest, 1.0) if self.scaling == "abs_max" else np.ones_like(largest)
        result, clipped = self._once(weights, inputs / scale, rng)
        factor = np.ones_like(scale)
        for _ in range(self.doublings):
            if not clipped.any():
                break
            factor = np.where(clipped, 2 * factor, factor)
            again, clipped_again = self._once(weights, inputs / (scale * factor), rng)
            result, clipped = np.where(clipped, again, result), clipped & clipped_again
        return np.asarray(result * scale * factor)

    def backward(
        self, weights: FloatArray, errors: FloatArray, *, rng: np.random.Generator | None = None
    ) -> FloatArray:
        """Wᵀ d for errors (…, samples, out) and weights (…, out, in): (…, samples, in)."""
        return self.forward(np.swapaxes(weights, -1, -2), errors, rng=rng)

    def _once(
        self, weights: FloatArray, inputs: FloatArray, rng: np.random.Generator | None
    ) -> tuple[FloatArray, NDArray[np.bool_]]:
        """One conversion, product, conversion; and which samples exceeded the output bound (…, samples, 1)."""
        sent = np.clip(
            _rounded(inputs, 2 * self.input_bound * self.input_resolution), -self.input_bound, self.input_bound
        )
        output = sent @ np.swapaxes(weights, -1, -2)
        if self.output_noise > 0 or self.weight_noise > 0:
            if rng is None:
                raise ValueError("rng must be a Generator for noisy reads, got None")
            # Independent normal errors of all weights add up to one of deviation σ_w‖z‖ in each output.
            spread = np.hypot(self.output_noise, self.weight_noise * np.linalg.norm(sent, axis=-1, keepdims=True))
            output = output + spread * rng.standard_normal(output.shape)
        output = _rounded(output, 2 * self.output_bound * self.output_resolution)
        # The last step of the converter is the bound itself, up to rounding: it is not beyond.
        beyond = self.output_bound * (1 + 4 * np.finfo(np.float64).eps)
        clipped = np.any(np.abs(output) > beyond, axis=-1, keepdims=True)
        return np.clip(output, -self.output_bound, self.output_bound), np.asarray(clipped)


def _rounded(values: FloatArray, step: float) -> FloatArray:
    return np.rint(values / step) * step if step > 0 else values
