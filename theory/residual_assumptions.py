"""The named hypotheses of residual learning, as the kernel reads them."""

from dataclasses import replace

from sympy import Abs, sqrt

from theory.assumptions import SMOOTH
from theory.kernel import Assumption
from theory.operators import Total
from theory.residual import (
    F_P,
    F_W,
    G_P,
    G_W,
    INVERSE_P,
    INVERSE_W,
    RESIDUAL_RESPONSE,
    TRANSFER,
    beta,
    distance,
    first_distance,
    gamma,
    m_p,
    m_w,
    mu,
    next_distance,
    next_weight_error,
    omega,
    p,
    p_next,
    q_min,
    q_w,
    slope,
    w_star,
    weight_error,
)
from theory.symbols import F_max, L, alpha, f_first, f_star, h, q_max, sigma, v, w, w_next

MIXED_SMOOTH = replace(
    SMOOTH.instantiate({w: w + gamma * p, w_next: w_next + gamma * p_next}),
    name="A1 smooth at W̄",
    text="the objective is L-smooth, along a step of the mixed weights W̄ = W + γP",
)
RESIDUAL_UPDATE = Assumption(
    name="U residual",
    relation="==",
    expr=p_next - p + alpha * RESIDUAL_RESPONSE,
    text="the residual array takes the signal: p⁺ = p − α(F(p)g + G(p)|g|)",
)
TRANSFER_UPDATE = Assumption(
    name="U transfer",
    relation="==",
    expr=w_next - w - beta * TRANSFER,
    text="the array W takes the residual: w⁺ = w + β(p⁺F − |p⁺|G)",
)
RESIDUAL_SYMMETRIC_BOUND = Assumption(
    name="A3 F(P)", relation=">=", expr=F_max - F_P, text="F(P) ≤ F_max along the run"
)
ARRAY_SYMMETRIC_BOUND = Assumption(name="A3 F(W)", relation=">=", expr=F_max - F_W, text="F(W) ≤ F_max along the run")
ARRAY_GAIN_BOUND = Assumption(name="A3 q̄(W)", relation=">=", expr=q_max - q_w, text="q̄(W) ≤ q_max along the run")
RESIDUAL_UNSATURATED = Assumption(
    name="A3 M(P)",
    relation="==",
    expr=INVERSE_P * (F_P**2 - G_P**2) - 1,
    text="the residual array does not saturate: M(P) > 0 has the inverse M†(P)",
)
ARRAY_UNSATURATED = Assumption(
    name="A3 M(W)",
    relation="==",
    expr=INVERSE_W * (F_W**2 - G_W**2) - 1,
    text="the array W does not saturate: M(W) > 0 has the inverse M†(W)",
)
RESIDUAL_FLOOR = Assumption(name="A3 m", relation=">=", expr=F_P**2 - G_P**2 - m_p, text="M(P) ≥ m > 0 along the run")
ARRAY_FLOOR = Assumption(name="A3 m_W", relation=">=", expr=F_W**2 - G_W**2 - m_w, text="M(W) ≥ m_W > 0 along the run")
RESIDUAL_STEP = Assumption(
    name="S residual step",
    relation=">=",
    expr=1 - 8 * alpha * gamma * L * F_max,
    text="step size α ≤ 1/(8 γ L F_max)",
    on_parameters=True,
)
TRANSFER_STEP = Assumption(
    name="S transfer",
    relation=">=",
    expr=gamma - 4 * beta * F_max,
    text="transfer rate β ≤ γ/(4 F_max)",
    on_parameters=True,
)
STRONGLY_CONVEX = Assumption(
    name="A5 strongly convex",
    relation=">=",
    expr=Total(h**2) - mu**2 * Total((w + gamma * p - w_star) ** 2),
    text="the objective is μ-strongly convex, so at the mixed weights ‖∇f(W̄)‖ ≥ μ‖W̄ − W*‖",
)
CONDITIONED = Assumption(
    name="A5 μ", relation=">=", expr=L - mu, text="μ ≤ L, as for any strongly convex function", on_parameters=True
)
DISTANCE = Assumption(
    name="D distance",
    relation="==",
    expr=distance - Total(weight_error**2),
    text="‖W − W*‖² is the sum of squares, by definition",
)
NEXT_DISTANCE = Assumption(
    name="D next distance",
    relation="==",
    expr=next_distance - Total(next_weight_error**2),
    text="‖W⁺ − W*‖² is the sum of squares, by definition",
)
START = Assumption(
    name="A5 at the start",
    relation=">=",
    expr=f_first - f_star - mu / 2 * first_distance,
    text="the residual starts at P = 0, where strong convexity says f(W_0) − f* ≥ (μ/2)‖W_0 − W*‖²",
)
COCOERCIVE = Assumption(
    name="A5 co-coercive",
    relation=">=",
    expr=Total((w + gamma * p - w_star) * h)
    - mu * L / (mu + L) * Total((w + gamma * p - w_star) ** 2)
    - Total(h**2) / (mu + L),
    text="the objective is μ-strongly convex and L-smooth, so at the mixed weights "
    "⟨W̄ − W*, ∇f(W̄)⟩ ≥ (μL‖W̄ − W*‖² + ‖∇f(W̄)‖²)/(μ + L)",
)
RESIDUAL_GAIN_BOUND = Assumption(
    name="A3 q_max(P)",
    relation=">=",
    expr=q_max - F_P - Abs(G_P),
    text="no gain of the residual array is above q_max",
)
RESIDUAL_GAIN_FLOOR = Assumption(
    name="A3 q_min(P)",
    relation=">=",
    expr=F_P - Abs(G_P) - q_min,
    text="no gain of the residual array is below q_min",
)
ALIGNED = Assumption(
    name="S aligned",
    relation=">=",
    expr=(q_max + q_min) / (2 * (mu + L)) - (q_max - q_min) / (4 * sqrt(mu * L)) - omega,
    text="ω ≤ C₊/(μ+L) − C₋/(2√(μL)) with C± = (q_max ± q_min)/2: gains differ less than the curvature allows",
    on_parameters=True,
)
CONTRACTION_STEP = Assumption(
    name="S contraction",
    relation=">=",
    expr=2 * omega - alpha * gamma * q_max**2,
    text="step size α ≤ 2ω/(γ q_max²)",
    on_parameters=True,
)
SYMMETRIC_AT_ZERO = Assumption(
    name="A3 slope",
    relation=">=",
    expr=slope**2 * p**2 * F_P - G_P**2,
    text="the residual array is symmetric at zero: |G(p)| ≤ ℓ √F(p) |p|",
)
COORDINATE_VARIANCE = Assumption(
    name="A2 coordinate", relation=">=", expr=sigma**2 - v, text="no coordinate's variance is above σ²"
)
OUTWEIGHED = Assumption(
    name="S mixture",
    relation=">=",
    expr=gamma**2 * m_p * m_w**2 * mu**2 - 577 * F_max**3 * q_max**2 * slope**2 * sigma**2,
    text="the mixture outweighs the noise: γ² ≥ 577 F_max³ q_max² ℓ² σ²/(m m_W² μ²)",
    on_parameters=True,
)
