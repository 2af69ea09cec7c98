"""Statements at numbers: evaluation with NumPy, after a check of names, signs and preconditions."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
from sympy import Expr, Symbol, lambdify

from theory.kernel import Assumption
from theory.operators import Linear, axes
from theory.symbols import TABLE, quantity

# A step size that is meant to sit exactly on its limit may miss it by rounding of a few products.
ROUNDING = 1e-12


class OutOfDomain(ValueError):
    """A number, or a combination of numbers, that a statement's assumptions do not allow."""


def evaluate(expr: Expr, numbers: Mapping[str, Any]) -> Any:
    """The expression at numbers or broadcastable arrays, by name; float64."""
    symbols = sorted(expr.free_symbols, key=lambda symbol: symbol.name)
    values = [np.asarray(numbers[symbol.name], dtype=float) for symbol in symbols]
    return lambdify(symbols, expr, modules="numpy")(*values)


def check_domain(statement: str, expr: Expr, assumptions: Iterable[Assumption], numbers: Mapping[str, Any]) -> None:
    """Raise OutOfDomain unless the numbers are exactly those needed, finite, of the right sign, and allowed."""
    if expr.has(Linear):
        raise OutOfDomain(f"{statement} has no value at numbers: it holds under sums and expectations")
    wanted = needed(expr, conditions := _conditions(assumptions))
    _check_names(statement, {symbol.name for symbol in wanted}, set(numbers))
    for symbol in wanted:
        _check_sign(statement, symbol, np.asarray(numbers[symbol.name]))
    for condition in conditions:
        slack = np.asarray(evaluate(condition.expr, numbers))
        if np.any(slack <= 0) if condition.relation == ">" else np.any(slack < -ROUNDING):
            given = ", ".join(f"{s.name} = {numbers[s.name]}" for s in condition.expr.free_symbols)
            raise OutOfDomain(f"{statement} needs {condition.text}; got {given}")


def needed(expr: Expr, assumptions: Iterable[Assumption]) -> frozenset[Symbol]:
    """The symbols that need a value: those of the expression and of the preconditions on parameters."""
    return frozenset(expr.free_symbols).union(*(a.expr.free_symbols for a in _conditions(assumptions)))


def _conditions(assumptions: Iterable[Assumption]) -> list[Assumption]:
    return [a for a in assumptions if a.on_parameters and not axes(a.expr)]


def _check_names(statement: str, needed: set[str], given: set[str]) -> None:
    for name in sorted(given - needed):
        near = get_close_matches(name, needed, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise OutOfDomain(f"{statement} takes no {name!r}{hint} (it takes {', '.join(sorted(needed))})")
    if missing := needed - given:
        raise OutOfDomain(f"{statement} needs a value for: {', '.join(sorted(missing))}")


def _check_sign(statement: str, symbol: Symbol, value: Any) -> None:
    row = TABLE[quantity(symbol).name]
    real = np.issubdtype(value.dtype, np.integer) or np.issubdtype(value.dtype, np.floating)
    if not real or value.size == 0 or not np.all(np.isfinite(value)):
        raise OutOfDomain(f"{statement}: {row.name} must be finite numbers, got {value}")
    if np.any(value <= 0) if row.sign == "positive" else row.sign == "nonnegative" and np.any(value < 0):
        raise OutOfDomain(f"{statement}: {row.name} must be {row.sign}, got {value}")
