"""The least of a family of bounds: multipliers found in floating point, certified by the kernel as exact rationals.

The search is not trusted: it proposes rational multipliers, the matrix inequality they need is decomposed exactly
(LDLᵀ), and the kernel derives the bound at exactly those numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from theory.kernel import Fact
from theory.optimise._certificate import certify
from theory.optimise._form import fitted, value
from theory.optimise._problem import FAMILIES, PIPELINE, Problem, numbers_of, problem
from theory.optimise._search import search
from theory.theorems import t3_optimum, t8_optimum

__all__ = ["FAMILIES", "Optimum", "Problem", "certify", "numbers_of", "optimise", "price_of_asynchrony", "problem"]

DIGITS = 10
"""Significant digits kept of each multiplier."""


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """The best bound found, where, and its proof."""

    value: float
    """The bound on the average squared gradient norm."""
    multipliers: Mapping[str, Fraction]
    """Step size and multipliers, by the names of the notation table."""
    fact: Fact
    """What the kernel derived at exactly these numbers, K left symbolic."""


def optimise(bound: str, numbers: Mapping[str, float | Fraction]) -> Optimum:
    """The least bound of a family over its multipliers, and over the step size unless `numbers` has a step_size.

    bound: T3-optimum (no pipeline) or T8-optimum (asynchronous pipeline), for a device of `theory.RESPONSES` as in
    'T8-optimum:asymmetric_linear', or alone for a device of which only uniform bounds are known; `numbers_of(bound)`
    lists the names that it needs.
    numbers, by name: steps, initial_gap, smoothness, noise_deviation; for a pipeline staleness_lipschitz, max_delay
    and mean_delay; the device's own numbers, or min_symmetric, max_symmetric, max_asymmetric and, for a pipeline,
    gain_bound. Floats count as the decimals that Python prints for them; fractions are taken as they are.
    Raises OutOfDomain naming what is missing, unknown or impossible.
    """
    posed = problem(bound, numbers)
    multipliers = {name: _rounded(number) for name, number in search(posed).items()}
    multipliers |= {name: number for name, number in posed.given.items() if name in multipliers}
    multipliers |= fitted(posed.given, multipliers, posed.ends)
    return Optimum(
        value=float(value(posed, posed.given, multipliers)),
        multipliers=multipliers,
        fact=certify(posed, multipliers),
    )


def price_of_asynchrony(bound: str, numbers: Mapping[str, float | Fraction]) -> float:
    """Proved excess of the best asynchronous bound over the best one without a pipeline [%].

    bound: T8-optimum, alone or with a device; numbers as for `optimise`. A fixed step size is that of both.
    """
    piped = optimise(bound, numbers).value
    family, colon, device = bound.partition(":")
    left_out = PIPELINE if colon else (*PIPELINE, "gain_bound")
    alone = {name: number for name, number in numbers.items() if name not in left_out}
    without = family.replace(t8_optimum.STATEMENT.id, t3_optimum.STATEMENT.id)
    return 100 * (piped / optimise(f"{without}{colon}{device}", alone).value - 1)


def _rounded(number: float) -> Fraction:
    """A rational of DIGITS significant digits."""
    return Fraction(f"{number:.{DIGITS - 1}e}")
