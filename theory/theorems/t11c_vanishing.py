"""T11c-vanishing: no asymptotic error, where the residual array is symmetric at zero and γ outweighs the noise."""

from functools import cache

from sympy import Rational, sqrt

from theory.averages import gradient_norm
from theory.counterpart import Counterpart
from theory.kernel import Fact, assume, combine, integrate, square
from theory.operators import Total
from theory.residual import (
    F_P,
    G_P,
    gamma,
    m_w,
    noiseless_norm,
    residual_distance,
    residual_error,
    slope,
    target,
    weight_distance,
    weight_error,
)
from theory.residual_assumptions import COORDINATE_VARIANCE, OUTWEIGHED, SYMMETRIC_AT_ZERO
from theory.statement import Statement
from theory.symbols import F_max, K, q_max, sigma, v
from theory.theorems import _t11c_lemmas as lemmas
from theory.theorems import t11c_rate, t11c_step
from theory.theorems.t3_uniform import over_the_run

HALF = Rational(1, 2)


def drift() -> Fact:
    """(G²/F)σ_d² ≤ ℓ²p²σ² ≤ 2ℓ²σ²((p−p*)² + p*²), summed."""
    p = residual_error + target
    terms = (
        (v / F_P, assume(SYMMETRIC_AT_ZERO)),
        (slope**2, square(p), assume(COORDINATE_VARIANCE)),
        (slope**2 * sigma**2, square(residual_error - target)),
    )
    bound = 2 * slope**2 * sigma**2 * (residual_error**2 + weight_error**2 / gamma**2)
    return integrate(Total, combine(terms, bound - G_P**2 / F_P * v))


def absorbed() -> tuple[Fact, Fact]:
    """(3/2)ℓ²σ² is at most half of what T11c has for (p−p*)², and γ²/2 times what it has for (w−w*)²."""
    _, floor, root = lemmas.above_floors()
    room, noise = assume(OUTWEIGHED), slope**2 * sigma**2
    scale = Rational(577, 32) * noise / m_w**2
    of_residual = (
        (1 / (32 * F_max * m_w**2), room),
        (scale * q_max**2, floor),
        (scale * m_w * (q_max + sqrt(m_w)), root),
        (Rational(529, 32) * noise,),
    )
    of_weight = ((5 / (1922 * F_max**3 * q_max**2 * gamma**2), room), (Rational(2, 1922) * noise / gamma**2,))
    return (
        combine(of_residual, HALF * t11c_step.RESIDUAL - Rational(3, 2) * noise),
        combine(of_weight, HALF * t11c_step.DISTANCE - Rational(3, 2) * noise / gamma**2),
    )


@cache
def prove() -> Fact:
    """T11c-rate, with its drift paid for by the residual's error and the distance of W."""
    of_residual, of_weight = absorbed()
    terms = (
        (1, t11c_rate.prove()),
        (Rational(3, 4) / K, over_the_run(drift())),
        (1 / K, of_residual, over_the_run(integrate(Total, square(residual_error)))),
        (1 / K, of_weight, over_the_run(integrate(Total, square(weight_error)))),
    )
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T11c-vanishing",
    title="Residual learning without asymptotic error",
    kind="upper",
    source="this project",
    assumptions=(*t11c_rate.STATEMENT.assumptions, SYMMETRIC_AT_ZERO, COORDINATE_VARIANCE, OUTWEIGHED),
    lhs=t11c_step.GRADIENT * gradient_norm
    + HALF * t11c_step.RESIDUAL * residual_distance
    + t11c_step.METRIC * noiseless_norm
    + HALF * t11c_step.DISTANCE * weight_distance,
    rhs_terms=(t11c_rate.STATEMENT.rhs_terms[0],),
    prove=prove,
    counterparts=(
        Counterpart(
            source="arXiv:2502.06309, Corollary 1",
            text="O(√(σ²L/K)) for G(0) = 0 and γ ≥ C q_min^(−2/5), with a C that does not depend on σ",
        ),
    ),
    sharpness="not sharp: the constants are chosen for being simple",
    note="γ has to grow with σ: T11c-rate keeps its asymptotic error where it does not",
)
