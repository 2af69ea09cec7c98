"""The least of a family of bounds: multipliers found in floating point, certified by the kernel as exact rationals.

The search is not trusted: it proposes rational multipliers, the matrix inequality they need is decomposed exactly
(LDLᵀ), and the kernel derives the bound at exactly those numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from theory.kernel import Fact
from theory.numeric import OutOfDomain
from theory.optimise._barrier import search as short_search
from theory.optimise._certificate import certify
from theory.optimise._form import fitted, value
from theory.optimise._problem import PIPELINE, Problem, numbers_of, problem
from theory.optimise._search import search
from theory.optimise._short_run import ShortRun, certify_run, short_problem
from theory.theorems import t3_optimum, t8_optimum

__all__ = [
    "Optimum",
    "Problem",
    "ShortRun",
    "certify",
    "certify_run",
    "numbers_of",
    "optimise",
    "price_of_asynchrony",
    "problem",
    "short_problem",
    "short_run",
]

DIGITS = 10
"""Significant digits kept of each multiplier."""
SHORT_MARGIN = 1e-8
"""What is given back of A for a short run: rounding the other multipliers moves the form's least eigenvalue by less."""


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


def short_run(numbers: Mapping[str, float | Fraction]) -> Optimum:
    """The least bound for K updates of delayed gradient descent on digital hardware without noise.

    One multiplier for every inequality of that run, instead of T8-optimum's for all updates alike; assumes, instead of
    A4, that update k uses the gradient at W_{k−δ} (W_0 before the start). numbers: steps, delay, smoothness,
    step_size and initial_gap, by name. Its cost grows with the cube of steps: meant for a few dozen at most.
    Raises OutOfDomain naming what is missing, unknown, impossible, or that the step is too long for a bound.
    """
    gap, run = short_problem(numbers)
    rate, weights = short_search(run)
    multipliers = {
        pair: _rounded(float(weight * run.step_size)) for pair, weight in zip(run.pairs, weights, strict=True)
    }
    descent = _rounded(rate * float(run.step_size) * (1 - SHORT_MARGIN))
    if descent <= 0:
        raise OutOfDomain(f"no multipliers make the bound finite at step_size = {float(run.step_size):g}")
    named = {f"lipschitz_{i}_{j}": weight for (i, j), weight in multipliers.items()}
    return Optimum(
        value=float(gap / (descent * run.steps)),
        multipliers={"step_size": run.step_size, "descent_rate": descent, **named},
        fact=certify_run(run, gap, descent, multipliers),
    )


def _rounded(number: float) -> Fraction:
    """A rational of DIGITS significant digits."""
    return Fraction(f"{number:.{DIGITS - 1}e}")
