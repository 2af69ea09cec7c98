"""What a scene leaves open: bounds as the assumptions ask for them, everything else at random, with its sign.

Many hypotheses only name a constant: F ≤ F_max, Δ = f(W_0) − f*, Σ σ_d² ≤ σ². One that is affine in the single open
symbol, or in a power of it, is solved for it. So a statement with a new constant needs no code here.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from sympy import Expr, Pow, Rational, Symbol, expand

from theory.kernel import Assumption
from theory.referee.interpret import AXES, DRAWS, SHAPE, STEPS, Array, World, interpret
from theory.symbols import quantity

TIGHT = 0.6
"""How often a bound is as sharp as what it bounds: slack would hide a constant that is too small."""
Limits = dict[str, list[Array]]


def complete(rng: np.random.Generator, world: World, assumptions: Iterable[Assumption], symbols: set[Symbol]) -> None:
    """Add a value for each of the symbols that the world lacks, in place."""
    assumed = tuple(assumptions)
    while missing := sorted((s for s in symbols if s.name not in world), key=lambda s: s.name):
        limits = {symbol: _limits(symbol, world, assumed) for symbol in missing}
        solvable = [s for s in missing if limits[s]["=="]] or [s for s in missing if any(limits[s].values())]
        chosen = (solvable or missing)[rng.integers(len(solvable or missing))]
        world[chosen.name] = _value(rng, chosen, limits[chosen]) if solvable else free(rng, chosen)


def free(rng: np.random.Generator, symbol: Symbol) -> Array:
    """Random values of the symbol's sign, along its axes, that depend on no later draw; of size one."""
    row = quantity(symbol)
    shape = [size if name in row.axes else 1 for name, size in zip(AXES, SHAPE, strict=True)]
    size = np.exp(rng.uniform(-1, 1, shape))
    if row.sign == "real":
        size *= rng.choice([-1.0, 1.0], shape)
    if "history" in row.axes:
        for k in range(STEPS if "step" in row.axes else 1):
            size[k] = np.repeat(size[k, :: DRAWS ** (STEPS - k)], DRAWS ** (STEPS - k), axis=0)
    return size


def _limits(symbol: Symbol, world: World, assumptions: Iterable[Assumption]) -> Limits:
    """Values that the assumptions give the symbol as a lower bound, as an upper bound, or exactly."""
    found: Limits = {">": [], "<": [], "==": []}
    for assumption in assumptions:
        if symbol in assumption.expr.free_symbols:
            for side, value in _solved(symbol, assumption, world):
                found[side].append(value)
    return found


def _solved(symbol: Symbol, assumption: Assumption, world: World) -> Iterator[tuple[str, Array]]:
    form = _affine(symbol, assumption.expr)
    if form is None or any(s != symbol and s.name not in world for s in assumption.expr.free_symbols):
        return
    power, slope, rest = form
    if assumption.relation == "==":
        yield "==", _divided(symbol, -rest, slope, world, power)
        return
    sign = interpret(slope, world)
    rising = sign if power > 0 else -sign
    for side, where in ((">", rising > 0), ("<", rising < 0)):
        if np.any(where):
            yield side, np.where(where, _divided(symbol, -rest, slope, world, power), np.nan)


@cache
def _affine(symbol: Symbol, expr: Expr) -> tuple[Expr, Expr, Expr] | None:
    """(p, a, b) with expr = a·symbol^p + b, the symbol in neither a nor b; None if there are none."""
    expr = expand(expr)
    powers = {p.exp for p in expr.atoms(Pow) if p.base == symbol}
    power = powers.pop() if len(powers) == 1 else Rational(1)
    slope = expr.coeff(symbol**power)
    rest = expand(expr - slope * symbol**power)
    if slope == 0 or symbol in slope.free_symbols | rest.free_symbols or not power.is_Rational:
        return None
    return power, slope, rest


def _divided(symbol: Symbol, above: Expr, below: Expr, world: World, power: Expr) -> Array:
    """(above/below)^(1/power), not a number where it is not defined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = interpret(above, world) / interpret(below, world)
        ratio = np.where(np.isfinite(ratio), ratio, np.nan)
        # A sign that the table gives restricts which bounds say anything: x² ≥ −1 is no bound on x.
        clipped = ratio if power == 1 or quantity(symbol).sign == "real" else np.maximum(ratio, 0)
        return np.asarray(clipped ** float(1 / power))


def _value(rng: np.random.Generator, symbol: Symbol, limits: Limits) -> Array:
    if limits["=="]:
        return _along(symbol, limits["=="][0], np.fmax)
    low = [_along(symbol, value, np.fmax) for value in limits[">"]]
    high = [_along(symbol, value, np.fmin) for value in limits["<"]]
    slack = 0.0 if rng.uniform() < TIGHT else rng.uniform(0, 0.5)
    with np.errstate(invalid="ignore"):  # no bound at all on some value: it stays no number, and the world is no world
        if low and high:
            return np.asarray(_highest(low) + slack * (_lowest(high) - _highest(low)))
        value = _highest(low) if low else _lowest(high)
        size = abs(value) if quantity(symbol).sign == "positive" else np.maximum(1, abs(value))
        return np.asarray(value + slack * size if low else value - slack * size)


def _highest(values: list[Array]) -> Array:
    return np.asarray(np.maximum.reduce(np.broadcast_arrays(*values)))


def _lowest(values: list[Array]) -> Array:
    return np.asarray(np.minimum.reduce(np.broadcast_arrays(*values)))


def _along(symbol: Symbol, values: Array, reduced: np.ufunc) -> Array:
    """The values reduced, without those that are no numbers, along the axes that the symbol does not vary with."""
    others = tuple(axis for name, axis in AXES.items() if name not in quantity(symbol).axes)
    return np.asarray(reduced.reduce(values, axis=others, keepdims=True))
