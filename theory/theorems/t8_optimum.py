"""T8-optimum: T8-family with uniform constants, the bound that `theory.optimise` minimises over its multipliers."""

from functools import cache

from sympy import Abs

from theory.assumptions import ASYMMETRY_BOUND, GAIN_BOUND, MEAN_DELAY, SYMMETRIC_BOUND, TOTAL_VARIANCE
from theory.averages import gradient_norm
from theory.kernel import Fact, assume, combine, integrate
from theory.operators import Total
from theory.statement import Statement
from theory.symbols import (
    A_min,
    D_mean,
    Delta,
    E_stale,
    F,
    F_max,
    G,
    G_max,
    K,
    L_stale,
    alpha,
    curvature,
    delay,
    lam,
    q_bar,
    q_max,
    sigma,
    split,
    v,
)
from theory.theorems import t2_family, t8_family
from theory.theorems._published import ASYNCHRONOUS
from theory.theorems.t3_uniform import over_the_run

STALE_COST = E_stale * L_stale**2 * alpha**2 * (1 + 1 / split)


@cache
def prove() -> Fact:
    """Replace each average by its uniform bound."""
    noise = over_the_run(assume(TOTAL_VARIANCE))
    delayed = over_the_run(assume(MEAN_DELAY))
    asymmetric = combine(((G_max + Abs(G), v, assume(ASYMMETRY_BOUND)),), (G_max**2 - G**2) * v)
    symmetric = combine(((F_max + F, v, assume(SYMMETRIC_BOUND)),), (F_max**2 - F**2) * v)
    gain = combine(((q_max + q_bar, v * delay, assume(GAIN_BOUND)),), (q_max**2 - q_bar**2) * v * delay)
    inverse = t2_family.inverse_excess()
    costs: tuple[tuple[object, ...], ...] = ((lam,), (curvature * lam, inverse), (STALE_COST,))
    bounds = ((G_max, asymmetric, noise), (F_max, symmetric, noise), (q_max, gain, delayed))
    terms: list[tuple[object, ...]] = [(1, t8_family.prove())]
    for cost, (limit, square_gap, total) in zip(costs, bounds, strict=True):
        terms.append((1 / (A_min * K), *cost, over_the_run(integrate(Total, square_gap))))
        terms.append((1 / (A_min * K), *cost, limit**2, total))
    return combine(tuple(terms), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T8-optimum",
    title="Asynchronous pipeline with uniform constants, the whole family",
    kind="upper",
    source="this project",
    assumptions=(
        *t8_family.STATEMENT.assumptions,
        ASYMMETRY_BOUND,
        SYMMETRIC_BOUND,
        GAIN_BOUND,
        TOTAL_VARIANCE,
        MEAN_DELAY,
    ),
    lhs=gradient_norm,
    rhs_terms=(
        Delta / (A_min * K),
        lam * G_max**2 * sigma**2 / A_min,
        curvature * lam / (lam - curvature) * F_max**2 * sigma**2 / A_min,
        STALE_COST * q_max**2 * D_mean * sigma**2 / A_min,
    ),
    prove=prove,
    counterparts=(ASYNCHRONOUS,),
    sharpness="not known for delays; without a pipeline as for T3-family",
    note="minimise over the multipliers with `theory.optimise`; without a pipeline D = D̄ = 0",
)
