"""The least of a family of bounds: multipliers found in floating point, certified by the kernel as exact rationals.

The search is not trusted: it proposes rational multipliers, the matrix inequality they need is decomposed exactly
(LDLᵀ), and the kernel derives the bound at exactly those numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sympy import Abs, Expr, Rational

from theory.assumptions import SATURATION
from theory.corollary import corollary
from theory.kernel import Fact, assume, combine, discharge, signed, specialise, square
from theory.numeric import OutOfDomain
from theory.operators import Draw, axes
from theory.responses import asymmetric_linear
from theory.statement import Statement
from theory.symbols import (
    TABLE,
    e,
    g,
    h,
    s_bar,
    tau,
    w,
)
from theory.theorems import t8_optimum

Number = TypeVar("Number", float, Fraction)
PARAMETERS = (
    "initial_gap", "smoothness", "staleness_lipschitz", "noise_deviation",
    "saturation_bound", "max_delay", "mean_delay",
)  # fmt: skip
DIGITS = 10
"""Significant digits kept of each multiplier."""


MARGIN = 1e-6
"""The optimum sits on the boundary of the cone: staying this far inside leaves room for rounding to DIGITS digits."""
SMALLEST_STEP = 1e-6
"""Where the search for a first feasible step size gives up, in units of the best one without a pipeline."""
LARGEST_LOG = 40.0
"""Beyond e±40 the search only wanders through rounding errors."""


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """The best bound found, where, and its proof."""

    value: float
    """The bound on the average squared gradient norm."""
    multipliers: Mapping[str, Fraction]
    """Step size and multipliers, by the names of the notation table."""
    fact: Fact
    """What the kernel derived at exactly these numbers, K left symbolic."""


def optimise(*, steps: int, **numbers: float) -> Optimum:
    """The least bound of T8-optimum for the asymmetric linear device, over step size and multipliers.

    Takes `steps` and, by name, initial_gap, smoothness, staleness_lipschitz, noise_deviation, saturation_bound,
    max_delay and mean_delay; digital hardware is saturation_bound = 0, no pipeline max_delay = mean_delay = 0.
    Raises OutOfDomain naming a missing, unknown or impossible number.
    """
    given = _checked(steps, numbers)
    start = _search(steps, {name: float(value) for name, value in given.items()})
    multipliers = {name: _rounded(value) for name, value in start.items()}
    multipliers |= _fitted(given, multipliers)
    return Optimum(
        value=float(_value(steps, given, multipliers)),
        multipliers=multipliers,
        fact=certify(given, multipliers),
    )


def price_of_asynchrony(*, steps: int, **numbers: float) -> float:
    """Proved excess of the best asynchronous bound over the best one without a pipeline [%]."""
    alone = optimise(steps=steps, **{**numbers, "max_delay": 0, "mean_delay": 0})
    return 100 * (optimise(steps=steps, **numbers).value / alone.value - 1)


def _checked(steps: int, numbers: Mapping[str, float]) -> dict[str, Fraction]:
    for name in sorted(set(PARAMETERS) ^ set(numbers)):
        word = "needs" if name in PARAMETERS else "takes no"
        raise OutOfDomain(f"optimise {word} {name!r} (it takes steps, {', '.join(PARAMETERS)})")
    for name, value in numbers.items():
        positive = TABLE[name].sign == "positive"
        if not np.isfinite(value) or value < 0 or (positive and value == 0):
            raise OutOfDomain(f"{name} must be finite and {'> 0' if positive else '>= 0'}, got {value}")
    if steps < 1 or numbers["saturation_bound"] >= 1 or numbers["mean_delay"] > numbers["max_delay"]:
        raise OutOfDomain(
            f"steps must be >= 1, saturation_bound < 1 and mean_delay <= max_delay, got {steps}, "
            f"{numbers['saturation_bound']}, {numbers['mean_delay']} and {numbers['max_delay']}"
        )
    return {name: Fraction(value).limit_denominator(10**9) for name, value in numbers.items()}


# ------------------------------------------------------------------------------------------- the form


def _form(given: Mapping[str, Number], at: Mapping[str, Number]) -> list[list[Number]]:
    """Matrix of the form in (b, e, h), b = G·E|g|, without −A h², at the largest saturation; F = 1."""
    step, size = at["step_size"], at["multiplier"]
    cost = step * step * given["smoothness"] / 2 + _cover(given, at)
    asym = size * given["saturation_bound"] * given["saturation_bound"]
    cross = step / 2 - cost
    return [
        [size - cost, -cost, cross],
        [-cost, at["error_multiplier"] - cost - asym, cross - asym],
        [cross, cross - asym, step - cost - asym],
    ]


def _cover(given: Mapping[str, Number], at: Mapping[str, Number]) -> Number:
    """C, exactly what pays for the drift of the staleness."""
    lipschitz, delay = given["staleness_lipschitz"], given["max_delay"]
    return at["error_multiplier"] * lipschitz * lipschitz * at["step_size"] ** 2 * (1 + at["split"]) * delay * delay


def _eliminated(matrix: list[list[Number]]) -> tuple[list[Number], list[list[Number]]]:
    """LDLᵀ of a symmetric matrix: pivots and the rows of L (unit diagonal); stops at a pivot that is not positive."""
    size, rest = len(matrix), [row[:] for row in matrix]
    pivots: list[Number] = []
    rows: list[list[Number]] = []
    for i in range(size):
        pivots.append(rest[i][i])
        if i < size - 1 and not rest[i][i] > 0:
            break
        row = [rest[i][j] / rest[i][i] if i < size - 1 else rest[i][j] * 0 + 1 for j in range(i, size)]
        rows.append(row)
        for j in range(i + 1, size):
            for k in range(i + 1, size):
                rest[j][k] -= rest[i][j] * rest[i][k] / rest[i][i]
    return pivots, rows


def _fitted(given: Mapping[str, Fraction], at: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The multipliers that have closed forms: C, and A as the Schur complement of the form, both exact."""
    pivots, _ = _eliminated(_form(given, at))
    return {"mean_multiplier": _cover(given, at), "descent_rate": pivots[2]}


