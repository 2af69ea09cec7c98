"""Residual learning (Tiki-Taka): the rows of the notation table for two arrays, one learning what the other lacks.

The gradient is taken at the mixed weights W̄ = W + γP and pulsed into the array P; what P holds is then transferred into
the array W:  P⁺ = P − αΦ_P(g),  W⁺ = W + βΨ_W(P⁺),  Ψ_W(x) = xF(W) − |x|G(W).  P should hold P* = (W*−W)/γ. In the
statements about it the objective f and its gradient h are those at W̄. Source: arXiv:2502.06309, section 4.
"""

from sympy import Abs, Expr, Symbol

from theory.operators import average
from theory.symbols import PER_COORDINATE, PER_STEP, STATIC, define, g, h, sequence, v, w, w_next

# Parameters of a run.
beta = define("transfer_rate", "β", r"\beta", "share of the residual that an update transfers", sign="positive")
gamma = define("residual_weight", "γ", r"\gamma", "weight of the residual array in W + γP", sign="positive")
mu = define("strong_convexity", "μ", r"\mu", "strong convexity of the objective", sign="positive")

# One coordinate of the residual array: its weight, its device, and what it should hold.
p = define("residual", "p_d", "p_d", "residual before the update [weight]", axes=PER_COORDINATE)
p_next = define("next_residual", "p_d⁺", "p_d^+", "residual after the update [weight]", axes=PER_COORDINATE | {"draw"})
F_P = define(
    "residual_symmetric",
    "F(p_d)",
    "F(p_d)",
    "symmetric part of the residual array",
    sign="positive",
    axes=PER_COORDINATE,
)
G_P = define("residual_asymmetric", "G(p_d)", "G(p_d)", "asymmetric part of the residual array", axes=PER_COORDINATE)
M_P = define(
    "residual_product_gain",
    "M(p_d)",
    "M(p_d)",
    "product of the residual array's gains, F²−G²",
    axes=PER_COORDINATE,
    definition=F_P**2 - G_P**2,
)
INVERSE_P = define(
    "residual_inverse_gain",
    "M†(p_d)",
    r"M(p_d)^\dagger",
    "inverse of the product of the residual array's gains",
    sign="nonnegative",
    axes=PER_COORDINATE,
)
m_p = define("residual_gain_floor", "m", "m", "lower bound on M(P)", sign="positive")
RESIDUAL_RESPONSE = F_P * g + G_P * Abs(g)
"""Φ_P(g), the change that the residual array makes of a signal g, divided by −α."""
NOISELESS = define(
    "residual_noiseless_response",
    "Φ_P(h_d)",
    r"\Phi_P(h_d)",
    "what the residual array would make of the gradient itself, F(p)h + G(p)|h|",
    axes=PER_COORDINATE,
    definition=F_P * h + G_P * Abs(h),
)
w_star = define("minimiser", "w⋆_d", "w^*_d", "minimiser of the objective [weight]", axes=STATIC)
target = define(
    "residual_target",
    "p⋆_d",
    "p^*_d",
    "residual with which W + γP is the minimiser, (W*−W)/γ [weight]",
    axes=PER_COORDINATE,
    definition=(w_star - w) / gamma,
)
residual_error = define(
    "residual_error",
    "(p_d−p⋆_d)",
    r"(p_d - p^*_d)",
    "distance of the residual from what it should be [weight]",
    axes=PER_COORDINATE,
    definition=p - target,
)
next_residual_error = define(
    "next_residual_error",
    "(p_d⁺−p⋆_d)",
    r"(p_d^+ - p^*_d)",
    "distance of the updated residual from what it should have been [weight]",
    axes=PER_COORDINATE | {"draw"},
    definition=p_next - target,
)

q_min = define(
    "min_residual_gain", "q_min", r"q_{\min}", "lower bound on the residual array's gains", sign="nonnegative"
)
slope = define("asymmetry_slope", "ℓ", r"\ell", "|G(p)|/(√F(p)|p|) is at most this [1/weight]", sign="nonnegative")
omega = define("alignment", "ω", r"\omega", "what the differences of gains leave of the descent", sign="positive")

