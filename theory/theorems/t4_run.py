"""T4-run: with two-point noise T3's last term is also a lower bound, up to terms that vanish with α and 1/(αK).

The slope h − (G/F)E|g| times the mean update is (M/F)h² − (G²/F)σ². So what a function V with that slope changes
along the run tells how much the two differ. In one dimension V always exists: V = f − ∫(G/F)√(h²+σ²) dw.
"""

from functools import cache

from sympy import Abs, Integer

from theory.assumptions import SIGNAL_RESPONSE, TWO_POINT, UNBIASED, UPDATE, VARIANCE
from theory.averages import drift_variance, weighted_gradient_norm
from theory.kernel import Assumption, Fact, assume, combine, integrate, rewrite, specialise
from theory.operators import Draw, Mean, Steps, Total, average
from theory.run_rules import telescope
from theory.statement import Statement
from theory.symbols import F, G, K, M, alpha, define, g, g_other, h, q_bar, v, w, w_next
from theory.theorems import t1a_lipschitz
from theory.theorems._potential import V, V_first, V_last, V_next

V_rise = define("potential_rise", "Δ_V", r"\Delta_V", "how far V can rise above its start", sign="nonnegative")
L_V = define("potential_smoothness", "L_V", "L_V", "Lipschitz constant of V's slope", sign="positive")
gain_moment = define(
    "gain_moment",
    "⟨q̄_d²(h_d²+σ_d²)⟩",
    r"\left\langle \bar q_d^2 (h_d^2 + \sigma_d^2) \right\rangle",
    "average second moment of the signal through the larger gain",
    sign="nonnegative",
    definition=average(q_bar**2 * (h**2 + v)),
)

SIZE = Draw(Abs(g))
SLOPE = h - G / F * SIZE
POTENTIAL = Assumption(
    name="V smooth",
    relation=">=",
    expr=V_next - V - Total(SLOPE * (w_next - w)) + L_V / 2 * Total((w_next - w) ** 2),
    text="V(W⁺) ≥ V(W) + ⟨h − (G/F)E|g|, W⁺−W⟩ − (L_V/2)‖W⁺−W‖²: V has that slope, with Lipschitz constant L_V",
)
RISE = Assumption(
    name="V rise", relation=">=", expr=V_rise - V_last + V_first, text="V ends at most Δ_V above its start"
)


def slope_times_update() -> Fact:
    """(h − (G/F)a)·E_kΦ = (M/F)h² − (G²/F)σ², as a² = h² + σ²."""
    terms = ((F * SLOPE, assume(UNBIASED)), (-(G**2) / F, assume(TWO_POINT)))
    return combine(terms, SLOPE * Draw(SIGNAL_RESPONSE) - M / F * h**2 + G**2 / F * v)


def second_moment() -> Fact:
    """E_kΦ² ≤ q̄²(h²+σ²): T1a between the signal and 0."""
    size = integrate(Draw, specialise(t1a_lipschitz.prove(), ((g_other, Integer(0)),)))
    variance = rewrite(assume(VARIANCE), assume(UNBIASED), Draw(g))
    return combine(((1, size), (q_bar**2, variance)), q_bar**2 * (h**2 + v) - Draw(SIGNAL_RESPONSE**2))


def one_step() -> Fact:
    """α Σ_d[(M/F)h² − (G²/F)σ²] ≥ V − E_k V⁺ − (L_Vα²/2) Σ_d q̄²(h²+σ²)."""
    terms = (
        (1, integrate(Draw, rewrite(assume(POTENTIAL), assume(UPDATE), w_next))),
        (-alpha, integrate(Total, slope_times_update())),
        (L_V * alpha**2 / 2, integrate(Total, second_moment())),
    )
    descent = alpha * Total(M / F * h**2 - G**2 / F * v)
    return combine(terms, Draw(V_next) - V + descent + L_V * alpha**2 / 2 * Total(q_bar**2 * (h**2 + v)))


@cache
def prove() -> Fact:
    """Over the run, divided by αK; V telescopes to at most Δ_V."""
    run = integrate(Steps, integrate(Mean, one_step()))
    terms = ((1, run), (-1, telescope(V, V_next, V_first, V_last)), (1, assume(RISE)))
    summed = combine(terms, alpha * K * (STATEMENT.rhs - STATEMENT.lhs))
    return combine(((1 / (alpha * K), summed),), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T4-run",
    title="The asymptotic term bounds every run with two-point noise from below",
    kind="upper",
    source="this project",
    assumptions=(UPDATE, UNBIASED, VARIANCE, TWO_POINT, POTENTIAL, RISE),
    lhs=drift_variance,
    rhs_terms=(weighted_gradient_norm, V_rise / (alpha * K), alpha * L_V / 2 * gain_moment),
    prove=prove,
    sharpness="first term exact; the others vanish with α and 1/(αK)",
    note="with T3: under two-point noise ⟨(M/F)h²⟩ and ⟨(G²/F)σ²⟩ differ by O(1/(αK)) + O(α), for every device",
)
