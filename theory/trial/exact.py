"""Counterexamples in exact arithmetic: whatever found them, only this decides whether they count."""

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr, Piecewise, Pow, Rational, Symbol

from theory.kernel import Assumption
from theory.symbols import quantity, unfold
from theory.trial.published import Published


class NotExact(ValueError):
    """A value that is not a rational number, so that nothing can be said exactly."""


@dataclass(frozen=True, kw_only=True)
class Counterexample:
    """An instance in rationals that satisfies every assumption and violates the conclusion."""

    numbers: Mapping[Symbol, Rational]
    """Every variable, constant and defined quantity."""
    lhs: Rational
    rhs: Rational

    def violates(self, assumption: Assumption) -> bool:
        """Whether a further assumption fails here, so that it would exclude this counterexample."""
        return not holds(assumption.relation, value_of(assumption.expr, self.numbers))


def value_of(expr: Expr, numbers: Mapping[Symbol, Rational]) -> Rational:
    """The expression at rationals; NotExact unless that is a rational number and every part of it is defined."""
    value = _value(unfold(expr), numbers)
    if not value.is_Rational:
        raise NotExact(f"{expr} is {value} there, not a rational number")
    return Rational(value)


def _value(expr: Expr, numbers: Mapping[Symbol, Rational]) -> Expr:
    if isinstance(expr, Piecewise):
        branch = next((value for value, where in expr.args if where.xreplace(dict(numbers)) == True), None)  # noqa: E712
        if branch is None:
            raise NotExact(f"{expr} has no value there")
        return _value(branch, numbers)
    if not expr.args:
        return numbers.get(expr, expr)
    args = [_value(arg, numbers) for arg in expr.args]
    if isinstance(expr, Pow) and not _defined(expr.exp, *args):
        raise NotExact(f"{expr} is not defined there")
    return expr.func(*args)


def _defined(written: Expr, base: Expr, exponent: Expr) -> bool:
    """Whether a power is a real number: SymPy's i·i = −1 and 1/(1 + 1/0) = 0 would be rational."""
    if written.is_Integer:
        return bool(exponent.is_nonnegative or base.is_nonzero)
    return bool(base.is_positive or (base.is_zero and exponent.is_positive))


def holds(relation: str, value: Rational) -> bool:
    """Whether value relation 0."""
    return bool({">=": value >= 0, ">": value > 0, "==": value == 0}[relation])


def confirm(statement: Published, numbers: Mapping[Symbol, Rational]) -> Counterexample | None:
    """The counterexample that these values of variables and constants are, or None if they are none."""
    every = dict(numbers)
    try:
        for symbol, definition in statement.definitions:
            every[symbol] = value_of(definition, every)
        if not all(_allowed(statement, symbol, value) for symbol, value in every.items()):
            return None
        if not all(holds(a.relation, value_of(a.expr, every)) for a in statement.assumptions):
            return None
        lhs, rhs = value_of(statement.lhs, every), value_of(statement.rhs, every)
    except NotExact:
        return None
    true = lhs == rhs if statement.kind == "equality" else lhs <= rhs
    return None if true else Counterexample(numbers=every, lhs=lhs, rhs=rhs)


def _allowed(statement: Published, symbol: Symbol, value: Rational) -> bool:
    if not isinstance(value, Rational):
        return False
    sign = quantity(symbol).sign
    signed = value > 0 if sign == "positive" else value >= 0 if sign == "nonnegative" else True
    return bool(signed) and (symbol not in statement.integers or value.is_Integer)
