"""T4b: T3 for noise of known shape, which makes the signal's mean size smaller than its variance alone would allow."""

from functools import cache

from sympy import Abs

from theory.assumptions import (
    BOUNDED_BELOW,
    GAP,
    SIGNAL_RESPONSE,
    SMOOTH,
    STEP_SIZE,
    SYMMETRIC_BOUND,
    UNBIASED,
    UPDATE,
    VARIANCE,
)
from theory.averages import drift_variance, gain_variance
from theory.kernel import Assumption, Fact, assume, combine, square
from theory.operators import Draw, average
from theory.statement import Statement
from theory.symbols import Delta, F, G, K, L, alpha, define, g, h, q_bar, v
from theory.theorems import t1b_variance, t2_descent, t3_convergence

kappa = define("shape_noise", "κ", r"\kappa", "how much of the noise variance counts in (E|g|)²", sign="nonnegative")
zeta = define("shape_gradient", "ζ", r"\zeta", "how much of the squared gradient counts in (E|g|)²", sign="nonnegative")
shaped_gradient_norm = define(
    "shaped_gradient_norm",
    "⟨((F_d²−ζG_d²)/F_d)h_d²⟩",
    r"\left\langle \tfrac{F_d^2-\zeta G_d^2}{F_d} h_d^2 \right\rangle",
    "average squared gradient norm as T4b weighs it",
    definition=average((F**2 - zeta * G**2) / F * h**2),
)

MEAN, SECOND_MOMENT = Draw(SIGNAL_RESPONSE), Draw(SIGNAL_RESPONSE**2)
SHAPE = Assumption(
    name="N shape",
    relation=">=",
    expr=zeta * h**2 + kappa * v - Draw(Abs(g)) ** 2,
    text="(E|g|)² ≤ ζh² + κσ_d²: any noise with ζ = κ = 1; theory.noise_shapes has what others allow",
)


def bias() -> Fact:
    """(E_kΦ − F h)² ≤ G²(ζh² + κσ²)."""
    size = G * Draw(Abs(g))
    of_mean = (-F * (F * (Draw(g) - h) + 2 * size), assume(UNBIASED))
    return combine(((G**2, assume(SHAPE)), of_mean), G**2 * (zeta * h**2 + kappa * v) - (MEAN - F * h) ** 2)


def per_coordinate() -> Fact:
    """T2's multipliers with that bias."""
    terms = (
        (alpha / (2 * F), bias()),
        (L * alpha**2 / 2, t1b_variance.prove()),
        (alpha / (2 * F), t2_descent.small_step(), square(MEAN)),
    )
    descent = -alpha / 2 * (F**2 - zeta * G**2) / F * h**2 + alpha / 2 * kappa * G**2 / F * v
    change = alpha * h * MEAN - L * alpha**2 / 2 * SECOND_MOMENT
    return combine(terms, descent + L * alpha**2 / 2 * q_bar**2 * v + change)


@cache
def prove() -> Fact:
    """Over the run, as T3."""
    return t3_convergence.telescoped(t2_descent.summed(UPDATE, per_coordinate()), 2 / (alpha * K))


STATEMENT = Statement(
    id="T4b",
    title="Convergence with noise of known shape",
    kind="upper",
    source="this project",
    assumptions=(
        SMOOTH,
        UPDATE,
        UNBIASED,
        VARIANCE,
        SHAPE,
        STEP_SIZE,
        SYMMETRIC_BOUND,
        BOUNDED_BELOW,
        GAP,
    ),
    lhs=shaped_gradient_norm,
    rhs_terms=(2 * Delta / (alpha * K), alpha * L * gain_variance, kappa * drift_variance),
    prove=prove,
    sharpness="last term sharp for every shape: T4b-sharp",
    note="Gaussian noise allows κ = 2/π with ζ = 1, and with less where |h| is bounded (theory.noise_shapes)",
)