# One coordinate of the array W, which takes the residual.
F_W = define(
    "array_symmetric", "F(w_d)", "F(w_d)", "symmetric part of the array W", sign="positive", axes=PER_COORDINATE
)
G_W = define("array_asymmetric", "G(w_d)", "G(w_d)", "asymmetric part of the array W", axes=PER_COORDINATE)
M_W = define(
    "array_product_gain",
    "M(w_d)",
    "M(w_d)",
    "product of the gains of the array W, F²−G²",
    axes=PER_COORDINATE,
    definition=F_W**2 - G_W**2,
)
q_w = define(
    "array_max_gain",
    "q̄(w_d)",
    r"\bar q(w_d)",
    "the larger gain of the array W, F+|G|",
    sign="positive",
    axes=PER_COORDINATE,
    definition=F_W + Abs(G_W),
)
INVERSE_W = define(
    "array_inverse_gain",
    "M†(w_d)",
    r"M(w_d)^\dagger",
    "inverse of the product of the gains of the array W",
    sign="nonnegative",
    axes=PER_COORDINATE,
)
m_w = define("array_gain_floor", "m_W", "m_W", "lower bound on M(W)", sign="positive")
move = define(
    "weight_move",
    "δ_d",
    r"\delta_d",
    "how far an update moves the weight, w⁺−w [weight]",
    axes=PER_COORDINATE | {"draw"},
    definition=w_next - w,
)
weight_error = define(
    "weight_error",
    "(w_d−w⋆_d)",
    r"(w_d - w^*_d)",
    "distance of the weight from the minimiser [weight]",
    axes=PER_COORDINATE,
    definition=w - w_star,
)
next_weight_error = define(
    "next_weight_error",
    "(w_d⁺−w⋆_d)",
    r"(w_d^+ - w^*_d)",
    "distance of the updated weight from the minimiser [weight]",
    axes=PER_COORDINATE | {"draw"},
    definition=w_next - w_star,
)


def transferred(residual: Expr) -> Expr:
    """Ψ_W(x) = x F(W) − |x| G(W), what the array W makes of a residual x, divided by β."""
    return F_W * residual - G_W * Abs(residual)


TRANSFER = transferred(p_next)
any_residual = define("any_residual", "x_d", "x_d", "any residual to compare with [weight]", axes=PER_COORDINATE)
TARGET_TRANSFER = define(
    "target_transfer",
    "Ψ_W(p⋆_d)",
    r"\Psi_W(p^*_d)",
    "what the array W would make of the right residual",
    axes=PER_COORDINATE,
    definition=transferred(target),
)

# Along a run.
distance = define(
    "distance",
    "‖W−W⋆‖²",
    r"\lVert W_k - W^* \rVert^2",
    "squared distance of the array W from the minimiser",
    sign="nonnegative",
    axes=PER_STEP,
)
next_distance = define(
    "next_distance",
    "‖W⁺−W⋆‖²",
    r"\lVert W_{k+1} - W^* \rVert^2",
    "squared distance after the update",
    sign="nonnegative",
    axes=PER_STEP | {"draw"},
)
first_distance = define(
    "first_distance",
    "‖W₀−W⋆‖²",
    r"\lVert W_0 - W^* \rVert^2",
    "squared distance at the initial weights",
    sign="nonnegative",
)
last_distance = define(
    "last_distance",
    "E‖W_K−W⋆‖²",
    r"\mathbb{E}\lVert W_K - W^* \rVert^2",
    "expected squared distance after the last update",
    sign="nonnegative",
)
sequence(distance, next_distance, first_distance, last_distance)


def _average(name: str, body: str, tex: str, meaning: str, value: Expr) -> Symbol:
    """⟨value⟩ = (1/K) Σ_k E Σ_d value, which is not negative."""
    latex = rf"\left\langle {tex} \right\rangle"
    return define(name, f"⟨{body}⟩", latex, meaning, sign="nonnegative", definition=average(value))


residual_distance = _average(
    "residual_distance",
    "(p_d−p⋆_d)²",
    "(p_d - p^*_d)^2",
    "average squared distance of the residual from what it should be",
    residual_error**2,
)
weight_distance = _average(
    "weight_distance",
    "(w_d−w⋆_d)²",
    "(w_d - w^*_d)^2",
    "average squared distance of the array W from the minimiser",
    weight_error**2,
)
noiseless_norm = _average(
    "noiseless_norm",
    "Φ_P(h_d)²",
    r"\Phi_P(h_d)^2",
    "average square of what the residual array would make of the gradient itself",
    NOISELESS**2,
)
residual_drift = _average(
    "residual_drift",
    "(G(p_d)²/F(p_d))σ_d²",
    r"\tfrac{G(p_d)^2}{F(p_d)} \sigma_d^2",
    "average noise variance through the asymmetry of the residual array",
    G_P**2 / F_P * v,
)
