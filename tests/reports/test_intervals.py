"""The interval for a mean: how often it misses, for symmetric and for skewed values."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import t

from reports.intervals import interval

TRIALS = 6_000


def missed(samples: np.ndarray, mean: float, level: float) -> float:
    """Share of the samples whose interval does not hold the mean, over the level."""
    ends = np.array([interval(sample, level) for sample in samples])
    return float(((ends[:, 0] > mean) | (ends[:, 1] < mean)).mean()) / level


@pytest.mark.parametrize("count", [8, 32])
@pytest.mark.parametrize("level", [0.05, 0.01])
@pytest.mark.parametrize(("shape", "allowed"), [(None, 1.0), (16.0, 1.0), (4.0, 1.25)])
def test_interval_misses_the_mean_no_more_often_than_it_says(
    count: int, level: float, shape: float | None, allowed: float
) -> None:
    """Normal values and gamma ones of skewness 1/2 and 1; what is allowed for the last is what 8 values leave."""
    rng = np.random.default_rng(1)
    size = (TRIALS, count)
    samples = rng.normal(3.0, 2.0, size) if shape is None else rng.gamma(shape, size=size)
    # Of Binomial(6 000, level) 4 standard deviations: a false alarm in 1 of 30 000.
    noise = 4 * np.sqrt((1 - level) / (level * TRIALS))
    assert missed(samples, 3.0 if shape is None else shape, level) < allowed + noise


def test_students_interval_alone_would_miss_the_mean_of_skewed_values_more_often() -> None:
    samples, level = np.random.default_rng(2).gamma(1.0, size=(TRIALS, 16)), 0.01
    reach = t.ppf(1 - level / 2, 15) * samples.std(axis=1, ddof=1) / 4
    alone = float((np.abs(samples.mean(axis=1) - 1) > reach).mean()) / level
    assert missed(samples, 1.0, level) < alone / 2


def test_interval_holds_students_and_falls_back_to_it_for_symmetric_values() -> None:
    symmetric = np.array([-2.0, -1, 0, 1, 2] * 4)
    reach = t.ppf(0.995, 19) * symmetric.std(ddof=1) / np.sqrt(20)
    assert interval(symmetric, 0.01) == pytest.approx((-reach, reach), rel=1e-9)  # rounding of some twenty sums
    skewed = np.random.default_rng(3).exponential(size=16)
    reach = t.ppf(0.995, 15) * skewed.std(ddof=1) / 4
    low, high = interval(skewed, 0.01)
    assert low <= skewed.mean() - reach
    assert high > skewed.mean() + reach  # a tail to the right hides values above the mean seen


def test_interval_of_identical_values_is_that_value() -> None:
    assert interval(np.full(9, 0.1), 0.01) == (0.1, 0.1)


def test_intervals_at_smaller_levels_are_wider() -> None:
    sample = np.random.default_rng(5).gamma(2.0, size=12)
    ends = [interval(sample, level) for level in (0.5, 0.1, 1e-3, 1e-6, 1e-12)]
    assert all(a[0] > b[0] and a[1] < b[1] for a, b in pairwise(ends))
