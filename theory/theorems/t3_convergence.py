"""T3: convergence of analog SGD without a pipeline."""

from functools import cache

from theory.assumptions import BOUNDED_BELOW, GAP
from theory.averages import drift_variance, gain_variance, weighted_gradient_norm
from theory.kernel import Fact, assume, combine, integrate, telescope
from theory.operators import Mean, Steps
from theory.statement import Statement
from theory.symbols import Delta, K, L, alpha
from theory.theorems import t2_descent


@cache
def prove() -> Fact:
    """T2 in expectation, summed over the run; the objective telescopes to at most Δ; scaled by 2/(αK)."""
    summed = integrate(Steps, integrate(Mean, t2_descent.prove()))
    scale = 2 / (alpha * K)
    terms = ((scale, summed), (scale, telescope()), (scale, assume(BOUNDED_BELOW)), (scale, assume(GAP)))
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T3",
    title="Convergence without a pipeline",
    kind="upper",
    source="theory.md T3",
    assumptions=(*t2_descent.STATEMENT.assumptions, BOUNDED_BELOW, GAP),
    lhs=weighted_gradient_norm,
    rhs_terms=(2 * Delta / (alpha * K), alpha * L * gain_variance, drift_variance),
    prove=prove,
    note="the last term is the asymptotic error: it does not vanish with K, and T4 shows that it is sharp",
)
