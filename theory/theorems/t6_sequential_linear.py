"""T6-sequential-linear: for the asymmetric linear device the mean difference of the two rules is known exactly.

A pulse is w_{k+1} = (1 − α|g_k|/(Kτ)) w_k − (α/K) g_k, so only the weight in front of |g_k| differs from T6's rule.
"""

from functools import cache

from sympy import Abs, Integer

from theory.kernel import Fact, assume, combine, integrate
from theory.operators import Draw, Mean, Steps, Window
from theory.run_rules import telescope
from theory.statement import Statement
from theory.symbols import F, G, K, alpha, g, tau, w
from theory.theorems._pulses import (
    GAP_START,
    GAP_STEP,
    PREFIX,
    PULSE_STEP,
    F_start,
    G_start,
    gap,
    gap_first,
    gap_last,
    gap_next,
    w_start,
)

LINEAR = {F: Integer(1), G: w / tau, F_start: Integer(1), G_start: w_start / tau}
LINEAR_PREFIX, LINEAR_GAP_STEP = PREFIX.instantiate(LINEAR), GAP_STEP.instantiate(LINEAR)
MOVE = g + w / tau * Abs(g)


@cache
def prove() -> Fact:
    """y⁺ = y − (α/(Kτ))(w_k − w̌)|g_k|, and w_k − w̌ = −(α/K) Σ_j Φ_j."""
    pulse = combine(
        ((1, assume(LINEAR_GAP_STEP)), (PULSE_STEP / tau * Abs(g), assume(LINEAR_PREFIX))),
        gap_next - gap - PULSE_STEP**2 / tau * Window(MOVE) * Abs(g),
    )
    run = integrate(Steps, integrate(Mean, integrate(Draw, pulse)))
    terms = ((-1, run), (1, telescope(gap, gap_next, gap_first, gap_last)), (-1, assume(GAP_START)))
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T6-sequential-linear",
    title="What sequential pulses add to T6's rule, asymmetric linear device",
    kind="equality",
    source="this project",
    assumptions=(LINEAR_PREFIX, LINEAR_GAP_STEP, GAP_START),
    lhs=gap_last,
    rhs_terms=(alpha**2 / (K**2 * tau) * Steps(Mean(Window(MOVE) * Draw(Abs(g)))),),
    prove=prove,
    sharpness="an identity",
    note="k counts the K pulses of one batch; sequential pulses get a little less far than T6's rule",
)
