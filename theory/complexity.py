"""Samples, updates and clocks to a target: closed forms with the equalities that lead to them.

The model is a bound (1/K)Σ E‖∇f‖² ≤ A/√K + S/K + (asymptotic error): A from T3 at its best step size, A/√B when the
noise of B micro-batches is averaged (T5), S = s·D̄ from the staleness term of T8 at the same step size. The target ε
is what is left above the asymptotic error, which none of these schedules changes. Counts are real numbers: round up.
Source: this project.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from sympy import Derivative, Expr, Integer, Limit, Symbol, lambdify, simplify, sqrt

from theory.averages import delayed_variance
from theory.predictions._checks import nonnegative, positive
from theory.predictions._notation import samples, stages, table_symbol
from theory.predictions._schedule import ScheduleForms
from theory.symbols import K, alpha, m_min, q_bar, q_max, sigma
from theory.theorems import t3_uniform, t8_asynchronous

target = table_symbol("target", "positive")
"""ε, squared gradient norm above the asymptotic error."""
leading = table_symbol("leading_constant", "positive")
"""A, in front of 1/√K."""
staleness = table_symbol("staleness_constant", "nonnegative")
"""S, in front of 1/K."""
staleness_per_delay = table_symbol("staleness_per_delay", "positive")
"""s = S/D̄."""
D_mean = table_symbol("mean_delay", "nonnegative")
"""D̄."""
_further_stages = Symbol("further_stages", nonnegative=True)  # M − 1: so that SymPy knows the sign of delays


@dataclass(frozen=True, kw_only=True)
class Equality:
    """One step of a derivation: words, and an equality that SymPy can check."""

    text: str
    lhs: Expr
    """May hold derivatives and limits that are still to be taken."""
    rhs: Expr

    def holds(self) -> bool:
        """Whether the difference of the sides simplifies to zero for M ≥ 1; unknown is no."""
        difference = self.lhs.doit() - self.rhs
        return bool(simplify(difference.subs(stages, 1 + _further_stages)) == 0)


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A closed form and its derivation."""

    name: str
    unit: str
    value: Expr
    steps: tuple[Equality, ...]

    def __post_init__(self) -> None:
        """A result without a derivation is a claim."""
        if not self.steps:
            raise ValueError(f"{self.name} must have at least one step, got none")

    def at(self, **numbers: Any) -> Any:
        """The value at numbers or broadcastable arrays, by the names of the symbols.

        Raises:
            ValueError: for a missing or unknown name, or a number that is not of the symbol's sign.
        """
        return evaluate(self.name, self.value, numbers)


def evaluate(what: str, value: Expr, numbers: Mapping[str, Any]) -> Any:
    """An expression at numbers by name; ValueError as for `Derived.at`."""
    symbols = sorted(value.free_symbols, key=str)
    names = [symbol.name for symbol in symbols]
    if set(names) != set(numbers):
        raise ValueError(f"{what} needs values for {', '.join(names)}, got {', '.join(sorted(numbers)) or 'none'}")
    check = {symbol.name: positive if symbol.is_positive else nonnegative for symbol in symbols}
    result = lambdify(symbols, value, modules="numpy")(*(check[name](name, numbers[name]) for name in names))
    return float(result) if np.ndim(result) == 0 else result


@cache
def best_step() -> Derived:
    """The step size that minimises the first two terms of T3, K given."""
    transient, noise = _terms()
    value = simplify(sqrt((transient * alpha) / (noise / alpha)))
    slope = Derivative(transient + noise, alpha).doit().subs(alpha, value)
    return Derived(
        name="best step size",
        unit="weight/gradient",
        value=value,
        steps=(
            Equality(text="the slope of transient + noise vanishes there (both are convex)", lhs=slope, rhs=Integer(0)),
        ),
    )


@cache
def leading_constant() -> Derived:
    """A = √K·(the first two terms of T3) at the best step size."""
    transient, noise = _terms()
    value = simplify(sqrt(K) * (transient + noise).subs(alpha, best_step().value))
    equal = Equality(
        text="at the best step size both terms are equal",
        lhs=transient.subs(alpha, best_step().value),
        rhs=noise.subs(alpha, best_step().value),
    )
    total = Equality(
        text="and they sum to A/√K, with A free of K",
        lhs=(transient + noise).subs(alpha, best_step().value),
        rhs=value / sqrt(K),
    )
    return Derived(name="A", unit="gradient²", value=value, steps=(*best_step().steps, equal, total))


