"""T11c-rate: T11c at the step size that balances it, from a residual of zero."""

from functools import cache

from sympy import Rational, sqrt

from theory.assumptions import GAP
from theory.kernel import Fact, assume, combine, specialise
from theory.residual import first_distance, gamma, mu, residual_drift
from theory.residual_assumptions import START
from theory.statement import Statement
from theory.symbols import Delta, F_max, K, L, alpha, q_max, sigma
from theory.theorems import _t11c_lemmas as lemmas
from theory.theorems import t11c_residual, t11c_step

INITIAL = Rational(5, 3) * Delta
"""What objective and weighted distance are worth together at the start: at most (51/31)Δ."""
BEST_STEP = sqrt(INITIAL / (L * K)) / (gamma * F_max * sigma)


def initial_potential() -> Fact:
    """Δ + C‖W_0 − W*‖² ≤ (5/3)Δ, as √m_W ≤ q_max."""
    _, _, root = lemmas.above_floors()
    half = combine(((1, assume(START)), (1, assume(GAP))), Delta - mu / 2 * first_distance)
    terms = (
        (2 * t11c_step.WEIGHT / mu, half),
        (20 * Delta / (31 * q_max), root),
        (Rational(2, 93) * Delta,),
    )
    return combine(terms, INITIAL - Delta - t11c_step.WEIGHT * first_distance)


@cache
def prove() -> Fact:
    """The potential at the start in terms of Δ, then the step size."""
    fact = combine(
        ((1, t11c_residual.prove()), (1 / (lemmas.STEP * K), initial_potential())),
        INITIAL / (lemmas.STEP * K)
        + t11c_residual.STATEMENT.rhs_terms[2]
        + t11c_residual.STATEMENT.rhs_terms[3]
        - t11c_residual.STATEMENT.lhs,
    )
    return specialise(fact, ((alpha, BEST_STEP),))


STATEMENT = Statement(
    id="T11c-rate",
    title="Rate of residual learning",
    kind="upper",
    source="this project; setting of arXiv:2502.06309, Theorem 3",
    assumptions=tuple(a.instantiate({alpha: BEST_STEP}) for a in (*t11c_residual.STATEMENT.assumptions, START)),
    lhs=t11c_residual.STATEMENT.lhs,
    rhs_terms=(
        Rational(97, 32) * F_max * sigma * sqrt(INITIAL * L / K),
        Rational(3, 4) * residual_drift,
    ),
    prove=prove,
    sharpness="not sharp: the constants are chosen for being simple",
    note="from P = 0 at the step size α = √(5Δ/(3LK))/(γF_max σ), which is small enough for K ≥ (320/3)LΔ/σ²",
)
