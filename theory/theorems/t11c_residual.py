"""T11c: convergence of residual learning for a strongly convex objective."""

from functools import cache

from sympy import Rational

from theory.assumptions import BOUNDED_BELOW, GAP, TOTAL_VARIANCE
from theory.averages import gradient_norm
from theory.kernel import Fact, assume, combine, integrate
from theory.operators import Draw
from theory.residual import (
    distance,
    first_distance,
    last_distance,
    next_distance,
    noiseless_norm,
    residual_distance,
    residual_drift,
    weight_distance,
)
from theory.residual_assumptions import DISTANCE, NEXT_DISTANCE
from theory.run_rules import telescope
from theory.statement import Statement
from theory.symbols import Delta, F_max, K, L, f, f_first, f_last, f_next, sigma
from theory.theorems import t11c_step
from theory.theorems._t11c_lemmas import STEP
from theory.theorems.t3_uniform import over_the_run
from theory.theorems.t11c_step import WEIGHT


@cache
def prove() -> Fact:
    """T11c-step over the run, divided by αγK: objective and distance telescope."""
    scale = 1 / (STEP * K)
    terms = (
        (scale, over_the_run(t11c_step.prove())),
        (scale, telescope(f, f_next, f_first, f_last)),
        (scale, assume(BOUNDED_BELOW)),
        (scale, assume(GAP)),
        (scale * WEIGHT, telescope(distance, next_distance, first_distance, last_distance)),
        (scale * WEIGHT, over_the_run(assume(DISTANCE))),
        (-scale * WEIGHT, over_the_run(integrate(Draw, assume(NEXT_DISTANCE)))),
        (scale * WEIGHT * last_distance,),
        (Rational(65, 32) * STEP * L * F_max**2 / K, over_the_run(assume(TOTAL_VARIANCE))),
    )
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T11c",
    title="Convergence of residual learning",
    kind="upper",
    source="this project; setting of arXiv:2502.06309, Theorem 3",
    assumptions=(
        *t11c_step.STATEMENT.assumptions,
        TOTAL_VARIANCE,
        DISTANCE,
        NEXT_DISTANCE,
        BOUNDED_BELOW,
        GAP,
    ),
    lhs=t11c_step.GRADIENT * gradient_norm
    + t11c_step.RESIDUAL * residual_distance
    + t11c_step.METRIC * noiseless_norm
    + t11c_step.DISTANCE * weight_distance,
    rhs_terms=(
        Delta / (STEP * K),
        WEIGHT * first_distance / (STEP * K),
        Rational(65, 32) * STEP * L * F_max**2 * sigma**2,
        Rational(3, 4) * residual_drift,
    ),
    prove=prove,
    sharpness="not sharp: the constants are chosen for being simple",
    note="the asymptotic error is that of the residual array, which the residual leaves as it goes to zero",
)
