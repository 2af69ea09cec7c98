"""C19: whether a mixture that forgets the noise rids residual learning of its asymptotic error."""

from sympy import Add, Integer, Rational

import theory
from theory.kernel import Assumption
from theory.residual import first_distance, gamma, m_w, mu
from theory.residual_floor import zeta
from theory.symbols import Delta, F_max, K, L, alpha, q_max, sigma, unfold
from theory.trial.published import Published, Repair, variable

C = variable("mixture_constant", "C", "C", "the constant in γ ≥ C q_min^(−2/5)", sign="positive")
order = variable("mixture_order", "c", "c", "the constant in O(·)", sign="positive")
first = variable("mixture_first", "K₀", "K_0", "length from which runs count", sign="positive")
length = variable("mixture_length", "K", "K", "number of updates", sign="positive")
mixture = variable("mixture_weight", "γ", r"\gamma", "weight of the residual in W + γP", sign="positive")
noise = variable("mixture_noise", "σ", r"\sigma", "root of the noise variance", sign="positive")
spread = variable("mixture_root", "√(Δ/K)", r"\sqrt{\Delta/K}", "root of the initial gap per update", sign="positive")
FLOOR = theory.get("T11-floor")
INSTANCE = {
    L: Integer(1),
    mu: Integer(1),
    F_max: Integer(1),
    q_max: Rational(3, 2),
    m_w: Rational(9, 16),
    gamma: mixture,
    sigma: noise,
    K: length,
    Delta: spread**2 * length,
    first_distance: 2 * spread**2 * length,
    alpha: spread / (mixture * noise),
    zeta: length / (8 * noise),
}
"""What the run is, in the symbols of T11-floor; M ≥ 3/4 leaves room for a rational root."""

CLAIM = Published(
    id="C19",
    title="No asymptotic error for a mixture that forgets the noise",
    source="arXiv:2502.06309, Corollary 1",
    text="G(0) = 0 and γ ≥ C q_min^(−2/5), C free of σ: residual learning's metric, of which (1/K)Σ_k E‖∇f(W̄_k)‖² is a "
    "part, is at most c√(Δσ²L/K) for K ≥ K₀, with constants that may depend on the device, L and μ but not on σ",
    instance="one weight on f = w²/2 (L = μ = 1), noise ±σ, both arrays with F = 1 and G(p) = −p/(2(|p|+1)), gains in "
    "[1/2, 3/2]; P_0 = 0, W_0 = √(2Δ), αγ = √(Δ/K)/σ, the transfer rate of T11c-step, and Δ = 16γ²K, so that the noise "
    "moves the residual by 4 in an update. The left side is at most the metric: T11-floor, certified, with m = m_W = "
    "9/16, q_max = 3/2 and ζ = K/(8σ). C is arbitrary, c and K₀ are rounded up to integers",
    lhs=unfold(FLOOR.lhs - Add(*FLOOR.rhs_terms[1:])).subs(INSTANCE, simultaneous=True),
    rhs=order * noise * spread,
    assumptions=(
        Assumption(name="mixture", relation=">=", expr=mixture**5 - 4 * C**5, text="γ ≥ C q_min^(−2/5), q_min = 1/2"),
        Assumption(name="step", relation=">=", expr=noise - 8 * spread, text="step size αγ ≤ 1/(8LF_max)"),
        Assumption(name="long", relation=">=", expr=length - first, text="K ≥ K₀"),
    ),
    definitions=((spread, 4 * mixture),),
    constants={
        C: (Rational(1, 10), Rational(10)),
        order: (Integer(1), Integer(100)),
        first: (Integer(1), Integer(10**6)),
    },
    family={mixture: 2 * C, noise: 1024 * (order + 1) * C, length: first + 800 * (54 + 512 * (order + 1))},
    integers=frozenset({order, first, length}),
    ranges={mixture: (0.1, 30), noise: (10, 1e6), length: (1e3, 1e9)},
    repair=Repair(
        fault="error",
        change="C contains σ: γ ≥ √577 F_max^(3/2) q_max ℓσ/(√m m_W μ), where |G(p)| ≤ ℓ√F(p) |p|",
        statement=theory.get("T11c-vanishing"),
        effect="exact convergence stands for a mixture that grows with the noise: S(P) ≤ ℓ²‖P‖² has to be paid for by "
        "γ²mμ²‖P−P⋆‖²/(16F_max), which is free of σ. Where γ is smaller, T11c-rate keeps (3/4)σ²·avg S(P), and for "
        "arrays whose asymmetry points away from zero the metric stays above σ²/128 however long the run",
    ),
)
