"""T11b: what one transfer of the residual does to the distance of the array W from the minimiser."""

from functools import cache

from theory.counterpart import Counterpart
from theory.kernel import Fact, assume, combine, integrate, specialise, square
from theory.operators import Draw, Total
from theory.residual import (
    F_W,
    G_W,
    INVERSE_W,
    M_W,
    TARGET_TRANSFER,
    TRANSFER,
    beta,
    gamma,
    next_residual_error,
    next_weight_error,
    p_next,
    q_w,
    target,
    transferred,
    weight_error,
)
from theory.residual import any_residual as x
from theory.residual_assumptions import (
    ARRAY_SYMMETRIC_BOUND,
    ARRAY_UNSATURATED,
    TRANSFER_STEP,
    TRANSFER_UPDATE,
)
from theory.statement import Statement
from theory.symbols import F, F_max, G, g, g_other
from theory.theorems import t1a_lipschitz

CONTRACTION = -beta / (2 * gamma * F_max) * M_W * weight_error**2
METRIC = -beta * gamma / (2 * F_max) * TARGET_TRANSFER**2
STEERING = 2 * beta * gamma * F_max * q_w**2 * INVERSE_W * Draw(next_residual_error**2)
SQUARED = 2 * beta**2 * q_w**2 * Draw(next_residual_error**2)
"""What it costs that the residual is not what it should be."""


def product_gain() -> Fact:
    """M(W) = M² M† ≥ 0."""
    return combine(((M_W**2 * INVERSE_W,), (-M_W, assume(ARRAY_UNSATURATED))), M_W)


def lipschitz() -> Fact:
    """(Ψ(p⁺) − Ψ(x))² ≤ q̄²(p⁺ − x)²: T1a for the array with its gains exchanged."""
    return specialise(t1a_lipschitz.prove(), ((F, F_W), (G, -G_W), (g, p_next), (g_other, x)))


def aligned() -> tuple[tuple[object, ...], ...]:
    """2βγxΨ(x) ≥ (βγ/F_max)(M x² + Ψ(x)²), from 2F xΨ(x) = M x² + Ψ(x)²; β ≤ γ/(4F_max) leaves half of Ψ(x)²."""
    gap, scale = assume(ARRAY_SYMMETRIC_BOUND), beta * gamma / (F_W * F_max)
    return (
        (scale * x**2, gap, product_gain()),
        (scale, gap, square(transferred(x))),
        (beta / (2 * F_max), assume(TRANSFER_STEP), square(transferred(x))),
    )


def misaligned() -> tuple[tuple[object, ...], ...]:
    """What Ψ(p⁺) − Ψ(x) changes: −2βγx(…) by Young's inequality, the square by (a+b)² ≤ 2a²+2b²."""
    change, scale = TRANSFER - transferred(x), beta * gamma / (2 * F_max)
    return (
        (scale * INVERSE_W, square(M_W * x + 2 * F_max * change)),
        (-scale * M_W * x**2 - 2 * beta * gamma * x * change, assume(ARRAY_UNSATURATED)),
        (2 * beta * gamma * F_max * INVERSE_W + 2 * beta**2, lipschitz()),
        (beta**2, square(2 * transferred(x) - TRANSFER)),
    )


def per_coordinate() -> Fact:
    """β²Ψ(p⁺)² − 2βγxΨ(p⁺) ≤ −(βγ/2F_max)(M x² + Ψ(x)²) + 2q̄²(βγF_max M† + β²)(p⁺−x)², whatever p⁺ and x are."""
    error = 2 * q_w**2 * (beta * gamma * F_max * INVERSE_W + beta**2) * (p_next - x) ** 2
    bound = error - beta * gamma / (2 * F_max) * (M_W * x**2 + transferred(x) ** 2)
    return combine((*aligned(), *misaligned()), bound - beta**2 * TRANSFER**2 + 2 * beta * gamma * x * TRANSFER)


@cache
def prove() -> Fact:
    """x = p*, for which w − w* = −γp*; then expectation and the sum over coordinates."""
    moved = weight_error + beta * TRANSFER
    bound = specialise(per_coordinate(), ((x, target),))
    update = (-(next_weight_error + moved), assume(TRANSFER_UPDATE))
    return integrate(Total, integrate(Draw, combine(((1, bound), update), bound.expr + update[0] * update[1].expr)))


STATEMENT = Statement(
    id="T11b",
    title="Residual learning, one step of the distance of W from the minimiser",
    kind="upper",
    source="this project",
    assumptions=(TRANSFER_UPDATE, ARRAY_SYMMETRIC_BOUND, ARRAY_UNSATURATED, TRANSFER_STEP),
    lhs=Total(Draw(next_weight_error**2)),
    rhs_terms=(
        Total(weight_error**2),
        Total(CONTRACTION),
        Total(METRIC),
        Total(STEERING),
        Total(SQUARED),
    ),
    prove=prove,
    counterparts=(
        Counterpart(
            source="arXiv:2502.06309, Lemma 6",
            text="for β ≤ γ/(2 F_max)",
            rhs=Total(weight_error**2 + CONTRACTION + METRIC)
            + 2 * beta * F_max**3 / gamma * Total(INVERSE_W * Draw(next_residual_error**2))
            + 2 * beta**2 * Total(Draw(next_residual_error**2)),
        ),
    ),
    sharpness="not sharp: half of the way to the minimiser is kept to pay for the error of the residual",
    note="whatever the residual does: the last two terms say how far it is from p* = (w* − w)/γ",
)
