"""The search for good multipliers, in floating point; nobody has to trust it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory.numeric import OutOfDomain
from theory.optimise._form import curvature, eliminated, form, value
from theory.optimise._problem import FIXABLE, Problem

MARGIN = 1e-6
"""The optimum sits on the boundary of the cone: staying this far inside leaves room for rounding the multipliers."""
LARGEST_LOG = 40.0
"""Beyond e±40 the search only wanders through rounding errors."""
PENALTY = 1e3
"""Where no bound exists the search minimises PENALTY plus what the form lacks; logarithms of bounds stay below."""
STARTS = 3
"""The search goes down from this many of the best points of its grid."""
SMALLEST_STEP = 1e-6
"""Where the search for a first step size gives up, in units of the best one without a pipeline."""
Floats = Mapping[str, float]
Vector = NDArray[np.float64]


def search(posed: Problem) -> dict[str, float]:
    """The best multipliers found, by name; OutOfDomain if none make the bound finite."""
    found = _descended(posed)
    if found is not None:
        return found
    if FIXABLE not in posed.given:
        raise OutOfDomain("no multipliers make the bound finite at these numbers")
    step, allowed = posed.given[FIXABLE], posed.given[FIXABLE] / 2
    while _descended(replace(posed, given={**posed.given, FIXABLE: allowed})) is None:
        allowed /= 2
    raise OutOfDomain(
        f"no multipliers make the bound finite at {FIXABLE} = {float(step):g}; {float(allowed):g} is short enough"
    )


def _descended(posed: Problem) -> dict[str, float] | None:
    """Nelder–Mead in logarithms from the best points of a grid; multipliers are measured in units of the step size."""
    from scipy.optimize import minimize  # noqa: PLC0415  (costs start-up time that most callers do not need)

    given = {name: float(number) for name, number in posed.given.items()}

    def trial(logs: Vector) -> float:
        return _trial(posed, given, logs)

    options: Any = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000, "adaptive": True}
    starts = sorted(_grid(posed, given), key=trial)[:STARTS]
    found = [minimize(trial, start, method="Nelder-Mead", options=options) for start in starts]
    best = min(found, key=lambda result: float(result.fun))
    return _unpacked(posed, given, best.x) if best.fun < PENALTY else None


def _grid(posed: Problem, given: Floats) -> Iterator[Vector]:
    """Logarithms of step size, λ, E and t: the step size for which T3 is best and, for staleness, shorter ones."""
    scale = np.sqrt(2 * given["initial_gap"] / (given["smoothness"] * posed.steps))
    best = scale / (given["noise_deviation"] * given["max_symmetric"])
    longest = min(best, 0.5 / (given["smoothness"] * given["max_symmetric"]))
    count = 1 + int(np.log(max(longest / (SMALLEST_STEP * best), 1)) / np.log(3))
    steps = [] if FIXABLE in given else [longest / 3**i for i in range(count)]
    sizes, errors, splits = (0.5, 0.7, 3.0, 100.0), (2.0, 20.0, 200.0), (1.0, 1e-3)
    axes = [*([steps] if steps else []), sizes, *([errors, splits] if posed.stale else [])]
    return (np.log(point) for point in product(*axes))


def _unpacked(posed: Problem, given: Floats, logs: Vector) -> dict[str, float]:
    """Multipliers by name, from the logarithms that the search varies."""
    numbers = [float(number) for number in np.exp(logs)]
    step = given[FIXABLE] if FIXABLE in given else numbers.pop(0)
    at = {FIXABLE: step, "multiplier": step * numbers[0]}
    at["multiplier"] += curvature(given, at)
    if posed.stale:
        at |= {"error_multiplier": step * numbers[1], "split": numbers[2]}
    return at


def _trial(posed: Problem, given: Floats, logs: Vector) -> float:
    """Logarithm of the bound, or PENALTY and how far the form is from being positive."""
    if np.any(np.abs(logs) > LARGEST_LOG):
        return np.inf
    at = _unpacked(posed, given, logs)
    matrices = [form(given, at, float(end)) for end in posed.ends]
    rates = [_rate(matrix) for matrix in matrices]
    if min(rates) > 0:
        return float(np.log(value(posed, given, at | {"descent_rate": min(rates)})))
    lowest = min(float(np.linalg.eigvalsh(matrix)[0]) for matrix in matrices)
    return PENALTY + max(-lowest / at[FIXABLE], 0.0)


def _rate(matrix: list[list[float]]) -> float:
    """The largest A, less than zero unless the other pivots are positive by a margin."""
    pivots, _ = eliminated(matrix)
    inside = all(pivot > MARGIN * row[i] for i, (pivot, row) in enumerate(zip(pivots[:-1], matrix, strict=False)))
    return pivots[-1] if inside and len(pivots) == len(matrix) else -1.0
