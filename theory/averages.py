"""Averages over a run that statements mention: rows of the notation table whose definition is a linear operator.

A simulation measures them under the same names, so that plain numbers cross from one to the other.
"""

from sympy import Abs, Expr, Symbol

from theory.operators import Draw, Mean, Steps, Total
from theory.symbols import F, G, K, M, Sign, define, delay, family_rate, g, h, q_bar, v, w, w_forward, young


def _average(name: str, body: str, tex: str, meaning: str, value: Expr, sign: Sign = "nonnegative") -> Symbol:
    """⟨value⟩ = (1/K) Σ_k E Σ_d value."""
    latex = rf"\left\langle {tex} \right\rangle"
    return define(name, f"⟨{body}⟩", latex, meaning, sign=sign, definition=Steps(Mean(Total(value))) / K)


gradient_norm = _average("gradient_norm", "h_d²", "h_d^2", "average squared gradient norm", h**2)
weighted_gradient_norm = _average(
    "weighted_gradient_norm",
    "(M_d/F_d)h_d²",
    r"\tfrac{M_d}{F_d} h_d^2",
    "average squared gradient norm as the device sees it",
    M / F * h**2,
    sign="real",
)
gain_variance = _average(
    "gain_variance",
    "q̄_d²σ_d²",
    r"\bar q_d^2 \sigma_d^2",
    "average noise variance through the larger gain",
    q_bar**2 * v,
)
drift_variance = _average(
    "drift_variance",
    "(G_d²/F_d)σ_d²",
    r"\tfrac{G_d^2}{F_d} \sigma_d^2",
    "average noise variance through the asymmetry",
    G**2 / F * v,
)
delayed_variance = _average(
    "delayed_variance",
    "δ_d q̄_d²σ_d²",
    r"\delta_d \bar q_d^2 \sigma_d^2",
    "average noise variance through the larger gain, weighted by the delay",
    delay * q_bar**2 * v,
)
staleness = _average(
    "staleness", "(u_d−w_d)²", "(u_d - w_d)^2", "average squared distance of forward weights", (w_forward - w) ** 2
)
asymmetric_variance = _average(
    "asymmetric_variance", "G_d²σ_d²", r"G_d^2 \sigma_d^2", "average noise variance times G²", G**2 * v
)
symmetric_variance = _average(
    "symmetric_variance", "F_d²σ_d²", r"F_d^2 \sigma_d^2", "average noise variance times F²", F**2 * v
)
mean_response = _average(
    "mean_response",
    "(E_kΦ_d)²",
    r"(\mathbb{E}_k\Phi_d)^2",
    "average squared mean update signal",
    Draw(F * g + G * Abs(g)) ** 2,
)
stale_gradient_norm = _average(
    "stale_gradient_norm",
    "((F_d²−(1+u)G_d²)/F_d)h_d²",
    r"\tfrac{F_d^2-(1+u)G_d^2}{F_d} h_d^2",
    "average squared gradient norm as T8 weighs it",
    (F**2 - (1 + young) * G**2) / F * h**2,
    sign="real",
)
family_gradient_norm = _average(
    "family_gradient_norm",
    "A_d h_d²",
    r"A_d h_d^2",
    "average squared gradient norm as the family of bounds weighs it",
    family_rate * h**2,
    sign="real",
)
