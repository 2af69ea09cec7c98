"""C23: gradient descent on the linear device without noise, at every small step size."""

from functools import cache

from sympy import Abs, Expr

import theory
from theory.assumptions import UNSATURATED
from theory.kernel import Assumption, Fact, combine, discharge, specialise
from theory.statement import Statement
from theory.symbols import Delta, K, L, alpha, s_bar
from theory.trial.published import Published, Repair, variable

start = variable("step_size_start", "W_0/τ", r"W_0/\tau", "weight at the start, over the range")
after = variable("step_size_after", "W_1/τ", r"W_1/\tau", "weight after one update, over the range")
optimum = variable("step_size_optimum", "W⋆/τ", r"W^*/\tau", "minimiser, over the range")
step = variable("step_size_step", "αL", r"\alpha L", "step size times smoothness", sign="positive")
slope, slope_after = start - optimum, after - optimum
gap = slope**2 / 2


def saturation(name: str, weight: Expr) -> Assumption:
    """|weight| ≤ s̄, in units of the range."""
    return Assumption(name=name, relation=">=", expr=s_bar - Abs(weight), text=f"|{name}|/τ ≤ s̄")


NOISELESS = theory.get("T3-noiseless:asymmetric_linear")
LARGEST = {alpha: 1 / L}
STEP = next(a.instantiate(LARGEST) for a in NOISELESS.assumptions if a.name == "S step")


@cache
def prove() -> Fact:
    """T3-noiseless for the device at α = 1/L, where its condition on the step size reads 0 ≥ 0."""
    return discharge(specialise(NOISELESS.prove(), tuple(LARGEST.items())), STEP, combine((), STEP.expr))


CLAIM = Published(
    id="C23",
    title="Rate without noise on the linear device",
    source="arXiv:2406.12774, Theorem 9",
    text="(1/K)Σ_k ‖∇f(W_k)‖² ≤ 2LΔ/(K(1−s̄²)) without noise, for every α ≤ 1/L",
    instance="two updates of one weight on f = L(w−W⋆)²/2, in units with L = τ = 1",
    lhs=(slope**2 + slope_after**2) / 2,
    rhs=gap / (1 - s_bar**2),
    assumptions=(
        UNSATURATED,
        saturation("W_0", start),
        saturation("W_1", after),
        Assumption(name="step", relation=">=", expr=1 - step, text="step size α ≤ 1/L"),
    ),
    definitions=((after, start - step * (slope + start * Abs(slope))),),
    ranges={start: (-1, 1), optimum: (-1, 1), step: (1e-3, 1), s_bar: (1e-3, 1)},
    repair=Repair(
        fault="misprint",
        change="α = 1/L in the place of α ≤ 1/L",
        statement=Statement(
            id="C23-repaired",
            title="Rate without noise on the linear device at the largest step size",
            kind="upper",
            source="this project",
            assumptions=tuple(a for a in (a.instantiate(LARGEST) for a in NOISELESS.assumptions) if a != STEP),
            lhs=NOISELESS.lhs,
            rhs_terms=(2 * L * Delta / (K * (1 - s_bar**2)),),
            prove=prove,
            where=NOISELESS.where,
        ),
        effect="the rate keeps its constant at α = 1/L; for smaller steps it is 2Δ/(αK(1−s̄²)) (T3-noiseless). That "
        "there is no asymptotic error without noise stands",
    ),
)
