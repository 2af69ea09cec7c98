"""T4-run-limit: under two-point noise both bounds on the gradient norm tend to the same, for every device."""

from functools import cache

from sympy import Integer, Limit, oo, sqrt

from theory.averages import drift_variance, weighted_gradient_norm
from theory.complexity import Derived, Equality
from theory.limit import LimitStatement
from theory.predictions._notation import table_symbol
from theory.symbols import K, alpha
from theory.theorems import t3_convergence, t4_run

scale = table_symbol("step_scale", "positive")
"""c, where the step size is c/√K."""


@cache
def derive() -> Derived:
    """⟨(M/F)h²⟩ lies between two bounds that both tend to ⟨(G²/F)σ²⟩ as α = c/√K."""
    upper = t3_convergence.STATEMENT.rhs.subs(alpha, scale / sqrt(K))
    below = drift_variance - (t4_run.STATEMENT.rhs - weighted_gradient_norm).subs(alpha, scale / sqrt(K))
    steps = (
        Equality(
            text="both bounds are on the same average, T4-run from below",
            lhs=t3_convergence.STATEMENT.lhs - weighted_gradient_norm,
            rhs=t4_run.STATEMENT.lhs - drift_variance,
        ),
        Equality(text="T3 tends to its last term", lhs=Limit(upper, K, oo), rhs=drift_variance),
        Equality(text="the lower bound tends to the same", lhs=Limit(below, K, oo), rhs=drift_variance),
        Equality(text="so that their ratio tends to 1", lhs=Limit(upper / below, K, oo), rhs=Integer(1)),
    )
    return Derived(name="⟨(M/F)h²⟩", unit="gradient²", value=drift_variance, steps=steps)


LIMIT = LimitStatement(
    id="T4-run-limit",
    title="Under two-point noise the asymptotic term is what every run ends at",
    source="this project",
    about=(t3_convergence.STATEMENT, t4_run.STATEMENT),
    derive=derive,
    note="the averages along the run must stay bounded, as they do where q̄, σ and h are, and ⟨(G²/F)σ²⟩ away from 0",
)
