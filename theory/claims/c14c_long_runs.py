"""C14c: the published rate for the linear device in long runs, with whatever constants.

The instance is a climb and a fall. Where saturation is moderate the noise pushes the weight uphill; where it is close
to one, the height is spent again, slowly, against the small gain. In between there is no noise. What stands on either
side of the inequality are integrals over time t = αk along dw/dt = −E Φ_w(g), bounded by rationals (σ = τ = 1):

* w from −3/4 to 0, slope |w| − 1/8, noise ±1: dw/dt = 1/8 and ∫ s²/(1−s²) dt ≤ 18/7. The height gained is 3/16.
* w from 0 to 1 − 1/V², slope −β/√(1−w), β = 3/64: dw/dt = (1−w)·β/√(1−w), ∫ s²/(1−s²) dt ≤ V/β. Spent: 2β(1−1/V).
* w from there to 1 − 1/(2V²), slope −Y, Y = 3V²/16: ∫ h² dt = Y ln 2 ≥ V²/8 and ∫ s²/(1−s²) dt ≤ 4. Spent: 3/32.
* s̄ = 1 − 1/(2V²), so that 1 − s̄² ≥ 1/(2V²).

As α = √(Δ/(σ²LK)), the first term times T = αK is Δ times its constant over 1 − s̄², and αL = Δ/(σ²T).
"""

from sympy import Integer, Rational

from theory.claims._linear_rate import DIVISION, repair
from theory.kernel import Assumption
from theory.trial.published import Published, variable

rate = variable("long_runs_rate", "C", "C", "constant of the rate, printed as 4", sign="positive")
error = variable("long_runs_error", "c", "c", "constant of the asymptotic error, printed as 2 or 4", sign="positive")
ascent = variable("long_runs_ascent", "V", "V", "1/√(2(1−s̄))", sign="positive")
gap = variable("long_runs_gap", "Δ/(στ)", r"\Delta/(\sigma\tau)", "initial gap", sign="positive")

CLAIM = Published(
    id="C14c",
    title="Rate for the linear device, long runs and any constants",
    source="arXiv:2502.06309, eq. (21); arXiv:2406.12774, Theorem 2",
    text="C14a and C14b with α ≤ 1/L granted, K as large as one likes, and any constants: (1/K)Σ_k E‖∇f(W_k)‖² ≤ "
    "[C/(1−s̄²)]√(Δσ²L/K) + cσ²·avg s_k²/(1−s_k²)",
    instance="one weight with σ = τ = 1 and noise that depends on it, in the limit α → 0 with αK fixed, which L → ∞ "
    "leads to (L is any bound on the curvature); as the limit violates the inequality strictly, so does every run of "
    "small enough α. Noise ±1 for −4/5 < w < 0, where the slope is |w| − 1/8 (−1/8 below −3/4); none for w > 0, where "
    "it is −3/(64√(1−w)) up to 1−1/V², then −3V²/16 up to 1−1/(2V²), then 0; corners rounded. The run starts at −3/4. "
    "Both sides times αK, the left one bounded from below, the right one from above",
    lhs=ascent**2 / 8,
    rhs=2 * rate * gap * ascent**2 + error * (Rational(46, 7) + Rational(64, 3) * ascent),
    assumptions=(
        Assumption(name="range", relation=">=", expr=ascent - 1, text="V ≥ 1"),
        Assumption(name="step", relation=">=", expr=6 - gap, text="α ≤ 1/L, as αK ≥ 6"),
    ),
    constants={rate: (Integer(4), Integer(4)), error: (Integer(2), Integer(4))},
    family={ascent: 300 * (error + 1), gap: 1 / (64 * rate + 1)},
    ranges={ascent: (1, 10**5), gap: (1e-4, 6)},
    repair=repair(DIVISION),
    remark="Decided here are the numbers of the limit. That runs of small steps come as close to it as one likes on a "
    "finite horizon is a known law of large numbers (Kurtz, Journal of Applied Probability 7, 1970), not checked here.",
)
