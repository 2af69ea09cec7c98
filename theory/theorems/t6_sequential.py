"""T6-sequential: pulses that see the weights which earlier pulses of the batch left end within O(α²) of T6's rule."""

from functools import cache

from sympy import Abs, Expr, Rational

from theory.assumptions import GAIN_BOUND, SIGNAL_RESPONSE
from theory.kernel import Fact, assume, combine, integrate, magnitude
from theory.operators import Draw, Mean, Steps, Window
from theory.run_rules import telescope
from theory.sign_rules import decide
from theory.statement import Statement
from theory.symbols import F, G, K, alpha, g, q_max, w
from theory.theorems._pulses import (
    DIFFERENCE,
    DISTANCE,
    DISTANCE_START,
    GAP_STEP,
    NEXT_DISTANCE,
    NEXT_PATH,
    PASSED,
    PATH,
    PATH_START,
    PREFIX,
    PULSE_STEP,
    RESPONSE,
    F_start,
    G_start,
    distance,
    distance_first,
    distance_last,
    distance_next,
    gap,
    gap_next,
    path,
    path_first,
    path_last,
    path_next,
    response_lipschitz,
    w_start,
)

MOVED = PULSE_STEP * q_max * PASSED
"""At most how far the weight is from where the batch started."""
SPREAD = response_lipschitz * MOVED * Abs(g)
"""At most what the gains reached make of a signal beyond what those at the start make of it."""


def moved() -> Fact:
    """|w − w̌| ≤ (α/K) q_max Σ_j |g_j|, as |Φ| ≤ q̄|g|."""
    bounds = []
    for sign in (1, -1):
        each = combine(
            ((F, magnitude(sign * g)), (Abs(g), magnitude(sign * G)), (Abs(g), assume(GAIN_BOUND))),
            q_max * Abs(g) - sign * SIGNAL_RESPONSE,
        )
        terms = ((PULSE_STEP, integrate(Window, each)), (-sign, assume(PREFIX)))
        bounds.append(combine(terms, MOVED - sign * (w_start - w)))
    return decide(tuple(bounds), MOVED - Abs(w - w_start))


def spread(sign: int) -> Fact:
    """±(Φ_{w_k}(g) − Φ_w̌(g)) ≤ ℓ|w − w̌||g|; a product is at most that of the magnitudes."""
    change = sign * (F - F_start)
    terms = (
        (Rational(1, 2), magnitude(change), magnitude(-g)),
        (Rational(1, 2), magnitude(-change), magnitude(g)),
        (Abs(g), magnitude(sign * (G - G_start))),
        (Abs(g), assume(RESPONSE)),
        (response_lipschitz * Abs(g), moved()),
    )
    return combine(terms, SPREAD - sign * DIFFERENCE)


def pulse() -> Fact:
    """|y⁺| ≤ |y| + (α/K) ℓ|w − w̌||g|."""
    bound: Expr = distance + PULSE_STEP * SPREAD
    sides = tuple(
        combine(
            (
                (1, magnitude(sign * gap)),
                (1, assume(DISTANCE)),
                (-sign, assume(GAP_STEP)),
                (PULSE_STEP, spread(-sign)),
            ),
            bound - sign * gap_next,
        )
        for sign in (1, -1)
    )
    return combine(((1, decide(sides, bound - Abs(gap_next))), (-1, assume(NEXT_DISTANCE))), bound - distance_next)


def doubled_products() -> Fact:
    """Σ_k E 2|g_k| Σ_{j<k}|g_j| = E(Σ_k|g_k|)² − Σ_k E g_k²: the squared path telescopes."""
    products = integrate(
        Draw,
        combine(
            ((1, assume(NEXT_PATH)), (-1, assume(PATH))),
            path_next - path - 2 * PASSED * Abs(g) - g**2,
        ),
    )
    terms = (
        (-1, integrate(Steps, integrate(Mean, products))),
        (1, telescope(path, path_next, path_first, path_last)),
        (-1, assume(PATH_START)),
    )
    return combine(terms, Steps(Mean(Draw(2 * PASSED * Abs(g) + g**2))) - path_last)


@cache
def prove() -> Fact:
    """Σ_k E of the pulses' bounds; what telescopes is |y| on the one side, the squared path on the other."""
    run = integrate(Steps, integrate(Mean, integrate(Draw, pulse())))
    cost = alpha**2 / K**2 * response_lipschitz * q_max / 2
    terms = (
        (1, run),
        (1, telescope(distance, distance_next, distance_first, distance_last)),
        (-1, assume(DISTANCE_START)),
        (-cost, doubled_products()),
    )
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T6-sequential",
    title="Truly sequential pulses differ from T6's rule by O(α²)",
    kind="upper",
    source="this project",
    assumptions=(
        PREFIX,
        GAIN_BOUND,
        RESPONSE,
        GAP_STEP,
        DISTANCE,
        NEXT_DISTANCE,
        DISTANCE_START,
        PATH,
        NEXT_PATH,
        PATH_START,
    ),
    lhs=distance_last,
    rhs_terms=(
        alpha**2 * response_lipschitz * q_max * path_last / (2 * K**2),
        -(alpha**2) * response_lipschitz * q_max / (2 * K**2) * Steps(Mean(Draw(g**2))),
    ),
    prove=prove,
    sharpness="not known; for the asymmetric linear device T6-sequential-linear says what is added exactly",
    note="k counts the K pulses of one batch; E|w_seq − w_T6| ≤ ½ℓq_max α² E(mean|g_k|)², less the squares of each",
)
