"""T3: convergence of analog SGD without a pipeline."""

from functools import cache

from sympy import Add, Expr, expand

from theory.assumptions import BOUNDED_BELOW, GAP
from theory.averages import drift_variance, gain_variance, weighted_gradient_norm
from theory.counterpart import Counterpart
from theory.kernel import Fact, assume, combine, integrate
from theory.operators import Mean, Steps
from theory.run_rules import telescope
from theory.statement import Statement
from theory.symbols import Delta, K, L, alpha, f, f_first, f_last, f_next
from theory.theorems import t2_descent


def telescoped(descent: Fact, scale: Expr) -> Fact:
    """One-step descent in expectation, summed over the run: the objective telescopes to at most Δ."""
    summed = integrate(Steps, integrate(Mean, descent))
    facts = (summed, telescope(f, f_next, f_first, f_last), assume(BOUNDED_BELOW), assume(GAP))
    return combine(tuple((scale, fact) for fact in facts), scale * expand(Add(*(fact.expr for fact in facts))))


@cache
def prove() -> Fact:
    """T2 over the run, scaled by 2/(αK)."""
    return telescoped(t2_descent.prove(), 2 / (alpha * K))


STATEMENT = Statement(
    id="T3",
    title="Convergence without a pipeline",
    kind="upper",
    source="this project",
    assumptions=(*t2_descent.STATEMENT.assumptions, BOUNDED_BELOW, GAP),
    lhs=weighted_gradient_norm,
    rhs_terms=(2 * Delta / (alpha * K), alpha * L * gain_variance, drift_variance),
    prove=prove,
    counterparts=(
        Counterpart(
            source="arXiv:2502.06309, eq. (73)",
            text="at one step size, for a left-hand side of its own: (1/K)ΣE[‖∇f⊙F+|∇f|⊙G‖² + 4‖∇f‖²_M] "
            "≤ 16F_max²√(Δσ²L/K) + 8F_max σ²·avg max G²/F",
        ),
    ),
    sharpness="last term sharp: T4; the other two are not, T3-family leaves their multiplier free",
    note="the last term is the asymptotic error: it does not vanish with K, and T4 shows that it is sharp",
)
