"""T11d: the residual approaches what it should be, where gains differ less than the objective's curvature allows."""

from functools import cache

from sympy import Abs, Rational, sqrt

from theory.assumptions import UNBIASED, VARIANCE
from theory.counterpart import Counterpart
from theory.kernel import Fact, assume, combine, integrate, magnitude, rewrite, specialise, square
from theory.operators import Draw, Total
from theory.residual import (
    F_P,
    G_P,
    RESIDUAL_RESPONSE,
    gamma,
    mu,
    next_residual_error,
    omega,
    q_min,
    residual_error,
)
from theory.residual import any_residual as x
from theory.residual_assumptions import (
    ALIGNED,
    COCOERCIVE,
    CONTRACTION_STEP,
    RESIDUAL_GAIN_BOUND,
    RESIDUAL_GAIN_FLOOR,
    RESIDUAL_UPDATE,
)
from theory.statement import Statement
from theory.symbols import F_max, L, alpha, g, h, q_max, v
from theory.theorems import t2_metric

MEAN_GAIN, SPREAD = (q_max + q_min) / 2, (q_max - q_min) / 2
RATE = alpha * gamma * mu * L * omega
SIZE = Draw(Abs(g))


def aligned() -> Fact:
    """xΦ(h) ≥ C₊xh − C₋|x||h| with C± = (q_max ± q_min)/2: in each of four cases of signs, one gain is at its worst."""
    above, below = assume(RESIDUAL_GAIN_BOUND), assume(RESIDUAL_GAIN_FLOOR)
    quarter = Rational(1, 4)
    cases = [
        (quarter, magnitude(-s * x), magnitude(-t * h), *gap)
        for s, t, bound in ((1, 1, below), (1, -1, above), (-1, 1, above), (-1, -1, below))
        for gap in ((bound,), (magnitude(-s * G_P),))
    ]
    return combine(tuple(cases), x * (F_P * h + G_P * Abs(h)) - MEAN_GAIN * x * h + SPREAD * Abs(x) * Abs(h))


def spread_paid() -> Fact:
    """C₋|x||h| ≤ C₋(γ√(μL) x²/2 + h²/(2γ√(μL)))."""
    balance = gamma * sqrt(mu * L)
    terms = ((1, assume(RESIDUAL_GAIN_BOUND)), (1, assume(RESIDUAL_GAIN_FLOOR)), (2 * Abs(G_P),))
    spread = combine(terms, 2 * SPREAD)
    paid = SPREAD * (balance / 2 * x**2 + h**2 / (2 * balance) - Abs(x) * Abs(h))
    return combine(((1 / (4 * balance), spread, square(balance * Abs(x) - Abs(h))),), paid)


def bias_paid() -> Fact:
    """−2xG(E|g|−|h|) ≤ γμLω x² + G²σ²/(γμLω), as (E|g|−|h|)² ≤ σ²."""
    weight, excess = gamma * mu * L * omega, SIZE - Abs(h)
    spread = rewrite(integrate(Draw, square(Abs(g) - SIZE)), assume(UNBIASED), Draw(g))
    variance = rewrite(assume(VARIANCE), assume(UNBIASED), Draw(g))
    near = combine(((1, spread), (1, variance), (2, t2_metric.longer_than_mean())), v - excess**2)
    terms = ((1 / weight, square(weight * x + G_P * excess)), (G_P**2 / weight, near))
    return combine(terms, weight * x**2 + G_P**2 * v / weight + 2 * x * G_P * excess)


def second_moment() -> Fact:
    """E Φ(g)² ≤ q_max²(h² + σ²)."""
    gain = F_P + Abs(G_P)
    terms = (
        (F_P, Abs(g), magnitude(-G_P), magnitude(g)),
        (F_P, Abs(g), magnitude(G_P), magnitude(-g)),
        (q_max + gain, assume(RESIDUAL_GAIN_BOUND), square(g)),
    )
    drawn = integrate(Draw, combine(terms, q_max**2 * g**2 - RESIDUAL_RESPONSE**2))
    variance = rewrite(assume(VARIANCE), assume(UNBIASED), Draw(g))
    return combine(((1, drawn), (q_max**2, variance)), q_max**2 * (h**2 + v) - Draw(RESIDUAL_RESPONSE**2))


