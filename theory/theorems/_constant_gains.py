"""Training whose answer is known: constant gains, a separable quadratic, two-point noise, started where it rests.

The resting gradient h̊ and the mean size å of the signal there are defined by F̂h̊ + Ĝå = 0 and å² = h̊² + σ̂², which
give h̊² = Ĝ²σ̂²/M̂. The sequence is what the gradient falls short of the resting one, times that: x = h̊² − h̊h.
"""

from theory.assumptions import TWO_POINT, UPDATE
from theory.kernel import Assumption
from theory.symbols import PER_COORDINATE, STATIC, F, G, alpha, define, h, sequence, v, w, w_next

F_const = define(
    "constant_symmetric", "F̂_d", r"\hat F_d", "symmetric part, the same at every weight", sign="positive", axes=STATIC
)
G_const = define("constant_asymmetric", "Ĝ_d", r"\hat G_d", "asymmetric part, the same at every weight", axes=STATIC)
v_const = define(
    "constant_variance",
    "σ̂_d²",
    r"\hat\sigma_d^2",
    "noise variance, the same at every update",
    sign="positive",
    axes=STATIC,
)
H = define("curvature", "H_d", "H_d", "second derivative of a separable quadratic", sign="positive", axes=STATIC)
h_rest = define("resting_gradient", "h̊_d", r"\mathring h_d", "gradient where the mean update vanishes", axes=STATIC)
a_rest = define(
    "resting_size", "å_d", r"\mathring a_d", "E|g| where the mean update vanishes", sign="positive", axes=STATIC
)
h_next = define("next_gradient", "h_d⁺", "h_d^+", "gradient after the update", axes=PER_COORDINATE | {"draw"})
shortfall = define("shortfall", "x_d", "x_d", "h̊² − h̊h before the update", axes=PER_COORDINATE)
shortfall_next = define("next_shortfall", "x_d⁺", "x_d^+", "h̊² − h̊h after the update", axes=PER_COORDINATE | {"draw"})
shortfall_first = define("first_shortfall", "x_{d,0}", "x_{d,0}", "h̊² − h̊h at the start", axes=STATIC)
shortfall_last = define("last_shortfall", "E x_{d,K}", r"\mathbb{E}x_{d,K}", "expected h̊² − h̊h at the end", axes=STATIC)
rate = define(
    "contraction", "ρ_d", r"\rho_d", "what a step leaves of a deviation from rest", sign="nonnegative", axes=STATIC
)
sequence(shortfall, shortfall_next, shortfall_first, shortfall_last)

M_const = F_const**2 - G_const**2
"""M̂, positive because σ̂² is."""

CONSTANT_UPDATE = UPDATE.instantiate({F: F_const, G: G_const})
CONSTANT_TWO_POINT = TWO_POINT.instantiate({v: v_const})
QUADRATIC = Assumption(
    name="Q quadratic",
    relation="==",
    expr=h_next - h - H * (w_next - w),
    text="the objective is a separable quadratic: the gradient moves by H_d times what the weight moves",
)
RESTING_POINT = Assumption(
    name="R resting point",
    relation="==",
    expr=F_const * h_rest + G_const * a_rest,
    text="at the resting gradient the mean update vanishes: F̂h̊ + Ĝå = 0",
)
RESTING_SIZE = Assumption(
    name="R resting size",
    relation="==",
    expr=a_rest**2 - h_rest**2 - v_const,
    text="å² = h̊² + σ̂²: the size of two-point noise there",
)
SHORTFALL = Assumption(
    name="Q shortfall",
    relation="==",
    expr=shortfall - h_rest**2 + h_rest * h,
    text="x = h̊² − h̊h before every update, by definition",
)
NEXT_SHORTFALL = Assumption(
    name="Q next shortfall",
    relation="==",
    expr=shortfall_next - h_rest**2 + h_rest * h_next,
    text="x⁺ = h̊² − h̊h⁺ after it, by definition",
)
START_AT_REST = Assumption(
    name="R start", relation="==", expr=shortfall_first, text="the run starts at the resting gradient"
)
CONTRACTION = Assumption(
    name="S contraction",
    relation="==",
    expr=rate - 1 + alpha * H * M_const / F_const,
    text="ρ = 1 − αHM̂/F̂ ≥ 0: the step size is small enough for the mean dynamics not to overshoot",
)
