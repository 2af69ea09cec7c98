"""T3-family: convergence without a pipeline with the family's constants, one bound for every multiplier."""

from functools import cache

from theory.assumptions import BOUNDED_BELOW, GAP
from theory.averages import asymmetric_variance, family_gradient_norm, symmetric_variance
from theory.kernel import Fact
from theory.statement import Statement
from theory.symbols import Delta, K, curvature, lam
from theory.theorems import t2_family, t3_convergence


@cache
def prove() -> Fact:
    """T2-family over the run, scaled by 1/K."""
    return t3_convergence.telescoped(t2_family.prove(), 1 / K)


STATEMENT = Statement(
    id="T3-family",
    title="Convergence without a pipeline, the whole family",
    kind="upper",
    source="this project",
    assumptions=(*t2_family.STATEMENT.assumptions, BOUNDED_BELOW, GAP),
    lhs=family_gradient_norm,
    rhs_terms=(
        Delta / K,
        lam * asymmetric_variance,
        curvature * lam / (lam - curvature) * symmetric_variance,
    ),
    prove=prove,
    sharpness="at λ = α/(2F) the asymptotic term is the sharp one of T4; what the best λ loses is not known in general",
)