def per_coordinate() -> Fact:
    """E(x−αΦ)² ≤ x² − 2α(C₊xh − C₋(…)) + α(γμLω x² + G²σ²/(γμLω)) + α²q_max²(h²+σ²)."""
    terms = (
        (2 * alpha, aligned()),
        (2 * alpha, spread_paid()),
        (alpha, bias_paid()),
        (alpha**2, second_moment()),
        (2 * alpha * x * F_P, assume(UNBIASED)),
    )
    balance, weight = gamma * sqrt(mu * L), gamma * mu * L * omega
    bound = (
        x**2
        - 2 * alpha * (MEAN_GAIN * x * h - SPREAD * (balance / 2 * x**2 + h**2 / (2 * balance)))
        + alpha * (weight * x**2 + G_P**2 * v / weight)
        + alpha**2 * q_max**2 * (h**2 + v)
    )
    return combine(
        terms, bound - (x**2 - 2 * alpha * x * Draw(RESIDUAL_RESPONSE) + alpha**2 * Draw(RESIDUAL_RESPONSE**2))
    )


@cache
def prove() -> Fact:
    """x = p − p*; co-coercivity for the sum over coordinates; ω and the step size leave nothing of the gradient."""
    bound = specialise(per_coordinate(), ((x, residual_error),))
    moved = residual_error - alpha * RESIDUAL_RESPONSE
    update = integrate(
        Draw,
        combine(((next_residual_error + moved, assume(RESIDUAL_UPDATE)),), next_residual_error**2 - moved**2),
    )
    mean_gain = (q_max + q_min) / gamma * alpha
    errors, gradients = integrate(Total, square(residual_error)), integrate(Total, square(h))
    terms = (
        (1, integrate(Total, bound)),
        (-1, integrate(Total, update)),
        (mean_gain, assume(COCOERCIVE)),
        (2 * alpha * gamma * mu * L, assume(ALIGNED), errors),
        (2 * alpha / gamma, assume(ALIGNED), gradients),
        (alpha / gamma, assume(CONTRACTION_STEP), gradients),
    )
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T11d",
    title="Residual learning, contraction of the residual's error",
    kind="upper",
    source="this project",
    assumptions=(
        RESIDUAL_UPDATE,
        UNBIASED,
        VARIANCE,
        COCOERCIVE,
        RESIDUAL_GAIN_BOUND,
        RESIDUAL_GAIN_FLOOR,
        ALIGNED,
        CONTRACTION_STEP,
    ),
    lhs=Total(Draw(next_residual_error**2)),
    rhs_terms=(
        (1 - RATE) * Total(residual_error**2),
        alpha**2 / RATE * Total(G_P**2 * v),
        alpha**2 * q_max**2 * Total(v),
    ),
    prove=prove,
    counterparts=(
        Counterpart(
            source="arXiv:2502.06309, Lemma 7",
            text="without a condition on the gains, with the largest G²/F of all coordinates in the place of each",
            rhs=(1 - alpha * gamma * mu * L / (4 * (mu + L))) * Total(residual_error**2)
            + 2 * alpha * (mu + L) * F_max / (gamma * mu * L) * Total(G_P**2 / F_P * v)
            + alpha**2 * F_max**2 * Total(v),
        ),
    ),
    sharpness="the condition on the gains is sharp from two coordinates on; the rate is half of what the drift leaves",
    note="an ω > 0 needs q_max/q_min < ((√L+√μ)/(√L−√μ))²: beyond it gains that differ can turn descent around",
)
