"""Binomial numbers from uniform ones, so that settings which share the uniforms stay comparable."""

from functools import cache
from math import prod
from typing import Any

import numpy as np

from simulation import _loops
from simulation._arrays import FloatArray

PAYS_AFTER = 100_000_000
"""Numbers made by numpy before the loop (extra `fast`) is compiled: at 40 ns each they take as long as compiling."""
_CELLS = 12_800  # a piece: its half a dozen float64 arrays fit a second-level cache of 1 MiB
_made = [0]


def binomial(uniform: FloatArray, trials: FloatArray, probability: FloatArray) -> FloatArray:
    """Smallest n with P(N ≤ n) ≥ u, N ~ Binomial(trials, p), elementwise; NaN for a NaN probability.

    Inversion along the recursion P(n) = P(n−1)·(t−n+1)/n·p/(1−p), in float64 whatever comes in. It starts at
    (1−p)^t, which for p ≤ ½ and t ≤ 1000 is at least 1e-301; for p > ½ failures are counted instead, with 1 − u.
    """
    shape = np.broadcast_shapes(uniform.shape, trials.shape, probability.shape)
    ones = (1,) * len(shape)
    u, t, p = (np.reshape(array, (ones + array.shape)[-len(shape) :]) for array in (uniform, trials, probability))
    count = np.empty(shape)
    _made[0] += count.size
    if _made[0] >= PAYS_AFTER and _loops.available():
        _by_loop(u, t, p, count)
    elif count.ndim == 0 or count.size <= _CELLS:
        count[...] = _inverted(u, t, p)
    else:
        _in_pieces(u, t, p, count)
    return count


def _in_pieces(uniform: FloatArray, trials: FloatArray, probability: FloatArray, count: FloatArray) -> None:
    axis = int(np.argmax(count.shape))
    step = max(1, _CELLS * count.shape[axis] // count.size)
    for start in range(0, count.shape[axis], step):
        index = (*(slice(None),) * axis, slice(start, start + step))
        parts = (array if array.shape[axis] == 1 else array[index] for array in (uniform, trials, probability))
        count[index] = _inverted(*parts)


def _inverted(uniform: FloatArray, trials: FloatArray, probability: FloatArray) -> FloatArray:
    """`binomial` in one piece."""
    trials = np.asarray(trials, dtype=np.float64)
    flip = np.rint(probability, dtype=np.float64)  # 1 where p > ½; choosing by arithmetic is faster than by a mask
    rest = 1 - np.asarray(probability, dtype=np.float64)
    odds, keep = np.minimum(probability, rest), np.maximum(probability, rest)  # p/(1−p) to be, and 1−p
    level = np.abs(flip - uniform)
    odds = odds / keep
    total = _power(np.array(np.broadcast_to(keep, np.broadcast_shapes(level.shape, trials.shape))), trials)
    failed = np.minimum(_searched(level, total, odds, trials), trials)
    return np.abs(flip * trials - failed)


def _power(base: FloatArray, exponent: FloatArray) -> FloatArray:
    """base^exponent, by squaring the base, which is overwritten: products round alike everywhere, a power does not."""
    left = np.where(np.isnan(exponent), 0, exponent).astype(np.int64)
    result = np.where(left & 1, base, 1.0)
    while (left := left >> 1).any():
        np.multiply(base, base, out=base)
        np.multiply(result, np.where(left & 1, base, 1.0), out=result)
    return result


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


def _by_loop(uniform: FloatArray, trials: FloatArray, probability: FloatArray, count: FloatArray) -> None:
    """The same by one compiled loop; cells of equally many trials that lie together are searched side by side."""
    shape = count.shape
    axes = next((axis for axis, size in enumerate(reversed(trials.shape)) if size != 1), len(shape))
    outer = shape[: len(shape) - axes]
    rows, columns = prod(outer), prod(shape[len(shape) - axes :])
    each, u, p = np.empty((*outer, *(1,) * axes)), np.empty(shape), np.empty(shape)  # one type, hence compiled once
    for taken, array in zip((each, u, p), (trials, uniform, probability), strict=True):
        taken[...] = array
    _loop()(u.reshape(rows, columns), each.reshape(rows), p.reshape(rows, columns), count.reshape(rows, columns))


@cache
def _loop() -> Any:
    return _loops.compiler()(_search)


def _search(uniform: Any, trials: Any, probability: Any, count: Any) -> None:
    """`_inverted` row by row, each of one number of trials; short loops over few arrays become vector instructions."""
    columns = count.shape[1]
    rows = np.empty((5, columns))
    level, odds, keep, total, mass = rows[0], rows[1], rows[2], rows[3], rows[4]
    for i in range(count.shape[0]):
        t = trials[i]
        most = np.int64(t) if t == t else np.int64(0)  # noqa: PLR0124  # false for NaN
        for j in range(columns):
            p, u = probability[i, j], uniform[i, j]
            level[j] = 1.0 - u if p > 0.5 else u
            keep[j] = p if p > 0.5 else 1.0 - p
            odds[j] = (1.0 - p if p > 0.5 else p) / keep[j]
        total[:], count[i, :], left = 1.0, 0.0, most
        while left:
            if left & 1:
                for j in range(columns):
                    total[j] *= keep[j]
            left >>= 1
            for j in range(columns):
                keep[j] *= keep[j]
        mass[:] = total
        for n in range(1, most + 1):
            factor, below = (t - n + 1) / n, 0
            for j in range(columns):
                behind = level[j] > total[j]
                count[i, j] += 1.0 if behind else 0.0
                below += behind
            if not below:
                break
            for j in range(columns):
                mass[j] = mass[j] * factor * odds[j]
                total[j] += mass[j]
        for j in range(columns):
            p = probability[i, j]
            # As in numpy's way: failures where p > ½; 0·(p + t) is 0, or NaN if one of them is.
            count[i, j] = abs((t if p > 0.5 else 0.0 * (p + t)) - count[i, j])
