"""C17: what one transfer does to the distance of the array W from the minimiser."""

from sympy import Abs, Expr

import theory
from theory.kernel import Assumption
from theory.trial.published import Published, Repair, variable

rate = variable("transfer_share", "β", r"\beta", "transfer rate, times F_max", sign="positive")
mixture = variable("transfer_mixture", "γ", r"\gamma", "weight of the residual in W + γP", sign="positive")
target = variable("transfer_target", "P⋆", "P^*", "what the residual should be, (W⋆−W)/γ")
residual = variable("transfer_residual", "P⁺", "P^+", "what it is")
symmetric = variable("transfer_symmetric", "F", "F", "symmetric part of the array W, over its bound", sign="positive")
asymmetric = variable("transfer_asymmetric", "G", "G", "asymmetric part, over the bound on F")

PRODUCT = symmetric**2 - asymmetric**2
ERROR = (residual - target) ** 2


def transferred(x: Expr) -> Expr:
    """What the array makes of a residual, divided by β."""
    return symmetric * x - asymmetric * Abs(x)


CLAIM = Published(
    id="C17",
    title="One transfer of the residual",
    source="arXiv:2502.06309, Lemma 6",
    text="β ≤ γ/(2F_max): ‖W⁺−W⋆‖² ≤ ‖W−W⋆‖² − (β/2γF_max)‖W−W⋆‖²_M(W) − (βγ/2F_max)‖P⋆⊙F−|P⋆|⊙G‖² "
    "+ (2βF_max³/γ)‖P⁺−P⋆‖²_M† + 2β²‖P⁺−P⋆‖², with P⋆ = (W⋆−W)/γ",
    instance="one weight, in units with F_max = 1; W − W⋆ = −γP⋆",
    lhs=(rate * transferred(residual) - mixture * target) ** 2,
    rhs=(mixture * target) ** 2
    - rate * mixture / 2 * PRODUCT * target**2
    - rate * mixture / 2 * transferred(target) ** 2
    + 2 * rate / mixture * ERROR / PRODUCT
    + 2 * rate**2 * ERROR,
    assumptions=(
        Assumption(name="rate", relation=">=", expr=mixture / 2 - rate, text="transfer rate β ≤ γ/(2F_max)"),
        Assumption(name="symmetric", relation=">=", expr=1 - symmetric, text="F ≤ F_max"),
        Assumption(name="gains", relation=">", expr=PRODUCT, text="both gains are positive (class D)"),
    ),
    ranges={rate: (1e-3, 5), mixture: (0.1, 10), symmetric: (0.1, 1), asymmetric: (-1, 1)},
    repair=Repair(
        fault="error",
        change="2βγF_max q̄² and 2β²q̄² in the place of 2βF_max³/γ and 2β², and β ≤ γ/(4F_max)",
        statement=theory.get("T11b"),
        effect="the residual's error costs more by γ², so the weight of ‖W−W⋆‖² in the potential and the transfer rate "
        "change: T11c-step has C = 10√m_W μ/(31q_max) and β = αγ²m√m_W μ/(31F_max²q_max). The theorem keeps its "
        "form (T11c-rate)",
    ),
)