def _value(steps: int, given: Mapping[str, Number], at: Mapping[str, Number]) -> Number:
    """The bound of T8-optimum for F = 1, q_max = 1 + s̄, G_max = s̄."""
    step, size, sat = at["step_size"], at["multiplier"], given["saturation_bound"]
    curvature = step * step * given["smoothness"] / 2
    variance = given["noise_deviation"] * given["noise_deviation"]
    stale = at["error_multiplier"] * given["staleness_lipschitz"] ** 2 * step * step * (1 + 1 / at["split"])
    noise = size * sat * sat + curvature * size / (size - curvature) + stale * (1 + sat) ** 2 * given["mean_delay"]
    return (given["initial_gap"] / steps + noise * variance) / at["descent_rate"]


# ----------------------------------------------------------------------------------------- the search


def _search(steps: int, given: Mapping[str, float]) -> dict[str, float]:
    """Nelder–Mead in logarithms from a few starts; multipliers are measured in units of the step size."""
    from scipy.optimize import minimize  # noqa: PLC0415  (costs start-up time that most callers do not need)

    scale = np.sqrt(2 * given["initial_gap"] / (given["smoothness"] * steps)) / given["noise_deviation"]
    step = min(scale, 0.5 / given["smoothness"])
    free = given["max_delay"] > 0

    def trial(logs: NDArray[np.float64]) -> float:
        if np.any(np.abs(logs) > LARGEST_LOG):
            return np.inf
        at = _unpacked(logs, given, free)
        pivots, _ = _eliminated(_form(given, at))
        inside = (
            len(pivots) == 3 and pivots[1] > MARGIN * at["error_multiplier"] and pivots[0] > MARGIN * at["multiplier"]
        )
        if not (inside and pivots[2] > 0):
            return np.inf
        return float(np.log(_value(steps, given, at | {"descent_rate": pivots[2]})))

    options: Any = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000, "adaptive": True}
    feasible: list[NDArray[np.float64]] = []
    while not feasible and step > SMALLEST_STEP * scale:
        starts = [np.log([step, size, error, 1.0]) for size in (0.5, 0.7, 3.0) for error in (2.0, 20.0, 200.0)]
        feasible = [start[: 4 if free else 2] for start in starts if np.isfinite(trial(start[: 4 if free else 2]))]
        step /= 3  # staleness forbids long steps: begin where the bound is finite
    found = [minimize(trial, start, method="Nelder-Mead", options=options) for start in feasible]
    if not found:
        raise OutOfDomain("no multipliers make the bound finite at these numbers; more steps or smaller delays do")
    return _unpacked(min(found, key=lambda result: float(result.fun)).x, given, free)


