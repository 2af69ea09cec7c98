"""Differences between the cells of one array."""

from typing import Literal

import numpy as np

from simulation._arrays import FloatArray, nonnegative_array, positive_array

Law = Literal["normal", "lognormal"]


def scatter(
    nominal: float, *, spread: float, shape: tuple[int, ...], rng: np.random.Generator, law: Law = "normal"
) -> FloatArray:
    """One value a cell around `nominal`: |nominal·(1 + spread·ξ)|, or nominal·e^{spread·ξ}, ξ standard normal.

    For example `tau=scatter(1.0, spread=0.3, shape=(1, 1, dimension), rng=rng)`: one τ a cell.

    Raises:
        ValueError: if `nominal` is not finite and > 0, `spread` not finite and ≥ 0, or the law unknown.

    Source: the peer's `*_dtod` parameters.
    """
    centre, relative = positive_array("nominal", nominal), nonnegative_array("spread", spread)
    deviation = relative * rng.standard_normal(shape)
    if law == "normal":
        return np.asarray(np.abs(centre * (1 + deviation)))
    if law == "lognormal":
        return np.asarray(centre * np.exp(deviation))
    raise ValueError(f"law must be 'normal' or 'lognormal', got {law!r}")
