"""T3-optimum: the family without a pipeline, with uniform constants; `theory.optimise` minimises it."""

from functools import cache

from sympy import Abs, Integer

from theory.assumptions import (
    ASYMMETRY_BOUND,
    BOUNDED_BELOW,
    FORM,
    GAP,
    MULTIPLIER,
    SMOOTH,
    SYMMETRIC_BOUND,
    TOTAL_VARIANCE,
    UNBIASED,
    UPDATE,
    VARIANCE,
)
from theory.averages import gradient_norm
from theory.kernel import Fact, assume, combine, integrate, signed, specialise
from theory.operators import Total
from theory.statement import Statement
from theory.symbols import A_min, C_mean, Delta, E_stale, F, F_max, G, G_max, K, curvature, e, lam, sigma, v
from theory.theorems import t2_descent, t2_family, t3_convergence, t8_family
from theory.theorems.t3_uniform import over_the_run

FRESH = ((e, Integer(0)), (C_mean, Integer(0)), (E_stale, Integer(0)))
"""No staleness: nothing to pay for."""
FRESH_FORM = FORM.instantiate(dict(FRESH))


@cache
def prove() -> Fact:
    """T8-family's one-step bound without staleness, over the run, with each average replaced by its uniform bound."""
    descent = t2_descent.summed(UPDATE, specialise(t8_family.per_coordinate(), FRESH))
    noise = over_the_run(assume(TOTAL_VARIANCE))
    asymmetric = combine(((G_max + Abs(G), v, assume(ASYMMETRY_BOUND)),), (G_max**2 - G**2) * v)
    symmetric = combine(((F_max + F, v, assume(SYMMETRIC_BOUND)),), (F_max**2 - F**2) * v)
    costs: tuple[tuple[object, ...], ...] = ((lam,), (curvature * lam, t2_family.inverse_excess()))
    terms: list[tuple[object, ...]] = [(1, t3_convergence.telescoped(descent, 1 / K))]
    for cost, limit, gap in zip(costs, (G_max, F_max), (asymmetric, symmetric), strict=True):
        terms.append((1 / K, *cost, over_the_run(integrate(Total, gap))))
        terms.append((1 / K, *cost, limit**2, noise))
    scaled = combine(tuple(terms), A_min * (STATEMENT.rhs - STATEMENT.lhs))
    return combine(((signed(1 / A_min), scaled),), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T3-optimum",
    title="Convergence without a pipeline with uniform constants, the whole family",
    kind="upper",
    source="this project",
    assumptions=(
        SMOOTH,
        UPDATE,
        UNBIASED,
        VARIANCE,
        MULTIPLIER,
        FRESH_FORM,
        BOUNDED_BELOW,
        GAP,
        ASYMMETRY_BOUND,
        SYMMETRIC_BOUND,
        TOTAL_VARIANCE,
    ),
    lhs=gradient_norm,
    rhs_terms=(
        Delta / (A_min * K),
        lam * G_max**2 * sigma**2 / A_min,
        curvature * lam / (lam - curvature) * F_max**2 * sigma**2 / A_min,
    ),
    prove=prove,
    sharpness="as T3-family where F and |G| are constant along the run",
    note="minimise over the multipliers with `theory.optimise`; T3-family has the largest A as a closed form",
)
