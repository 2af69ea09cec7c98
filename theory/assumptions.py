"""The named hypotheses, as the kernel reads them.

Each holds for every value of what it varies with. A statement lists exactly those that its proof uses.
"""

from dataclasses import replace

from sympy import Abs

from theory.kernel import Assumption
from theory.operators import Batch, Draw, Total, Window
from theory.symbols import (
    A_min,
    C_mean,
    D,
    D_mean,
    Delta,
    E_stale,
    F,
    F_max,
    F_min,
    G,
    G_max,
    L,
    L_stale,
    M,
    alpha,
    curvature,
    delay,
    e,
    f,
    f_first,
    f_last,
    f_next,
    f_star,
    g,
    g_batch,
    h,
    lam,
    m_min,
    q_bar,
    q_max,
    s_bar,
    sigma,
    split,
    tau,
    v,
    w,
    w_forward,
    w_next,
    young,
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
MIN_SYMMETRIC = Assumption(name="A3 F_min", relation=">=", expr=F - F_min, text="F ≥ F_min > 0 along the run")
MICRO_UNBIASED = UNBIASED.instantiate({g: g_batch})
MICRO_VARIANCE = VARIANCE.instantiate({g: g_batch})
ACCUMULATED = Assumption(
    name="U accumulated",
    relation="==",
    expr=g - Batch(g_batch),
    text="the signal is the mean of B micro-batches",
)
IN_ARRAY = Assumption(
    name="U in array",
    relation="==",
    expr=w_next - w + alpha * Batch(F * g_batch + G * Abs(g_batch)),
    text="each micro-batch is pulsed into the array: w⁺ = w − (α/B) Σ_b (F g_b + G|g_b|)",
)
STALE_FORWARD = Assumption(
    name="P stale",
    relation="==",
    expr=w_forward - w - alpha * Window(SIGNAL_RESPONSE),
    text="forward weights are δ_d updates old: u = w_{k−δ} = w_k + α Σ_j Φ_j",
)
STALE_MEAN = UNBIASED.instantiate({h: h + e})
STALE_VARIANCE = VARIANCE.instantiate({h: h + e})
STALENESS = Assumption(
    name="A4 staleness",
    relation=">=",
    expr=L_stale**2 * Total((w_forward - w) ** 2) - Total(e**2),
    text="‖h(U,W) − ∇f(W)‖ ≤ L_Φ‖U − W‖, with e = h(U,W) − ∇f(W)",
)
MAX_DELAY = Assumption(name="P delay", relation=">=", expr=D - delay, text="no delay is larger than D")
STALE_STEP = Assumption(
    name="S stale step",
    relation=">=",
    expr=1 - 2 * alpha * L * F_max,
    text="step size α ≤ 1/(2 L F_max)",
    on_parameters=True,
)
STALE_LIMIT = Assumption(
    name="S staleness",
    relation=">=",
    expr=1 - 4 * alpha**2 * L_stale**2 * D**2 * q_max**2 * (1 + 1 / young) * F_max / F_min,
    text="step size α ≤ 1/(2 L_Φ D q_max √((1+1/u) F_max/F_min))",
    on_parameters=True,
)
MULTIPLIER = Assumption(
    name="S multiplier", relation=">", expr=lam - alpha**2 * L / 2, text="multiplier λ > Lα²/2", on_parameters=True
)
ASYMMETRY_BOUND = Assumption(name="A3 G", relation=">=", expr=G_max - Abs(G), text="|G| ≤ G_max along the run")
MEAN_DELAY = Assumption(
    name="P mean delay", relation=">=", expr=D_mean * sigma**2 - Total(delay * v), text="Σ_d δ_d σ_d² ≤ D̄ σ²"
)
COVER = Assumption(
    name="S cover",
    relation=">=",
    expr=C_mean - E_stale * L_stale**2 * alpha**2 * (1 + split) * D**2,
    text="C ≥ E L_Φ²α²(1+t)D²: what is kept of the squared mean update pays for drift",
    on_parameters=True,
)
STALE_SIGNAL_MEAN = F * (h + e) + G * Draw(Abs(g))
FORM = Assumption(
    name="S form",
    relation=">=",
    expr=alpha * h * STALE_SIGNAL_MEAN
    - (curvature + C_mean) * STALE_SIGNAL_MEAN**2
    - lam * G**2 * ((h + e) ** 2 - Draw(Abs(g)) ** 2)
    - A_min * h**2
    + E_stale * e**2,
    text="αhμ − (c+C)μ² − λG²((h+e)²−a²) − A h² + E e² ≥ 0, with a = E|g| and μ = F(h+e) + Ga",
)
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
