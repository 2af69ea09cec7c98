"""Binomial numbers from uniform ones, so that settings which share the uniforms stay comparable."""

import numpy as np

from simulation._arrays import FloatArray

_CELLS = 12_800  # a piece: its half a dozen float64 arrays fit a second-level cache of 1 MiB


def binomial(uniform: FloatArray, trials: FloatArray, probability: FloatArray) -> FloatArray:
    """Smallest n with P(N ≤ n) ≥ u, N ~ Binomial(trials, p), elementwise; NaN for a NaN probability.

    Inversion along the recursion P(n) = P(n−1)·(t−n+1)/n·p/(1−p), in float64 whatever comes in. It starts at
    (1−p)^t, which for p ≤ ½ and t ≤ 1000 is at least 1e-301; for p > ½ failures are counted instead, with 1 − u.
    """
    shape = np.broadcast_shapes(uniform.shape, trials.shape, probability.shape)
    ones = (1,) * len(shape)
    u, t, p = (np.reshape(array, (ones + array.shape)[-len(shape) :]) for array in (uniform, trials, probability))
    count = np.empty(shape)
    if count.ndim == 0 or count.size <= _CELLS:
        count[...] = _inverted(u, t, p)
        return count
    axis = int(np.argmax(shape))
    step = max(1, _CELLS * shape[axis] // count.size)
    for start in range(0, shape[axis], step):
        index = (*(slice(None),) * axis, slice(start, start + step))
        count[index] = _inverted(*(array if array.shape[axis] == 1 else array[index] for array in (u, t, p)))
    return count


def _inverted(uniform: FloatArray, trials: FloatArray, probability: FloatArray) -> FloatArray:
    """`binomial` in one piece."""
    trials = np.asarray(trials, dtype=np.float64)
    flip = np.rint(probability, dtype=np.float64)  # 1 where p > ½; choosing by arithmetic is faster than by a mask
    rest = 1 - np.asarray(probability, dtype=np.float64)
    odds, keep = np.minimum(probability, rest), np.maximum(probability, rest)  # p/(1−p) to be, and 1−p
    level = np.abs(flip - uniform)
    odds = odds / keep
    total = np.asarray(np.broadcast_to(keep**trials, np.broadcast_shapes(level.shape, trials.shape)))
    failed = np.minimum(_searched(level, total, odds, trials), trials)
    return np.abs(flip * trials - failed)


def _searched(level: FloatArray, start: FloatArray, odds: FloatArray, trials: FloatArray) -> FloatArray:
    """How many partial sums of the law, from P(0) = `start` on, are below the level."""
    most = int(np.fmax.reduce(trials, axis=None, initial=0))  # of those that are numbers: a lost run has none
    count = np.zeros(start.shape, np.uint8 if most < 256 else np.uint16)
    total, mass, below = start.copy(), start.copy(), np.empty(start.shape, np.bool_)
    for n in range(1, most + 1):
        np.greater(level, total, out=below)
        if not below.any():
            break
        np.add(count, below.view(np.uint8), out=count)
        # Beyond n = t the mass is 0: those cells stay below at most for a rounding, and the caller cuts them off.
        np.multiply(mass, (trials - n + 1) / n, out=mass)
        np.multiply(mass, odds, out=mass)
        np.add(total, mass, out=total)
    return count