def _unpacked(logs: NDArray[np.float64], given: Mapping[str, float], free: bool) -> dict[str, float]:
    step, size = float(np.exp(logs[0])), float(np.exp(logs[1]))
    # Without a pipeline the error is zero and its multiplier costs nothing: large enough not to matter.
    error, part = (float(np.exp(logs[2])), float(np.exp(logs[3]))) if free else (1e6, 1.0)
    curvature = step * step * given["smoothness"] / 2
    return {
        "step_size": step,
        "multiplier": curvature + step * size,
        "error_multiplier": step * error,
        "split": part,
    }


def _rounded(value: float) -> Fraction:
    """A rational of DIGITS significant digits."""
    return Fraction(f"{value:.{DIGITS - 1}e}")


# ------------------------------------------------------------------------------------ the certificate


def certify(given: Mapping[str, Fraction], at: Mapping[str, Fraction]) -> Fact:
    """The kernel's derivation of the bound at exactly these rationals; Rejected if they do not fit."""
    fact = _statement().prove()
    mapping = tuple((TABLE[name].symbol, _exact(value)) for name, value in {**given, **at}.items())
    positive = tuple(signed(value) for symbol, value in mapping if TABLE[symbol.name].sign != "real")
    fact = specialise(fact, mapping, (*positive, signed(1 - dict(mapping)[s_bar] ** 2)))
    for assumption in sorted(fact.assumptions, key=lambda a: a.name):
        if assumption.on_parameters and not axes(assumption.expr):
            fact = discharge(fact, assumption, signed(assumption.expr))
        elif assumption.name == "S form":
            fact = discharge(fact, assumption, _form_fact(given, at, assumption.expr))
    return fact


@cache
def _statement() -> Statement:
    made = corollary(t8_optimum.STATEMENT, asymmetric_linear.RESPONSE)
    if made is None:
        raise ValueError("T8-optimum mentions no device")
    return made


def _form_fact(given: Mapping[str, Fraction], at: Mapping[str, Fraction], form: Expr) -> Fact:
    """The form as a sum of squares with rational weights, plus λ(s̄² − w²/τ²)(h+e)² from bounded saturation."""
    matrix = _form(given, at)
    matrix[2][2] -= at["descent_rate"]
    pivots, rows = _eliminated(matrix)
    variables = (w / tau * Draw(Abs(g)), e, h)
    terms: list[tuple[object, ...]] = []
    for i, (pivot, row) in enumerate(zip(pivots, rows, strict=True)):
        line = sum(_exact(c) * x for c, x in zip(row, variables[i:], strict=True))
        if pivot:  # the last one is zero: A is the Schur complement itself
            terms.append((_exact(pivot), square(line)))
    limit = _exact(given["saturation_bound"])
    saturation = specialise(assume(SATURATION), ((s_bar, limit),))
    terms.append((_exact(at["multiplier"]), limit + Abs(w) / tau, saturation, square(h + e)))
    return combine(tuple(terms), form)


def _exact(value: Fraction) -> Rational:
    return Rational(value.numerator, value.denominator)
