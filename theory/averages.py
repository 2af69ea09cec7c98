"""Averages over a run that statements mention: rows of the notation table whose definition is a linear operator.

A simulation measures them under the same names, so that plain numbers cross from one to the other.
"""

from sympy import Expr, Symbol

from theory.operators import Mean, Steps, Total
from theory.symbols import F, G, K, M, Sign, define, h, q_bar, v


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
