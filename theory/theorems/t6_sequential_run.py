"""T6-sequential-run: convergence with truly sequential pulses. What T6-sequential bounds costs O(α), not more."""

from functools import cache

from theory.assumptions import (
    BOUNDED_BELOW,
    GAP,
    IN_ARRAY,
    MICRO_UNBIASED,
    MICRO_VARIANCE,
    SMOOTH,
    STEP_SIZE,
    SYMMETRIC_BOUND,
)
from theory.averages import drift_variance, gain_variance
from theory.kernel import Assumption, Fact, assume, combine, integrate, specialise, square
from theory.operators import Batch, Draw, average
from theory.statement import Statement
from theory.symbols import (
    PER_COORDINATE,
    B,
    Delta,
    F,
    G,
    K,
    L,
    M,
    alpha,
    define,
    h,
    q_bar,
    split,
    v,
    young,
)
from theory.theorems import t2_descent, t3_convergence, t6_in_array

extra = define(
    "sequential_change",
    "y_d^k",
    "y_{d,k}",
    "what sequential pulses change beyond T6's rule [weight]",
    axes=PER_COORDINATE | {"draw"},
)
extra_bound = define(
    "sequential_bound",
    "R_d²",
    "R_d^2",
    "bound on E y²/α⁴; by T6-sequential ¼ℓ²q_max² E(mean|g_b|)⁴ will do",
    sign="nonnegative",
    axes=PER_COORDINATE,
)
sequential_gradient_norm = define(
    "sequential_gradient_norm",
    "⟨(M_d/F_d−u)h_d²⟩",
    r"\left\langle \left(\tfrac{M_d}{F_d}-u\right) h_d^2 \right\rangle",
    "average squared gradient norm as T6-sequential-run weighs it",
    definition=average((M / F - young) * h**2),
)
sequential_variance = define(
    "sequential_variance",
    "⟨R_d²⟩",
    r"\left\langle R_d^2 \right\rangle",
    "average bound on what sequential pulses change, squared, over α⁴",
    sign="nonnegative",
    definition=average(extra_bound),
)

SEQUENTIAL = Assumption(
    name="U sequential",
    relation="==",
    expr=IN_ARRAY.expr - extra,
    text="micro-batches are pulsed one after the other: w⁺ = w − (α/B) Σ_b (F g_b + G|g_b|) + y",
)
SECOND_ORDER = Assumption(
    name="U second order",
    relation=">=",
    expr=alpha**4 * extra_bound - Draw(extra**2),
    text="y is of second order in α: E y² ≤ α⁴R²",
)
SPLIT_STEP = STEP_SIZE.instantiate({L: (1 + split) * L})
MOVE = -alpha * Batch(t6_in_array.RESPONSE)
COST = 1 / (2 * alpha * young) + (1 + 1 / split) * L / 2
"""What E y² costs in a step."""


def per_coordinate() -> Fact:
    """T6's inequality for (1+t)L; Young's inequality twice, for h·y and for (Δw + y)²."""
    bound = t2_descent.per_coordinate(
        t6_in_array.bias(), t6_in_array.variance(), t6_in_array.MEAN, t6_in_array.SECOND_MOMENT, q_bar**2 * v / B
    )
    terms = (
        (1, specialise(bound, ((L, (1 + split) * L),))),
        (1 / (2 * alpha * young), integrate(Draw, square(alpha * young * h - extra))),
        (L * split / 2, integrate(Draw, square(MOVE - extra / split))),
        (COST, assume(SECOND_ORDER)),
    )
    descent = -alpha / 2 * (M / F - young) * h**2 + alpha / 2 * G**2 / F * v
    noise = (1 + split) * L * alpha**2 / 2 * q_bar**2 * v / B + COST * alpha**4 * extra_bound
    change = -h * Draw(MOVE + extra) - L / 2 * Draw((MOVE + extra) ** 2)
    return combine(terms, descent + noise + change)


@cache
def prove() -> Fact:
    """Smoothness along the update, over the run, scaled by 2/(αK)."""
    return t3_convergence.telescoped(t2_descent.summed(SEQUENTIAL, per_coordinate()), 2 / (alpha * K))


STATEMENT = Statement(
    id="T6-sequential-run",
    title="Synchronous batch, pulsed into the array one after the other",
    kind="upper",
    source="this project",
    assumptions=(
        SMOOTH,
        SEQUENTIAL,
        SECOND_ORDER,
        MICRO_UNBIASED,
        MICRO_VARIANCE,
        SPLIT_STEP,
        SYMMETRIC_BOUND,
        BOUNDED_BELOW,
        GAP,
    ),
    lhs=sequential_gradient_norm,
    rhs_terms=(
        2 * Delta / (alpha * K),
        (1 + split) * alpha * L * gain_variance / B,
        drift_variance,
        (alpha**2 / young + (1 + 1 / split) * L * alpha**3) * sequential_variance,
    ),
    prove=prove,
    sharpness="last but one term as in T6",
    note="for every u, t > 0; with u = α the order of the pulses costs O(α), and the asymptotic error stays that of T6",
)
