"""The analog update: the only place where a device changes a weight."""

from typing import Any

import numpy as np

from simulation import _compiled
from simulation._arrays import FloatArray
from simulation._blocks import BYTES, free_axis, pieces
from simulation._compiled import Kernel
from simulation.devices._response import Gains, Response


def response(device: Response, weights: FloatArray, signal: FloatArray) -> FloatArray:
    """Φ_w(g) = F(w)·g + G(w)·|g|, the signal g as the device at w lets it through [units of g].

    Elementwise; shapes broadcast, numpy's ValueError if they cannot.
    Source: arXiv:2410.15155, section 2.
    """
    symmetric, asymmetric = device.gains(weights)
    return symmetric * signal + asymmetric * np.abs(signal)


def analog_update(
    device: Response,
    weights: FloatArray,
    change: FloatArray,
    *,
    gains: Gains | None = None,
    out: FloatArray | None = None,
    kernel: Kernel = "auto",
) -> FloatArray:
    """U(w, x) = w + x·F(w) − |x|·G(w), the weights after a desired change x [weight units].

    With x = −αg, α > 0, this is w − α·Φ_w(g). A device with hard bounds then clips the result to them. Large
    arrays are worked on in pieces that fit the cache, or by one compiled loop; neither changes a bit.

    Args:
        device: the response functions.
        weights: w, any shape.
        change: x, the change that a perfect device would make; broadcasts with w.
        gains: `device.gains(weights)` if the caller has it already; computed here otherwise.
        out: where the result goes, of the shape and precision of w; it may be `weights` or `change` itself.
        kernel: 'numpy', 'numba' (extra `fast`), or 'auto': numba where it can be had, once an amount of work
            makes up for the second that compiling takes.

    Raises:
        ValueError: (numpy's) if the shapes do not broadcast; if `kernel` is 'numba' and cannot be had.

    Source: arXiv:2410.15155, section 2.
    """
    if kernel != "numpy":
        moved = _compiled.update(step, device, weights, change, out=out, demanded=kernel == "numba")
        if moved is not None:
            return moved
    if isinstance(weights, np.ndarray) and weights.nbytes >= 4 * BYTES:  # fewer pieces gain nothing
        moved = _in_pieces(device, weights, change, gains, out)
        if moved is not None:
            return moved
    moved = step(device, weights, change, gains)
    if out is None:
        return moved
    out[...] = moved
    return out


def step(device: Response, weights: Any, change: Any, gains: Gains | None = None) -> FloatArray:
    """The formula, also of symbols that stand for weights and changes: `_compiled` reads it off this function."""
    symmetric, asymmetric = device.gains(weights) if gains is None else gains
    moved = change if _is_one(symmetric) else change * symmetric
    return device.settle(weights + moved - np.abs(change) * asymmetric)


def _is_one(gain: Any) -> bool:
    """Whether a gain is the constant 1, by which nothing need be multiplied."""
    if not isinstance(gain, np.ndarray) or gain.size == 0 or any(gain.strides):
        return False
    return bool(gain[(0,) * gain.ndim] == 1)


def _in_pieces(
    device: Response, weights: FloatArray, change: FloatArray, gains: Gains | None, out: FloatArray | None
) -> FloatArray | None:
    """`step`, piece by piece in two scratch arrays; None if the arrays are not alike or cannot be cut."""
    alike = [change, *(gains or ()), *([] if out is None else [out])]
    if any(array.shape != weights.shape or array.dtype != weights.dtype for array in alike):
        return None
    axis = free_axis(device, weights.shape, weights.dtype)
    if axis is None:
        return None
    result = np.empty_like(weights) if out is None else out
    moved = drift = np.empty(())
    for index in pieces(weights.shape, axis, weights.itemsize):
        piece, x, into = weights[index], change[index], result[index]
        if piece.shape != moved.shape:  # the first piece, and the last if it is shorter
            moved, drift = np.empty_like(piece), np.empty_like(piece)
        parts = device.gains(piece) if gains is None else Gains(*(gain[index] for gain in gains))
        _piece(device, (piece, x, into), parts, (moved, drift))
    return result


def _piece(
    device: Response,
    arrays: tuple[FloatArray, FloatArray, FloatArray],
    gains: Gains,
    scratch: tuple[FloatArray, FloatArray],
) -> None:
    """The operations of `step` in its order, without new arrays but those of the device."""
    (weights, change, into), (moved, drift), (symmetric, asymmetric) = arrays, scratch, gains
    np.abs(change, out=drift)
    np.multiply(drift, asymmetric, out=drift)
    # From here on `into`, which may be the weights or the change itself, is written.
    if _is_one(symmetric):
        np.add(weights, change, out=into)
    else:
        np.multiply(change, symmetric, out=moved)
        np.add(weights, moved, out=into)
    np.subtract(into, drift, out=into)
    settled = device.settle(into)
    if settled is not into:
        into[...] = settled
