"""What a noise is to the mean dynamics: how large a signal is on average, its sign left out."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr, lambdify

from theory.predictions._checks import FloatArray, finite, nonnegative
from theory.symbols import h, v


@dataclass(frozen=True, kw_only=True)
class FoldedNoise:
    """A noise n of mean 0 and variance σ_d², known by E|h+n|.

    Raises:
        ValueError: if `folded_mean` mentions anything but the gradient h and the noise variance σ_d².
    """

    title: str
    folded_mean: Expr
    """E|h+n| as a function of h and σ_d² > 0 [gradient units]."""

    def __post_init__(self) -> None:
        """Refuse foreign symbols: they would have no value."""
        if foreign := self.folded_mean.free_symbols - {h, v}:
            raise ValueError(f"folded_mean must only mention {h} and {v}, got {sorted(map(str, foreign))}")

    def at(self, gradient: ArrayLike, noise_variance: ArrayLike) -> FloatArray:
        """E|h+n| at numbers; without noise it is |h|. Arrays broadcast; the error is that of float64.

        Raises:
            ValueError: if a gradient is not finite, or a variance not finite and ≥ 0.
        """
        mean, variance = finite("gradient", gradient), nonnegative("noise_variance", noise_variance)
        silent = variance == 0
        with np.errstate(over="ignore"):  # h²/σ² = inf is the limit of no noise, and read as such by exp and erf
            noisy = self._compiled(mean, np.where(silent, 1.0, variance))
        return np.where(silent, np.abs(mean), noisy)

    @cached_property
    def _compiled(self) -> Any:
        return lambdify((h, v), self.folded_mean, modules="scipy")
