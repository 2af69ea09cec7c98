"""What T9 says in numbers of updates: asynchrony keeps the leading order in ε and the asymptotic error.

T9 has u as a free parameter: (1+u)·d + S(1+1/u)/K, where d is the asymptotic error and S the staleness constant of T8
without its factor 1+1/u. Where the device is symmetric d = 0 and u may grow without bound; otherwise the best u falls
as K^(−1/2), and the price of asynchrony is 2√(Sd)/√K: of the order of the leading term, but it does vanish.
Source: this project, from T9.
"""

from functools import cache

from sympy import Derivative, Integer, Limit, oo, simplify, sqrt

from theory.complexity import (
    Derived,
    Equality,
    leading,
    leading_constant,
    staleness,
    staleness_constant,
    target,
    updates_to_target,
)
from theory.predictions._notation import table_symbol
from theory.symbols import D_mean, K, m_min, young
from theory.theorems import t9_asynchrony

asymptotic = table_symbol("asymptotic_error", "positive")
"""d, T3's last term over m."""
bare = table_symbol("bare_staleness", "positive")
"""S without the factor 1 + 1/u."""


@cache
def asynchronous_bound() -> Derived:
    """A/√K + S/K above the asymptotic error: T9 over m, with the A of T3 and the S = sD̄ of T8."""
    transient, _, stale = t9_asynchrony.STATEMENT.rhs_terms
    constant = staleness_constant().value * D_mean
    steps = (
        *leading_constant().steps,
        *staleness_constant().steps,
        Equality(
            text="T9's first term over m is A/√K, as without a pipeline",
            lhs=transient / m_min,
            rhs=leading_constant().value / sqrt(K),
        ),
        Equality(text="its last one over m is sD̄/K", lhs=stale / m_min, rhs=constant / K),
    )
    value = leading_constant().value / sqrt(K) + constant / K
    return Derived(name="asynchronous bound above the asymptotic error", unit="gradient²", value=value, steps=steps)


@cache
def extra_updates() -> Derived:
    """2S/ε more updates than without a pipeline, as ε → 0: of lower order than the A²/ε² that these take."""
    needed = updates_to_target().value
    more = needed - leading**2 / target**2
    steps = (
        *updates_to_target().steps,
        Equality(
            text="the extra updates are 2S/ε to leading order", lhs=Limit(target * more, target, 0), rhs=2 * staleness
        ),
        Equality(
            text="a vanishing part of all updates", lhs=Limit(more * target**2 / leading**2, target, 0), rhs=Integer(0)
        ),
    )
    return Derived(name="extra updates", unit="updates", value=2 * staleness / target, steps=steps)


@cache
def best_split() -> Derived:
    """u* = √(S/(Kd)), which minimises what asynchrony adds to the bound, u·d + S(1+1/u)/K."""
    added = young * asymptotic + bare * (1 + 1 / young) / K
    value = sqrt(bare / (K * asymptotic))
    steps = (
        Equality(
            text="the slope in u vanishes there (both terms are convex)",
            lhs=Derivative(added, young).doit().subs(young, value),
            rhs=Integer(0),
        ),
        Equality(text="it vanishes with K", lhs=Limit(value, K, oo), rhs=Integer(0)),
        Equality(text="and K u* does not: its inverse vanishes", lhs=Limit(1 / (K * value), K, oo), rhs=Integer(0)),
    )
    return Derived(name="best u", unit="1", value=value, steps=steps)


@cache
def price() -> Derived:
    """2√(Sd/K) + S/K: what asynchrony adds to the bound at the best u. The asymptotic error is not in it."""
    added = young * asymptotic + bare * (1 + 1 / young) / K
    value = 2 * sqrt(bare * asymptotic / K) + bare / K
    steps = (
        *best_split().steps,
        Equality(text="u·d + S(1+1/u)/K at the best u", lhs=added.subs(young, best_split().value), rhs=value),
        Equality(text="it vanishes with K", lhs=Limit(value, K, oo), rhs=Integer(0)),
        Equality(
            text="√K times it tends to 2√(Sd): that much is added to A, nothing if the device is symmetric",
            lhs=simplify(Limit(sqrt(K) * value, K, oo).doit()),
            rhs=2 * sqrt(bare * asymptotic),
        ),
    )
    return Derived(name="price of asynchrony", unit="gradient²", value=value, steps=steps)
