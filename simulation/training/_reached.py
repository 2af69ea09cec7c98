"""When a curve of training first reaches a level."""

import numpy as np
from numpy.typing import ArrayLike

from simulation._arrays import FloatArray


def first_reached(values: ArrayLike, places: ArrayLike, level: float) -> FloatArray:
    """Where each run's curve first is at least `level`, interpolated between records.

    Args:
        values: the curves, (records, runs), such as accuracies.
        places: where the records are, (records,), such as clocks.
        level: in the units of the values.

    Returns:
        The place for each run, (runs,) [units of the places]: the first record's for a curve that starts there, NaN
        for one that never does.
    """
    curves, where = np.asarray(values, dtype=np.float64), np.asarray(places, dtype=np.float64)
    above, run = curves >= level, np.arange(curves.shape[1])
    first = np.maximum(np.argmax(above, axis=0), 1)
    low, high = curves[first - 1, run], curves[first, run]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(above[0], 0, (level - low) / (high - low))
    return np.where(above.any(axis=0), where[first - 1] + share * (where[first] - where[first - 1]), np.nan)
