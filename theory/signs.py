"""What the kernel can settle by looking: signs that follow from the notation table, and exact identities."""

from functools import cache
from typing import Literal

from sympy import Abs, Add, Expr, Mul, Pow, Rational, Symbol, exp, expand, fraction, together

from theory.operators import Linear, Window
from theory.symbols import quantity


@cache
def sign_of(expr: Expr) -> Literal["positive", "nonnegative"] | None:
    """What the signs in the notation table give at once; None is 'unknown', which no rule accepts."""
    if isinstance(expr, Rational):
        return "positive" if expr > 0 else "nonnegative" if expr == 0 else None
    if isinstance(expr, Symbol):
        sign = quantity(expr).sign
        return None if sign == "real" else sign
    if isinstance(expr, Pow):
        return _sign_of_power(*expr.args)
    if isinstance(expr, (Abs, exp)):
        return "positive" if isinstance(expr, exp) else "nonnegative"
    parts = [sign_of(arg) for arg in expr.args]
    if None in parts or not isinstance(expr, (Add, Mul, Linear)):
        return None
    some_or_all = any if isinstance(expr, Add) else all
    # A window of length 0 has no update in it, and the one at update 0 neither.
    strict = some_or_all(part == "positive" for part in parts) and not isinstance(expr, Window)
    return "positive" if strict else "nonnegative"


def _sign_of_power(base: Expr, exponent: Expr) -> Literal["positive", "nonnegative"] | None:
    if sign_of(base) == "positive":
        return "positive"
    if sign_of(base) == "nonnegative" and exponent.is_Rational and exponent > 0:
        return "nonnegative"
    # A negative power is defined only where `_well_formed` saw its base proved positive.
    return "nonnegative" if exponent.is_Integer and exponent % 2 == 0 else None


def is_zero(expr: Expr) -> bool:
    """Exact identity: the numerator over a common denominator expands to 0."""
    numerator, _ = fraction(together(expand(expr)))
    return bool(expand(numerator) == 0)


@cache
def denominators(expr: Expr) -> frozenset[Expr]:
    """Bases of negative powers whose sign the notation table does not settle."""
    return frozenset(p.base for p in expr.atoms(Pow) if p.exp.is_negative and sign_of(p.base) != "positive")


@cache
def power_bases(expr: Expr) -> frozenset[Expr]:
    """Bases of powers with an exponent that is no number, whose sign the notation table does not settle."""
    return frozenset(p.base for p in expr.atoms(Pow) if not p.exp.is_Rational and sign_of(p.base) != "positive")
