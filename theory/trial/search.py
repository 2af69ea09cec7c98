"""The search for a counterexample: random points, then local optimisation, then the simplest rationals that still do.

Nothing here is trusted: `theory.trial.exact.confirm` decides. The generator is seeded, so that a trial ends the same
way every time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, Symbol, lambdify

from theory.symbols import quantity
from theory.trial.exact import Counterexample, confirm
from theory.trial.published import Published

Array = NDArray[np.float64]
POINTS = 40_000
"""Random instances tried first."""
STARTS = 12
"""Of these the most promising, from which a local search starts."""
DENOMINATORS = (1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 1000, 10**6, 10**9)
SPREAD = 1e3
"""Positive quantities without a range are tried from 1/SPREAD to SPREAD, evenly in the logarithm."""
SMALL = 1e-6
"""Sides smaller than this count as equal, so that rounding is not taken for a violation."""
HOPE = -1e-7
"""Only a point whose relative slack is below this is worth exact arithmetic."""
OUTSIDE = 1e9
"""Stands for infinity in a local search, which could not compare infinities."""
REAL = 10.0
"""Real quantities without a range are tried from −REAL to REAL."""


@dataclass(frozen=True, kw_only=True)
class Searched:
    """What a search found and how hard it tried."""

    counterexample: Counterexample | None
    feasible: int
    """Random instances that satisfied the assumptions, of POINTS."""
    closest: float
    """The least (rhs − lhs)/(|lhs| + |rhs|) met; negative where the conclusion fails in floating point."""


def search(statement: Published, constants: Mapping[Symbol, Rational] | None = None, *, seed: int = 2026) -> Searched:
    """Look for an instance that violates the statement, its constants (if it has any) being given numbers."""
    fixed = dict(constants or {})
    score, score_at = slack(statement, fixed), _slack_at(statement, fixed)
    points = _points(statement, np.random.default_rng(seed))
    values = score(points)
    order = np.argsort(values)[:STARTS]
    closest = float(values[order[0]]) if len(order) else np.inf
    for start in order:
        if not np.isfinite(values[start]):
            break
        point = _descended(score_at, points[start])
        closest = min(closest, score_at(point))
        for candidate in (point, points[start]):
            if score_at(candidate) < HOPE and (found := _rationalised(statement, candidate, fixed)):
                return Searched(counterexample=found, feasible=int(np.isfinite(values).sum()), closest=closest)
    return Searched(counterexample=None, feasible=int(np.isfinite(values).sum()), closest=closest)


def slack(statement: Published, fixed: Mapping[Symbol, Rational]) -> Callable[[Array], Array]:
    """(rhs − lhs)/(|lhs| + |rhs|) of points (N, variables): negative where violated, infinite where not allowed.

    SMALL is added below; −|rhs − lhs| stands above for an equality.
    """
    order = statement.variables
    run, relations = _compiled(statement, fixed, "numpy")

    def score(points: Array) -> Array:
        with np.errstate(all="ignore"):
            lhs, rhs, *slacks = (np.broadcast_to(np.asarray(v, dtype=float), len(points)) for v in run(*points.T))
            size = np.abs(lhs) + np.abs(rhs)
            gap = -np.abs(rhs - lhs) if statement.kind == "equality" else rhs - lhs
            result = gap / (size + SMALL)
            for relation, slack in zip(relations, slacks, strict=True):
                ok = slack > 0 if relation == ">" else slack >= 0 if relation == ">=" else slack == 0
                result = np.where(ok, result, np.inf)
            for symbol, column in zip(order, points.T, strict=True):
                result = np.where(_in_sign(symbol, column), result, np.inf)
        return np.where(np.isfinite(result), result, np.inf)

    return score


def _slack_at(statement: Published, fixed: Mapping[Symbol, Rational]) -> Callable[[Array], float]:
    """What `slack` says of a single point, without the price of an array."""
    order, equality = statement.variables, statement.kind == "equality"
    run, relations = _compiled(statement, fixed, "math")
    limits = [{"positive": ">", "nonnegative": ">="}.get(quantity(symbol).sign, "") for symbol in order]

    def score(point: Array) -> float:
        numbers = point.tolist()
        if not all(_true(*pair) for pair in zip(limits, numbers, strict=True)):
            return np.inf
        try:
            lhs, rhs, *slacks = run(*numbers)
            if not all(_true(*pair) for pair in zip(relations, slacks, strict=True)):
                return np.inf
            result = (-abs(rhs - lhs) if equality else rhs - lhs) / (abs(lhs) + abs(rhs) + SMALL)
            return float(result) if np.isfinite(result) else np.inf
        except (ArithmeticError, ValueError, TypeError):  # not defined there, or not a real number
            return np.inf

    return score


def _true(relation: str, slack: float) -> bool:
    return slack > 0 if relation == ">" else slack >= 0 if relation == ">=" else slack == 0 or not relation


def _compiled(
    statement: Published, fixed: Mapping[Symbol, Rational], modules: str
) -> tuple[Callable[..., Any], list[str]]:
    """Both sides and the slack of each condition as a function of the variables; the relations of the conditions."""
    conditions = [(a.relation, statement.written_out(a.expr)) for a in statement.assumptions]
    conditions += [(">=" if quantity(s).sign == "nonnegative" else ">", statement.written_out(value))
                   for s, value in statement.definitions if quantity(s).sign != "real"]  # fmt: skip
    exprs = [statement.written_out(side) for side in (statement.lhs, statement.rhs)]
    exprs += [expr for _, expr in conditions]
    run = lambdify(statement.variables, [expr.subs(dict(fixed)) for expr in exprs], modules=modules)
    return run, [relation for relation, _ in conditions]


def _in_sign(symbol: Symbol, values: Array) -> NDArray[np.bool_]:
    sign = quantity(symbol).sign
    return values > 0 if sign == "positive" else values >= 0 if sign == "nonnegative" else np.isfinite(values)


def _points(statement: Published, rng: np.random.Generator) -> Array:
    """Random instances; a third of all coordinates are simple numbers, where equalities and borders like to be."""
    columns = []
    for symbol in statement.variables:
        low, high = (float(end) for end in statement.ranges.get(symbol, (0.0, 0.0)))
        if low == high:
            low, high = (-REAL, REAL) if quantity(symbol).sign == "real" else (1 / SPREAD, SPREAD)
        logarithmic = low > 0
        values = (
            np.exp(rng.uniform(np.log(low), np.log(high), POINTS)) if logarithmic else rng.uniform(low, high, POINTS)
        )
        simple = np.clip(np.round(values * 2) / 2, low, high)
        values = np.where(rng.random(POINTS) < 1 / 3, simple, values)
        columns.append(np.round(values) if symbol in statement.integers else values)
    return np.stack(columns, axis=-1) if columns else np.zeros((1, 0))


def _descended(score: Callable[[Array], float], start: Array) -> Array:
    """Nelder–Mead on relative changes of the coordinates."""
    from scipy.optimize import minimize  # noqa: PLC0415  (costs start-up time that most callers do not need)

    scale = np.where(start == 0, 1.0, np.abs(start))
    options: Any = {"maxiter": 200 * max(1, len(start)), "xatol": 1e-6, "fatol": 1e-9}

    def value(change: Array) -> float:
        return min(score(start + scale * change), OUTSIDE)

    result = minimize(value, np.zeros(len(start)), method="Nelder-Mead", options=options)
    return np.asarray(start + scale * result.x)


def _rationalised(statement: Published, point: Array, fixed: Mapping[Symbol, Rational]) -> Counterexample | None:
    """The instance near a point with the smallest common bound on denominators, then simplified number by number."""
    for bound in DENOMINATORS:
        numbers = {
            s: _rational(x, bound, s in statement.integers) for s, x in zip(statement.variables, point, strict=True)
        }
        if confirm(statement, numbers | dict(fixed)):
            return confirm(statement, _simplified(statement, numbers, fixed) | dict(fixed))
    return None


def _rational(value: float, bound: int, whole: bool) -> Rational:
    exact = Fraction(value).limit_denominator(1 if whole else bound)
    return Rational(exact.numerator, exact.denominator)


def _simplified(
    statement: Published, numbers: dict[Symbol, Rational], fixed: Mapping[Symbol, Rational]
) -> dict[Symbol, Rational]:
    """Each number in turn replaced by a simpler one, as long as the instance remains a counterexample."""
    for symbol, value in numbers.items():
        for simpler in _simpler(value, symbol in statement.integers):
            changed = numbers | {symbol: simpler}
            if confirm(statement, changed | dict(fixed)):
                numbers = changed
                break
    return numbers


def _simpler(value: Rational, whole: bool) -> Iterator[Rational]:
    yield from (Rational(n) for n in (0, 1, -1, 2, -2, 3, -3, 5, -5, 10, -10, 100, -100))
    yield from (Rational((-1 if value < 0 else 1) * 10**k) for k in range(3, len(f"{abs(int(value))}")))
    if not whole:
        yield from (Rational(1, 2), Rational(-1, 2), Rational(1, 10))
    for bound in DENOMINATORS[:1] if whole else DENOMINATORS:
        if bound < value.q:
            yield _rational(float(value), bound, whole)
