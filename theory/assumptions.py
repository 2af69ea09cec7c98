"""The named hypotheses of theory.md section 3, as the kernel reads them.

Each holds for every value of what it varies with. A statement lists exactly those that its proof uses.
"""

from dataclasses import replace

from sympy import Abs

from theory.kernel import Assumption
from theory.operators import Draw, Total
from theory.symbols import (
    Delta,
    F,
    F_max,
    G,
    L,
    M,
    alpha,
    f,
    f_first,
    f_last,
    f_next,
    f_star,
    g,
    h,
    m_min,
    q_bar,
    q_max,
    s_bar,
    sigma,
    tau,
    v,
    w,
    w_next,
)

SIGNAL_RESPONSE = F * g + G * Abs(g)
"""Φ_w(g) = F g + G|g|, the change that the device makes of a signal g, divided by −α."""

SMOOTH = Assumption(
    name="A1 smooth",
    relation=">=",
    expr=f + Total(h * (w_next - w)) + L / 2 * Total((w_next - w) ** 2) - f_next,
    text="the objective is L-smooth: f(W⁺) ≤ f(W) + ⟨∇f(W), W⁺−W⟩ + (L/2)‖W⁺−W‖²",
)
UPDATE = Assumption(
    name="U update",
    relation="==",
    expr=w_next - w + alpha * SIGNAL_RESPONSE,
    text="one analog update: w⁺ = w − α(F g + G|g|)",
)
BOUNDED_BELOW = Assumption(
    name="A1 bounded below",
    relation=">=",
    expr=f_last - f_star,
    text="f ≥ f* at the last weights, in expectation",
)
GAP = Assumption(name="Δ gap", relation="==", expr=Delta - f_first + f_star, text="Δ = f(W_0) − f*, by definition")
UNBIASED = Assumption(name="A2 mean", relation="==", expr=Draw(g) - h, text="the signal's mean is the gradient")
VARIANCE = Assumption(
    name="A2 variance",
    relation=">=",
    expr=v - Draw((g - h) ** 2),
    text="its variance is at most σ_d² per coordinate",
)
EXACT_VARIANCE = replace(VARIANCE, name="A2 exact", relation="==", text="its variance is exactly σ_d² per coordinate")
FAVOURED_SIDE = Assumption(
    name="X side",
    relation="==",
    expr=Abs(G) * Abs(g) - G * g,
    text="g has the sign of G: the pulse with the larger gain",
)
TOTAL_VARIANCE = Assumption(
    name="A2 total",
    relation=">=",
    expr=sigma**2 - Total(v),
    text="the variances of all coordinates add up to at most σ²",
)
STEP_SIZE = Assumption(
    name="S step",
    relation=">=",
    expr=1 - alpha * L * F_max,
    text="step size α ≤ 1/(L F_max)",
    on_parameters=True,
)
SYMMETRIC_BOUND = Assumption(name="A3 F", relation=">=", expr=F_max - F, text="F ≤ F_max along the run")
DESCENT_BOUND = Assumption(name="A3 M", relation=">=", expr=M / F - m_min, text="M/F ≥ m > 0 along the run")
GAIN_BOUND = Assumption(name="A3 q̄", relation=">=", expr=q_max - q_bar, text="q̄ ≤ q_max along the run")
SATURATION = Assumption(
    name="A3 saturation",
    relation=">=",
    expr=s_bar - Abs(w) / tau,
    text="bounded saturation: |w|/τ ≤ s̄ along the run",
)
UNSATURATED = Assumption(name="A3 range", relation=">", expr=1 - s_bar, text="s̄ < 1", on_parameters=True)
TWO_POINT = Assumption(
    name="N two-point",
    relation="==",
    expr=Draw(Abs(g)) ** 2 - h**2 - v,
    text="E|g| = √(h²+σ²): two-point noise",
)
AT_REST = Assumption(
    name="R rest",
    relation="==",
    expr=Draw(SIGNAL_RESPONSE),
    text="the mean update vanishes: E Φ_w(g) = 0",
)
