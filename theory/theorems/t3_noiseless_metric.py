"""T3-noiseless-metric: without noise the update itself, F h + G|h|, and the weighted gradient vanish as 1/K."""

from functools import cache

from sympy import Abs, Rational, expand

from theory.assumptions import BOUNDED_BELOW, GAP, SMOOTH, STALE_STEP, SYMMETRIC_BOUND, UPDATE
from theory.counterpart import Counterpart
from theory.kernel import Assumption, Fact, assume, combine, integrate, magnitude, rewrite
from theory.operators import Draw, Total, average
from theory.statement import Statement
from theory.symbols import Delta, F, F_max, G, K, L, M, alpha, define, g, h, q_bar, w_next
from theory.theorems import t3_convergence
from theory.theorems.t3_noiseless import NOISE_FREE

POSITIVE_GAINS = Assumption(
    name="A3 gains", relation=">=", expr=M, text="M = q₊q₋ ≥ 0: neither gain is negative along the run"
)
RESPONSE = F * h + G * Abs(h)
"""Φ_w(h), what the device makes of the gradient itself."""
noiseless_metric = define(
    "noiseless_metric",
    "⟨Φ_d(h_d)²+M_dh_d²⟩",
    r"\left\langle (F_d h_d + G_d|h_d|)^2 + M_d h_d^2 \right\rangle",
    "average squared noiseless update, plus squared gradient weighted by M",
    definition=average(RESPONSE**2 + M * h**2),
)


def progress() -> Fact:
    """hΦ = (F−|G|)h² + |h|(|G||h| + G h) ≥ 0, and F − |G| = M/q̄."""
    smaller_gain = combine(((1 / q_bar, assume(POSITIVE_GAINS)),), F - Abs(G))
    half = Rational(1, 2) * Abs(h)
    sides = ((half, magnitude(-G), magnitude(-h)), (half, magnitude(G), magnitude(h)))
    return combine(((h**2, smaller_gain), *sides), h * RESPONSE)


def per_coordinate() -> Fact:
    """−αhΦ + (Lα²/2)Φ² ≤ −(α/4F_max)(Φ² + M h²), as Φ² + M h² = 2F hΦ."""
    below = assume(SYMMETRIC_BOUND)
    terms = (
        (alpha / 2, assume(STALE_STEP), progress()),
        (alpha / (2 * F_max), below, progress()),
        (L * alpha**2, below, progress()),
        (L * alpha**2 / 2, h**2, assume(POSITIVE_GAINS)),
    )
    change = alpha * h * RESPONSE - L * alpha**2 / 2 * RESPONSE**2
    return combine(terms, change - alpha / (4 * F_max) * (RESPONSE**2 + M * h**2))


@cache
def prove() -> Fact:
    """Smoothness along the update, with the gradient for the signal, over the run."""
    along = rewrite(rewrite(assume(SMOOTH), assume(UPDATE), w_next), assume(NOISE_FREE), g)
    expected, total = integrate(Draw, along), integrate(Total, per_coordinate())
    descent = combine(((1, expected), (1, total)), expand(expected.expr + total.expr))
    return t3_convergence.telescoped(descent, 4 * F_max / (alpha * K))


STATEMENT = Statement(
    id="T3-noiseless-metric",
    title="Convergence without noise, of the update itself",
    kind="upper",
    source="this project",
    assumptions=(SMOOTH, UPDATE, NOISE_FREE, STALE_STEP, SYMMETRIC_BOUND, POSITIVE_GAINS, BOUNDED_BELOW, GAP),
    lhs=noiseless_metric,
    rhs_terms=(4 * F_max * Delta / (alpha * K),),
    prove=prove,
    counterparts=(
        Counterpart(
            source="arXiv:2502.06309, Theorem 6",
            text="O(LΔ/K) for a metric of this kind, printed with F h − G|h| in the place of F h + G|h|",
        ),
    ),
    sharpness="not known",
    note="8 L F_max² Δ/K at the largest step size, α = 1/(2 L F_max)",
)
