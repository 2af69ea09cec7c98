"""The matrix inequality behind the families, and the bound's value, in floats or exact fractions alike.

The form αhμ − (c+C)μ² − λG²((h+e)²−a²) − A h² + E e² with μ = F(h+e) + b and b = G·a is concave in F and decreasing in
G², so it is ≥ 0 for every F in [F_min, F_max] and |G| ≤ G_max if it is at both ends of the interval and at G_max.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

from theory.optimise._problem import Problem

Number = TypeVar("Number", float, Fraction)
Matrix = list[list[Number]]


def form(given: Mapping[str, Number], at: Mapping[str, Number], symmetric: Number) -> Matrix[Number]:
    """Matrix of the form without −A h², in (b, e, h), or in (b, h) where no multiplier of e² is given."""
    step, size, paid = at["step_size"], at["multiplier"], cost(given, at)
    asym = size * given["max_asymmetric"] * given["max_asymmetric"]
    half, spent = step / 2, paid * symmetric
    fresh = half * symmetric - spent * symmetric - asym
    if "error_multiplier" not in at:
        return [[size - paid, half - spent], [half - spent, fresh + half * symmetric]]
    error = at["error_multiplier"] - spent * symmetric - asym
    return [
        [size - paid, -spent, half - spent],
        [-spent, error, fresh],
        [half - spent, fresh, fresh + half * symmetric],
    ]


def curvature(given: Mapping[str, Number], at: Mapping[str, Number]) -> Number:
    """c = Lα²/2."""
    return at["step_size"] * at["step_size"] * given["smoothness"] / 2


def cover(given: Mapping[str, Number], at: Mapping[str, Number]) -> Number:
    """C, exactly what pays for the drift of the staleness."""
    drift = given["staleness_lipschitz"] * at["step_size"] * given["max_delay"]
    return at["error_multiplier"] * drift * drift * (1 + at["split"])


def cost(given: Mapping[str, Number], at: Mapping[str, Number]) -> Number:
    """c + C, what a squared mean update costs."""
    return curvature(given, at) + cover(given, at) if "error_multiplier" in at else curvature(given, at)


def eliminated(matrix: Matrix[Number]) -> tuple[list[Number], Matrix[Number]]:
    """LDLᵀ of a symmetric matrix: pivots and the rows of Lᵀ (unit diagonal); stops at a pivot that is not positive."""
    size, rest = len(matrix), [row[:] for row in matrix]
    pivots: list[Number] = []
    rows: Matrix[Number] = []
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


def fitted(
    given: Mapping[str, Fraction], at: Mapping[str, Fraction], ends: tuple[Fraction, ...]
) -> dict[str, Fraction]:
    """The multipliers with closed forms, exactly: C, and A as the lesser Schur complement of the form at the ends."""
    rate = min(eliminated(form(given, at, end))[0][-1] for end in ends)
    return {"descent_rate": rate} | ({"mean_multiplier": cover(given, at)} if "error_multiplier" in at else {})


def value(posed: Problem, given: Mapping[str, Number], at: Mapping[str, Number]) -> Number:
    """The right-hand side of the statement; `given` are the problem's numbers, exact or as floats."""
    size, paid = at["multiplier"], curvature(given, at)
    asym, sym = given["max_asymmetric"], given["max_symmetric"]
    noise = size * asym * asym + paid * size / (size - paid) * sym * sym
    if posed.stale:
        lag = at["error_multiplier"] * (given["staleness_lipschitz"] * at["step_size"] * given["gain_bound"]) ** 2
        noise += lag * (1 + 1 / at["split"]) * given["mean_delay"]
    return (given["initial_gap"] / posed.steps + noise * given["noise_deviation"] ** 2) / at["descent_rate"]
