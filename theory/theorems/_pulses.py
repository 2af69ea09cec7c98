"""One batch as a run of K pulses: update k is the pulse of micro-batch k, with step size α/K, at the weights reached.

All micro-batches have read the weights w̌ from which the batch starts. Truly sequential pulses respond with the gains at
w_k; T6's rule responds with those at w̌ throughout. The difference of the two weights after k pulses is y_k.
"""

from sympy import Abs

from theory.assumptions import SIGNAL_RESPONSE, UPDATE
from theory.kernel import Assumption
from theory.operators import Window
from theory.symbols import PER_COORDINATE, STATIC, F, G, K, alpha, define, g, sequence, w

w_start = define("start_weights", "w̌_d", r"\check w_d", "weight at the start of the batch [weight]", axes=STATIC)
F_start = define(
    "start_symmetric", "F̌_d", r"\check F_d", "symmetric part at the start of the batch", sign="positive", axes=STATIC
)
G_start = define("start_asymmetric", "Ǧ_d", r"\check G_d", "asymmetric part at the start of the batch", axes=STATIC)
response_lipschitz = define(
    "response_lipschitz", "ℓ", r"\ell", "Lipschitz constant of the gains q± [1/weight]", sign="nonnegative"
)
gap = define(
    "pulse_gap", "y_d", "y_d", "weight after k sequential pulses minus that of T6's rule [weight]", axes=PER_COORDINATE
)
gap_next = define("next_pulse_gap", "y_d⁺", "y_d^+", "the same after one more pulse", axes=PER_COORDINATE | {"draw"})
gap_first = define("first_pulse_gap", "y_{d,0}", "y_{d,0}", "the same before the first pulse", axes=STATIC)
gap_last = define(
    "last_pulse_gap", "E y_{d,K}", r"\mathbb{E}y_{d,K}", "its expectation at the end of the batch", axes=STATIC
)
sequence(gap, gap_next, gap_first, gap_last)

PULSE_STEP = alpha / K
DIFFERENCE = (F - F_start) * g + (G - G_start) * Abs(g)
"""What the gains reached make of a signal, minus what those at the start make of it."""

PULSE = UPDATE.instantiate({alpha: PULSE_STEP})
PREFIX = Assumption(
    name="U batch",
    relation="==",
    expr=w_start - w - PULSE_STEP * Window(SIGNAL_RESPONSE),
    text="all pulses since the start of the batch lie in the window: w_k = w̌ − (α/K) Σ_j Φ_j(g_j)",
)
RESPONSE = Assumption(
    name="A5 response",
    relation=">=",
    expr=response_lipschitz * Abs(w - w_start) - Abs(F - F_start) - Abs(G - G_start),
    text="q± have Lipschitz constant ℓ: |F(w)−F(w̌)| + |G(w)−G(w̌)| = max |q±(w)−q±(w̌)| ≤ ℓ|w−w̌|",
)
GAP_STEP = Assumption(
    name="U gap",
    relation="==",
    expr=gap_next - gap + PULSE_STEP * DIFFERENCE,
    text="y⁺ = y − (α/K)(Φ_{w_k}(g_k) − Φ_{w̌}(g_k)), by subtracting T6's rule pulse by pulse",
)
GAP_START = Assumption(name="U gap start", relation="==", expr=gap_first, text="both start from the same weights")

distance = define("pulse_distance", "|y_d|", "|y_d|", "size of that difference [weight]", axes=PER_COORDINATE)
distance_next = define(
    "next_pulse_distance", "|y_d⁺|", "|y_d^+|", "the same after one more pulse", axes=PER_COORDINATE | {"draw"}
)
distance_first = define(
    "first_pulse_distance", "|y_{d,0}|", "|y_{d,0}|", "the same before the first pulse", axes=STATIC
)
distance_last = define(
    "last_pulse_distance", "E|y_{d,K}|", r"\mathbb{E}|y_{d,K}|", "its expectation at the end of the batch", axes=STATIC
)
sequence(distance, distance_next, distance_first, distance_last)
path = define("squared_path", "S_d²", "S_d^2", "(Σ_{j<k} |g_j|)², signals pulsed so far", axes=PER_COORDINATE)
path_next = define("next_squared_path", "S_d²⁺", "S_d^{2+}", "the same after a pulse", axes=PER_COORDINATE | {"draw"})
path_first = define("first_squared_path", "S_{d,0}²", "S_{d,0}^2", "the same before the first pulse", axes=STATIC)
path_last = define(
    "last_squared_path", "E(Σ|g_d|)²", r"\mathbb{E}(\sum_k |g_{d,k}|)^2", "its expectation over the batch", axes=STATIC
)
sequence(path, path_next, path_first, path_last)

PASSED = Window(Abs(g))
"""Σ_{j<k} |g_j|."""

DISTANCE = Assumption(name="U distance", relation="==", expr=distance - Abs(gap), text="|y| before each pulse")
NEXT_DISTANCE = Assumption(
    name="U next distance", relation="==", expr=distance_next - Abs(gap_next), text="|y⁺| after it"
)
DISTANCE_START = Assumption(
    name="U distance start", relation="==", expr=distance_first, text="both rules start from the same weights"
)
PATH = Assumption(name="U path", relation="==", expr=path - PASSED**2, text="S² = (Σ_{j<k} |g_j|)², by definition")
NEXT_PATH = Assumption(
    name="U next path", relation="==", expr=path_next - (PASSED + Abs(g)) ** 2, text="S²⁺ = (Σ_{j≤k} |g_j|)²"
)
PATH_START = Assumption(name="U path start", relation="==", expr=path_first, text="nothing is pulsed before the batch")
