"""What C14a, C14b and C14c share: the published rate for the linear device, and what is left of it."""

from functools import cache

from sympy import Integer, sqrt

from theory import RESPONSES
from theory.assumptions import DESCENT_BOUND, SYMMETRIC_BOUND, TOTAL_VARIANCE
from theory.averages import drift_variance, gradient_norm
from theory.corollary import corollary
from theory.kernel import Assumption, Fact, assume, combine, integrate, signed, specialise
from theory.operators import Total
from theory.statement import Statement
from theory.symbols import Delta, F, F_max, K, L, M, alpha, h, m_min, sigma, v
from theory.theorems import t3_split
from theory.theorems.t3_uniform import over_the_run
from theory.trial.published import Published, Repair, variable

STEP = sqrt(Delta / (sigma**2 * L * K)) / F_max
ASSUMED = (*t3_split.STATEMENT.assumptions, DESCENT_BOUND, TOTAL_VARIANCE)


@cache
def prove() -> Fact:
    """T3-split with M/F ≥ m, F ≤ F_max and Σ_d σ_d² ≤ σ², at the published step size."""
    descent = combine(((h**2, assume(DESCENT_BOUND)),), (M / F - m_min) * h**2)
    gain = combine(((v, F_max + F, assume(SYMMETRIC_BOUND)),), (F_max**2 - F**2) * v)
    cost = 2 * alpha * L / K
    terms = (
        (1, t3_split.prove()),
        (1 / K, over_the_run(integrate(Total, descent))),
        (cost, over_the_run(integrate(Total, gain))),
        (cost * F_max**2, over_the_run(assume(TOTAL_VARIANCE))),
    )
    rhs = 2 * Delta / (alpha * K) + 2 * alpha * L * F_max**2 * sigma**2 + 2 * drift_variance
    scaled = combine(terms, rhs - m_min * gradient_norm)
    return specialise(combine(((signed(1 / m_min), scaled),), rhs / m_min - gradient_norm), ((alpha, STEP),))


GENERAL = Statement(
    id="C14-repaired",
    title="Rate at the published step size",
    kind="upper",
    source="this project",
    assumptions=tuple(a.instantiate({alpha: STEP}) for a in ASSUMED),
    lhs=gradient_norm,
    rhs_terms=(4 * F_max / m_min * sqrt(Delta * sigma**2 * L / K), 2 * drift_variance / m_min),
    prove=prove,
)
REPAIRED = corollary(GENERAL, RESPONSES["asymmetric_linear"])
DIVISION = "avg s_k²/(1−s̄²) in the place of avg s_k²/(1−s_k²)"


def repair(change: str) -> Repair:
    """What is left of the statement."""
    return Repair(
        fault="error",
        change=change,
        statement=REPAIRED,
        effect="the derivation divides by 1−s_k² step by step, which C13 refutes. With 1−s̄² in both denominators the "
        "theorem holds for K ≥ LΔ/σ² with the constants 4 and 2 (so with 4 for 2, too); as a bound in s̄ alone it keeps "
        "its form. T3-rate has 1, which is sharp (T4), for the second constant, and 2√2/(1−s̄) for 4/(1−s̄²)",
    )


size = variable("linear_rate_size", "h", "h", "gradient at the start", sign="positive")
noise = variable("linear_rate_noise", "σ", r"\sigma", "root of the noise variance", sign="positive")
saturation = variable("linear_rate_saturation", "s", "s", "|W_0|/τ", sign="nonnegative")


def linear_rate(name: str, source: str, factor: int) -> Published:
    """The statement with cσ²·avg s²/(1−s²)."""
    room = 1 - saturation**2
    return Published(
        id=name,
        title=f"Rate for the linear device, c = {factor}",
        source=source,
        text="(1/K)Σ_k E‖∇f(W_k)‖² ≤ [4/(1−s̄²)]√(Δσ²L/K) + cσ²·avg s_k²/(1−s_k²) for the linear device with "
        f"α = √(Δ/(σ²LK)), c = {factor}",
        instance="a run of K = 1 update of one weight on a quadratic whose curvature is half of L, so that LΔ = h²; "
        "then s̄ = s",
        lhs=size**2,
        rhs=4 / room * size * noise + Integer(factor) * noise**2 * saturation**2 / room,
        assumptions=(Assumption(name="range", relation=">", expr=1 - saturation, text="s̄ < 1"),),
        ranges={saturation: (0, 0.9), size: (0.1, 10), noise: (0.1, 10)},
        repair=repair(f"α ≤ 1/L, that is K ≥ LΔ/σ², and {DIVISION}"),
        remark="That long runs are not enough is C14c. Runs of one to three updates with α ≤ 1/L, of one weight on "
        "quadratics with two-point noise, satisfied the printed inequality wherever they were tried.",
    )
