"""Search for proofs that denominators are positive. Nothing here is trusted: the kernel checks what is found.

Expanding multiplies denominators out: (w/τ)²/(1 − cw/τ) becomes w²/(τ² − cτw). Each must be proved positive again.
"""

from collections.abc import Iterable
from functools import cache

from sympy import Expr, Integer, Symbol, cancel, fraction

from theory.kernel import Fact, assume, combine, specialise
from theory.signs import denominators, power_bases, sign_of

DEPTH = 12
"""Most factors of a denominator; those of the statements here have up to three."""


def specialised(
    fact: Fact, mapping: tuple[tuple[Symbol, Expr], ...], signs: tuple[Fact, ...], positive: tuple[Fact, ...] = ()
) -> Fact:
    """`specialise`, with proofs that what the values divide by is positive: products of what `positive` lists."""
    table = dict(mapping)
    assumptions = [assumption.instantiate(table) for assumption in fact.assumptions]
    exprs = (fact.expr.xreplace(table), *(assumption.expr for assumption in assumptions))
    strict = tuple(_assumed(a) for a in sorted(assumptions, key=lambda a: a.name) if a.relation == ">")
    return specialise(fact, mapping, (*signs, *divisors(exprs, (*signs, *positive, *strict))))


def identity(expr: Expr, positive: tuple[Fact, ...]) -> Fact:
    """expr = 0, if it vanishes identically, with proofs that what it divides by is positive."""
    zero = combine((), Integer(0))
    return combine(((zero, *divisors((expr,), positive)),), expr)


def divisors(exprs: Iterable[Expr], positive: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Facts x > 0 for the denominators and power bases of the expressions that are products of what is known positive.

    Those for which no proof is found are left out.
    """
    bases = frozenset[Expr]().union(*(denominators(expr) | power_bases(expr) for expr in exprs))
    unsettled = [fact for fact in positive if sign_of(fact.expr) != "positive"]
    found = (_proof(base, _within(base, unsettled)) for base in sorted(bases, key=str))
    return tuple(fact for fact in found if fact)


def _within(base: Expr, facts: list[Fact]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.expr.free_symbols <= base.free_symbols)


_assumed = cache(assume)


@cache
def _proof(base: Expr, candidates: tuple[Fact, ...]) -> Fact | None:
    """base > 0 by trial division: what is left in the end must have a settled sign."""
    rest, factors = base, list[Fact]()
    while sign_of(rest) != "positive":
        step = next(((quotient, fact) for fact in candidates if (quotient := _divided(rest, fact.expr))), None)
        if step is None or len(factors) == DEPTH:
            return None
        rest, factors = step[0], [*factors, step[1]]
    return combine(((rest, *factors),), base)


def _divided(above: Expr, below: Expr) -> Expr | None:
    """above/below if that leaves nothing in the denominator but what is positive at a glance."""
    quotient = cancel(above / below)
    return quotient if sign_of(fraction(quotient)[1]) == "positive" else None
