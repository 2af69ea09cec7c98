"""T9-limit: asynchrony leaves the asymptotic error unchanged. T8's bound tends to T3's last term, weights and all."""

from functools import cache

from sympy import Add, Expr, Integer, Limit, oo, simplify, sqrt

from theory.assumptions import STALE_LIMIT, STALE_STEP
from theory.averages import drift_variance, stale_gradient_norm, weighted_gradient_norm
from theory.complexity import Derived, Equality
from theory.limit import LimitStatement
from theory.operators import average
from theory.predictions._notation import table_symbol
from theory.symbols import D_mean, Delta, F, G, K, L, L_stale, M, alpha, h, unfold, young
from theory.theorems import t3_convergence, t3_rate, t8_asynchronous, t9_asynchrony

scale = table_symbol("step_scale", "positive")
"""c, where the step size is c/√K."""
root, ratio = table_symbol("inverse_root", "positive"), table_symbol("inverse_split", "positive")
"""x = 1/√K and y = 1/(Ku): what else but u the bound depends on."""
SLOWLY = 1 / sqrt(K)
"""u_K: it vanishes, K·u_K does not."""
WEIGHT = (F**2 - (1 + young) * G**2) / F


def _along_the_run(expr: Expr) -> Expr:
    return expr.subs(young, SLOWLY)


def _bounds() -> tuple[Equality, ...]:
    """T8 at any α ∝ K^(−1/2) and T9 tend to T3's last term, which is T3's own limit."""
    last = t3_convergence.STATEMENT.rhs_terms[-1]
    t3, t8, t9 = (s.STATEMENT.rhs for s in (t3_convergence, t8_asynchronous, t9_asynchrony))
    at_step = {alpha: scale / sqrt(K)}
    return (
        Equality(
            text="T3 with α = c/√K tends to its last term, the asymptotic error",
            lhs=Limit(t3.subs(at_step), K, oo),
            rhs=last,
        ),
        Equality(
            text="so does T8 with α = c/√K and u = 1/√K", lhs=Limit(_along_the_run(t8.subs(at_step)), K, oo), rhs=last
        ),
        Equality(text="and T9, which has T3's best step size", lhs=Limit(_along_the_run(t9), K, oo), rhs=last),
    )


def _weights() -> tuple[Equality, ...]:
    """The left-hand side is T3's as well."""
    return (
        Equality(
            text="T8 weighs h² by (F² − (1+u)G²)/F",
            lhs=unfold(stale_gradient_norm),
            rhs=average(WEIGHT * h**2),
        ),
        Equality(text="which tends to M/F, T3's weight", lhs=Limit(_along_the_run(WEIGHT), K, oo), rhs=unfold(M / F)),
        Equality(
            text="at u = 0 both averages are the same",
            lhs=unfold(stale_gradient_norm).subs(young, 0),
            rhs=unfold(weighted_gradient_norm),
        ),
    )


def _step_sizes() -> tuple[Equality, ...]:
    """T8's conditions on the step size hold from some K on: what must be ≥ 0 tends to 1."""
    at_best = {alpha: t3_rate.BEST_STEP}
    return tuple(
        Equality(
            text=f"{condition.text}: its slack tends to 1 at the best step size",
            lhs=Limit(_along_the_run(condition.expr.subs(at_best)), K, oo),
            rhs=Integer(1),
        )
        for condition in (STALE_STEP, STALE_LIMIT)
    )


def _any_way() -> tuple[Equality, ...]:
    """T9 is a polynomial in 1/√K, u and 1/(Ku): u may vanish in any way in which Ku grows without bound."""
    leading, drift, stale = t9_asynchrony.STATEMENT.rhs_terms
    cost = simplify(stale * K / (1 + 1 / young))
    polynomial = leading * sqrt(K) * root + drift + cost * (root**2 + ratio)
    return (
        Equality(
            text="T9 is a polynomial in x = 1/√K, u and y = 1/(Ku)",
            lhs=polynomial.subs({root: 1 / sqrt(K), ratio: 1 / (K * young)}),
            rhs=Add(leading, drift, stale),
        ),
        Equality(
            text="at x = u = y = 0 it is the asymptotic error",
            lhs=simplify(polynomial).subs({root: 0, ratio: 0, young: 0}),
            rhs=drift_variance,
        ),
    )


@cache
def derive() -> Derived:
    """The asymptotic error of an asynchronous pipeline is T3's last term."""
    leading, _, stale = t9_asynchrony.STATEMENT.rhs_terms
    size = D_mean * L_stale**2 * Delta / (L * K)
    order = Equality(
        text="the staleness term is a constant times D̄ L_Φ²Δ/(LK), the constant free of K, D̄, L_Φ and Δ",
        lhs=Limit(stale / size, K, oo),
        rhs=2 * t8_asynchronous.STALE_WEIGHT * 2,
    )
    less = Equality(
        text="and less than the leading term by a factor that vanishes with K",
        lhs=Limit(stale / leading, K, oo),
        rhs=Integer(0),
    )
    steps = (*_bounds(), *_weights(), *_step_sizes(), *_any_way(), order, less)
    return Derived(name="asymptotic error", unit="gradient²", value=t3_convergence.STATEMENT.rhs_terms[-1], steps=steps)


LIMIT = LimitStatement(
    id="T9-limit",
    title="Asynchrony leaves the asymptotic error unchanged",
    source="this project; setting of arXiv:2410.15155",
    about=(t3_convergence.STATEMENT, t8_asynchronous.STATEMENT, t9_asynchrony.STATEMENT),
    derive=derive,
    note="averages along the run stay as they are: the limit is of what K, α and u do to the bound",
)
