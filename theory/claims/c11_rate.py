"""C11: the rate that one-step descent is said to give for runs of every length."""

from functools import cache

from sympy import Abs, sqrt

from theory.assumptions import BOUNDED_BELOW, GAP
from theory.claims import c09_descent
from theory.kernel import Assumption, Fact, specialise
from theory.operators import Mean, Steps, average
from theory.statement import Statement
from theory.symbols import Delta, F_max, K, L, M, alpha, define, h, sigma
from theory.theorems import t3_convergence
from theory.trial.published import Published, Repair, variable

STEP = sqrt(Delta / (sigma**2 * L * K)) / F_max
rate_metric = define(
    "rate_metric",
    "⟨Φ_d(h_d)²+4M_dh_d²⟩",
    r"\left\langle (F_d h_d + G_d|h_d|)^2 + 4 M_d h_d^2 \right\rangle",
    "average squared noiseless update, plus four times the squared gradient weighted by M",
    definition=average(c09_descent.UPDATE**2 + 4 * M * h**2),
)
mean_worst = define(
    "mean_worst_asymmetry",
    "⟨S⟩",
    r"\langle S \rangle",
    "average of S along the run",
    sign="nonnegative",
    definition=Steps(Mean(c09_descent.worst_ratio)) / K,
)
ASSUMED = (*c09_descent.STATEMENT.assumptions, BOUNDED_BELOW, GAP)


@cache
def prove() -> Fact:
    """C9 over the run, scaled by 8F_max/(αK), at the step size of the theorem."""
    run = t3_convergence.telescoped(c09_descent.prove(), 8 * F_max / (alpha * K))
    return specialise(run, ((alpha, STEP),))


size = variable("rate_size", "h", "h", "gradient at the start", sign="positive")
noise = variable("rate_noise", "σ", r"\sigma", "root of the noise variance", sign="positive")
symmetric = variable("rate_symmetric", "F", "F", "symmetric part", sign="positive")
asymmetric = variable("rate_asymmetric", "G", "G", "asymmetric part")
product = symmetric**2 - asymmetric**2

CLAIM = Published(
    id="C11",
    title="Rate in the metric of the noiseless update",
    source="arXiv:2502.06309, eq. (73)",
    text="with α = (1/F_max)√(Δ/(σ²LK)), for every K ≥ 1: (1/K)Σ_k E[‖∇f⊙F+|∇f|⊙G‖² + 4‖∇f‖²_M] ≤ "
    "16F_max²√(Δσ²L/K) + 8F_maxσ²·avg S",
    instance="a run of K = 1 update of one weight on a quadratic whose curvature is half of L, so that LΔ = h², and "
    "constant gains, F_max = F",
    lhs=(symmetric * size + asymmetric * Abs(size)) ** 2 + 4 * product * size**2,
    rhs=16 * symmetric**2 * size * noise + 8 * noise**2 * asymmetric**2,
    assumptions=(Assumption(name="gains", relation=">", expr=product, text="both gains are positive (class D)"),),
    repair=Repair(
        fault="assumption",
        change="α ≤ 1/(4LF_max), on which (72) rests: K ≥ 16LΔ/σ²",
        missing=(
            Assumption(name="long run", relation=">=", expr=noise**2 - 16 * size**2, text="K ≥ 16LΔ/σ², with K = 1"),
        ),
        statement=Statement(
            id="C11-conditional",
            title="Rate in the metric of the noiseless update, for long runs",
            kind="upper",
            source="arXiv:2502.06309, eq. (73)",
            assumptions=tuple(a.instantiate({alpha: STEP}) for a in ASSUMED),
            lhs=rate_metric,
            rhs_terms=(16 * F_max**2 * sqrt(Delta * sigma**2 * L / K), 8 * F_max * sigma**2 * mean_worst),
            prove=prove,
        ),
        effect="the theorem holds with its constants from K = 16LΔ/σ² on; nothing changes for K → ∞",
    ),
)
