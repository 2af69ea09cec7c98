"""C5: a cross term between two vectors, weighted coordinate by coordinate."""

from sympy import Abs

from theory.kernel import Assumption
from theory.trial.published import Published, variable

u = variable("cross_u", "U_d", "U_d", "coordinate of the first vector")
v = variable("cross_v", "V_d", "V_d", "coordinate of the second vector")
q = variable("cross_q", "Q_d", "Q_d", "coordinate of the weights")
q_low = variable("cross_q_low", "min Q", r"\min Q", "smallest weight")
q_high = variable("cross_q_high", "max Q", r"\max Q", "largest weight")

CLAIM = Published(
    id="C5",
    title="A weighted cross term",
    source="arXiv:2502.06309, Lemma 4",
    text="⟨U, V⊙Q⟩ ≥ C₊⟨U,V⟩ − C₋⟨|U|,|V|⟩ with C± = (max Q ± min Q)/2; one coordinate, of which both sides are sums",
    lhs=(q_high + q_low) / 2 * u * v - (q_high - q_low) / 2 * Abs(u) * Abs(v),
    rhs=u * v * q,
    assumptions=(
        Assumption(name="min", relation=">=", expr=q - q_low, text="Q_d ≥ min Q"),
        Assumption(name="max", relation=">=", expr=q_high - q, text="Q_d ≤ max Q"),
    ),
)
