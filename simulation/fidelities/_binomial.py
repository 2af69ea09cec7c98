"""Binomial numbers from uniform ones, so that settings which share the uniforms stay comparable."""

import numpy as np

from simulation._arrays import FloatArray


def binomial(uniform: FloatArray, trials: FloatArray, probability: FloatArray) -> FloatArray:
    """Smallest n with P(N ≤ n) ≥ u, N ~ Binomial(trials, p), elementwise; NaN for a NaN probability.

    Inversion along the recursion P(n) = P(n−1)·(t−n+1)/n·p/(1−p). It starts at (1−p)^t, which for p ≤ ½ and
    t ≤ 1000 is at least 1e-301; for p > ½ failures are counted instead, with 1 − u.
    """
    uniform, trials, probability = np.broadcast_arrays(uniform, trials, probability)
    flipped = probability > 0.5
    p = np.where(flipped, 1 - probability, probability)
    level = np.where(flipped, 1 - uniform, uniform)
    odds = p / (1 - p)
    mass = np.power(1 - p, trials)
    total, count = mass.copy(), np.zeros_like(mass)
    for n in range(1, int(np.max(trials, initial=0)) + 1):
        open_ = (level > total) & (n <= trials)
        if not open_.any():
            break
        count += open_
        mass = mass * ((trials - n + 1) / n) * odds
        total += mass
    count = np.where(flipped, trials - count, count)
    return np.where(np.isnan(probability), np.nan, count)