@cache
def staleness_constant() -> Derived:
    """s = S/D̄: the staleness term of T8 at the same step size, with the gains at their bounds, is s·D̄/K.

    m is then a lower bound on (F² − (1+u)G²)/F, which is what T8 has in the place of M/F.
    """
    term = t8_asynchronous.STATEMENT.rhs_terms[3].xreplace(
        {delayed_variance: q_max**2 * D_mean * sigma**2, q_bar: q_max}
    )
    value = simplify((term / m_min).subs(alpha, best_step().value) * K / D_mean)
    step = Equality(
        text="the staleness term of T8 over m, with Σδσ² = D̄σ² and q̄ = q_max, at the best step size is sD̄/K",
        lhs=(term / m_min).subs(alpha, best_step().value),
        rhs=value * D_mean / K,
    )
    return Derived(name="s", unit="gradient²", value=value, steps=(*best_step().steps, step))


@cache
def updates_to_target() -> Derived:
    """The K at which A/√K + S/K = ε; the left side falls with K, so that no smaller K will do."""
    root = sqrt(leading**2 + 4 * target * staleness)
    value = ((leading + root) / (2 * target)) ** 2
    steps = (
        Equality(
            text="put K in: the bound meets the target", lhs=leading / sqrt(value) + staleness / value, rhs=target
        ),
        Equality(
            text="A²/ε² + 2S/ε is at least K, by a square: O(ε⁻² + ε⁻¹)",
            lhs=leading**2 / target**2 + 2 * staleness / target - value,
            rhs=((root - leading) / (2 * target)) ** 2,
        ),
        Equality(
            text="the leading order is that without staleness",
            lhs=Limit(value * target**2, target, 0),
            rhs=leading**2,
        ),
    )
    return Derived(name="K", unit="updates", value=value, steps=steps)


@dataclass(frozen=True, kw_only=True)
class Complexity:
    """What a schedule needs to reach ε above its asymptotic error."""

    updates: Derived
    samples: Derived
    clocks: Derived


@cache
def complexity(forms: ScheduleForms) -> Complexity:
    """Updates, samples and clocks of any schedule, in A, s, ε, M and B.

    A batch of B is accumulated digitally: its noise has variance σ²/B, hence A/√B in front (T5). In-array
    accumulation has the same A/√B, but keeps the asymptotic error of one micro-batch (T6). The A of a device with
    G ≠ 0 is the same with and without a pipeline only as T8's u → 0 slowly with K (T9). The step size behind A
    must be allowed: `complexity_limits.largest_scaled_batch`.
    """
    batch = simplify(samples / forms.updates)
    stale = staleness_per_delay * forms.mean_delay
    general = updates_to_target()
    constants = {leading: leading / sqrt(batch), staleness: stale}
    K_needed = simplify(general.value.xreplace(constants))
    passed = simplify(K_needed * batch)
    needed = forms.clocks.subs(samples, passed)
    noise = Equality(
        text="noise of variance σ²/B in the place of σ² divides A by √B",
        lhs=leading_constant().value.subs(sigma, sigma / sqrt(batch)),
        rhs=leading_constant().value / sqrt(batch),
    )
    met = Equality(
        text="after that many updates the bound meets the target",
        lhs=leading / sqrt(batch) / sqrt(K_needed) + stale / K_needed,
        rhs=target,
    )
    each = Equality(
        text="every update takes its batch of samples", lhs=forms.updates.subs(samples, passed), rhs=K_needed
    )
    time = Equality(
        text="clocks are samples over density",
        lhs=simplify(needed),
        rhs=passed / forms.density.subs(samples, passed),
    )
    return Complexity(
        updates=Derived(name=f"updates, {forms.title}", unit="updates", value=K_needed, steps=(noise, met)),
        samples=Derived(name=f"samples, {forms.title}", unit="samples", value=passed, steps=(noise, met, each)),
        clocks=Derived(
            name=f"clocks, {forms.title}", unit="clocks", value=simplify(needed), steps=(noise, met, each, time)
        ),
    )


@cache
def clock_ratio(slow: ScheduleForms, fast: ScheduleForms) -> Derived:
    """Clocks of one schedule over those of another as ε → 0: how many times faster the other is, in the limit."""
    ratio = complexity(slow).clocks.value / complexity(fast).clocks.value
    value = simplify(Limit(ratio, target, 0).doit())
    steps = (
        Equality(text="the ratio of the clocks in the limit of a small target", lhs=Limit(ratio, target, 0), rhs=value),
    )
    return Derived(name=f"{slow.title} / {fast.title}", unit="1", value=value, steps=steps)


def _terms() -> tuple[Expr, Expr]:
    """The terms of T3 with uniform constants that the step size trades: transient ∝ 1/α, noise ∝ α."""
    transient, noise = t3_uniform.STATEMENT.rhs_terms[:2]
    if (transient * alpha).has(alpha) or (noise / alpha).has(alpha) or noise.has(K):
        raise ValueError(f"T3-uniform must have terms ∝ 1/α and ∝ α, got {transient} and {noise}")
    return transient, noise
