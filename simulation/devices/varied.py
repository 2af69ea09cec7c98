"""Any device whose gains differ from cell to cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from simulation._arrays import FloatArray, nonnegative_array, positive_array
from simulation.devices._response import Affine, Line, Response
from simulation.devices._variation import Law, scatter


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Response):
    """q± of `base`, times a factor of each cell's own; bounds and domain are those of `base`.

    Variation of a field of the base itself, such as τ, is an array in that field (see `scatter`).

    Raises:
        ValueError: if `base` is no device, or a factor is not finite and > 0.

    Source: the peer's dw_min_dtod and up_down_dtod.
    """

    base: Response
    """The device that varies."""
    factor_up: float | FloatArray = 1.0
    """Factor of q₊, broadcasts with the weights: shape (1, 1, dimension) for one array, (1, runs, dimension)
    for an array of its own in each run."""
    factor_down: float | FloatArray = 1.0
    """Factor of q₋, broadcasts with the weights."""
    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "base": {"name": "asymmetric_linear", "tau": 1.0},
        "factor_up": 1.1,
        "factor_down": 0.9,
    }
    """Fields of one device of this kind, as in an experiment file."""

    def __post_init__(self) -> None:
        """Validate and freeze the factors."""
        if not isinstance(self.base, Response):
            raise ValueError(f"base must be a device, got {self.base!r}")
        for name in ("factor_up", "factor_down"):
            object.__setattr__(self, name, positive_array(name, getattr(self, name)))

    @classmethod
    def random(
        cls,
        base: Response,
        *,
        shape: tuple[int, ...],
        rng: np.random.Generator,
        spread: float = 0.0,
        imbalance: float = 0.0,
        law: Law = "normal",
    ) -> Self:
        """Factors |γ ± r| with γ scattered around 1 by `spread` and r normal with deviation `imbalance`.

        Raises:
            ValueError: if `spread` or `imbalance` is not finite and ≥ 0, or the law unknown.
        """
        gain = scatter(1.0, spread=spread, shape=shape, rng=rng, law=law)
        tilt = nonnegative_array("imbalance", imbalance) * rng.standard_normal(shape)
        return cls(base=base, factor_up=np.abs(gain + tilt), factor_down=np.abs(gain - tilt))

    def q_plus(self, weights: FloatArray) -> FloatArray:
        """factor_up·q₊ of the base."""
        gain: FloatArray = self.factor_up * self.base.q_plus(weights)
        return gain

    def q_minus(self, weights: FloatArray) -> FloatArray:
        """factor_down·q₋ of the base."""
        gain: FloatArray = self.factor_down * self.base.q_minus(weights)
        return gain

    @property
    def domain(self) -> tuple[FloatArray, FloatArray]:
        """That of the base, broadcast with the factors."""
        nothing = 0 * np.asarray(self.factor_up) + 0 * np.asarray(self.factor_down)
        lower, upper = self.base.domain
        return lower + nothing, upper + nothing

    @property
    def affine(self) -> Affine | None:
        """The lines of the base, times the factors."""
        lines = self.base.affine
        if lines is None:
            return None
        up, down = np.asarray(self.factor_up), np.asarray(self.factor_down)
        return Affine(_scaled(up, lines.plus), _scaled(down, lines.minus))

    def settle(self, weights: FloatArray) -> FloatArray:
        """As the base does."""
        return self.base.settle(weights)


def _scaled(factor: FloatArray, line: Line) -> Line:
    return Line(factor * line.level, factor * line.slope)
