"""C13: from weighted steps of a descent to their sum."""

from functools import cache

from sympy import Min

from theory.kernel import Assumption, Fact, assume, combine, integrate
from theory.operators import Draw, Mean, Steps
from theory.run_rules import telescope
from theory.statement import Statement
from theory.symbols import PER_STEP, define, sequence
from theory.trial.published import Published, Repair, variable

PHI = tuple(
    variable(f"weighted_sum_phi_{k}", f"φ_{k}", rf"\varphi_{k}", f"φ before step {k}", sign="nonnegative")
    for k in range(3)
)
WEIGHT = tuple(
    variable(f"weighted_sum_m_{k}", f"m_{k}", f"m_{k}", f"weight of step {k}", sign="positive") for k in range(2)
)
COST = tuple(
    variable(f"weighted_sum_b_{k}", f"b_{k}", f"b_{k}", f"what step {k} adds to φ", sign="nonnegative")
    for k in range(2)
)
GAIN = tuple(
    variable(f"weighted_sum_a_{k}", f"a_{k}", f"a_{k}", f"what step {k} achieves", sign="nonnegative") for k in range(2)
)

# The same for any number of steps; φ, a and b may be random, as along a run.
phi = define("weighted_sum", "φ_k", r"\varphi_k", "φ before step k", axes=PER_STEP)
phi_next = define("next_weighted_sum", "φ_{k+1}", r"\varphi_{k+1}", "φ after step k", axes=PER_STEP | {"draw"})
phi_first = define("first_weighted_sum", "φ₀", r"\varphi_0", "φ at the start")
phi_last = define("last_weighted_sum", "E φ_K", r"\mathbb{E}\varphi_K", "expected φ at the end")
a_step = define("weighted_sum_gain", "a_k", "a_k", "what step k achieves", sign="nonnegative", axes=PER_STEP)
b_step = define("weighted_sum_cost", "b_k", "b_k", "what step k adds to φ", axes=PER_STEP)
m_step = define("weighted_sum_weight", "m_k", "m_k", "weight of step k", sign="positive", axes=PER_STEP)
m_least = define("weighted_sum_least", "min m", r"\min m", "a positive lower bound on every weight", sign="positive")
sequence(phi, phi_next, phi_first, phi_last)

STEP = Assumption(
    name="step",
    relation=">=",
    expr=phi - phi_next + b_step - a_step * m_step,
    text="a_k m_k ≤ φ_k − φ_{k+1} + b_k",
)
BELOW = Assumption(name="φ ≥ 0", relation=">=", expr=phi_last, text="φ ≥ 0 at the end")
LEAST = Assumption(name="least", relation=">=", expr=m_step - m_least, text="m_k ≥ min m > 0")


@cache
def prove() -> Fact:
    """a_k·min m ≤ a_k m_k on every step; the sum telescopes, and one number divides all of it."""
    weaker = integrate(
        Draw, combine(((a_step, assume(LEAST)), (1, assume(STEP))), phi - phi_next + b_step - a_step * m_least)
    )
    run = integrate(Steps, integrate(Mean, weaker))
    terms = ((1, run), (1, telescope(phi, phi_next, phi_first, phi_last)), (1, assume(BELOW)))
    summed = combine(terms, m_least * (REPAIRED.rhs - REPAIRED.lhs))
    return combine(((1 / m_least, summed),), REPAIRED.rhs - REPAIRED.lhs)


REPAIRED = Statement(
    id="C13-repaired",
    title="Dividing a descent by a bound on its weights",
    kind="upper",
    source="this project",
    assumptions=(STEP, LEAST, BELOW),
    lhs=Steps(Mean(a_step)),
    rhs_terms=(phi_first / m_least, Steps(Mean(b_step)) / m_least),
    prove=prove,
)

CLAIM = Published(
    id="C13",
    title="Dividing a descent by weights that vary",
    source="arXiv:2502.06309, the step to (75); arXiv:2406.12774, Theorem 2",
    text="if a_k m_k ≤ φ_k − φ_{k+1} + b_k with 0 < m_k ≤ 1 for all k < K and φ ≥ 0, then Σ a_k ≤ φ₀/min m + Σ b_k/m_k",
    instance="two steps, each as large as it may be; a_k and b_k are not negative, as in the use that is made of it",
    lhs=GAIN[0] + GAIN[1],
    rhs=PHI[0] / Min(*WEIGHT) + COST[0] / WEIGHT[0] + COST[1] / WEIGHT[1],
    assumptions=tuple(
        Assumption(name=f"m_{k}", relation=">=", expr=1 - WEIGHT[k], text=f"m_{k} ≤ 1") for k in range(2)
    ),
    definitions=tuple((GAIN[k], (PHI[k] - PHI[k + 1] + COST[k]) / WEIGHT[k]) for k in range(2)),
    repair=Repair(
        fault="error",
        change="Σ b_k/min m in the place of Σ b_k/m_k: φ may store what a step of large weight lets in, and release "
        "it in a step of small weight",
        statement=REPAIRED,
        effect="the asymptotic error of C14 and of every theorem that divides by M_d along the run becomes "
        "σ²·avg s²/(1−s̄²) instead of σ²·avg s²/(1−s²) (T3-rate for the linear device); with a uniform bound on the "
        "saturation both are σ²s̄²/(1−s̄²), so that theorems in s̄ alone keep their form",
    ),
)
