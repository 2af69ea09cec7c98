"""C5: a cross term between two vectors, weighted coordinate by coordinate."""

from functools import cache

from sympy import Abs, Rational

from theory.kernel import Assumption, Fact, assume, combine, integrate, magnitude
from theory.operators import Total
from theory.statement import Statement
from theory.symbols import STATIC, define
from theory.trial.published import Published, variable

u = define("cross_u", "U_d", "U_d", "coordinate of the first vector", axes=STATIC)
v = define("cross_v", "V_d", "V_d", "coordinate of the second vector", axes=STATIC)
q = define("cross_q", "Q_d", "Q_d", "coordinate of the weights", axes=STATIC)
q_low = variable("cross_q_low", "min Q", r"\min Q", "smallest weight")
q_high = variable("cross_q_high", "max Q", r"\max Q", "largest weight")

LOW = Assumption(name="min", relation=">=", expr=q - q_low, text="Q_d ≥ min Q")
HIGH = Assumption(name="max", relation=">=", expr=q_high - q, text="Q_d ≤ max Q")
MEAN, SPREAD = (q_high + q_low) / 2, (q_high - q_low) / 2
LHS, RHS = MEAN * u * v - SPREAD * Abs(u) * Abs(v), u * v * q


def products(sign: int) -> Fact:
    """|U||V| − ±UV ≥ 0, twice: (|U|+U)(|V|∓V) + (|U|−U)(|V|±V)."""
    terms = ((magnitude(-u), magnitude(sign * v)), (magnitude(u), magnitude(-sign * v)))
    return combine(terms, 2 * Abs(u) * Abs(v) - 2 * sign * u * v)


@cache
def prove() -> Fact:
    """UVQ − C₊UV + C₋|U||V| = ½(max Q − Q)(|U||V| − UV) + ½(Q − min Q)(|U||V| + UV), summed over d."""
    quarter = Rational(1, 4)
    terms = ((quarter, assume(HIGH), products(1)), (quarter, assume(LOW), products(-1)))
    return integrate(Total, combine(terms, RHS - LHS))


PROOF = Statement(
    id="C5-proof",
    title="A weighted cross term, all coordinates",
    kind="upper",
    source="this project",
    assumptions=(LOW, HIGH),
    lhs=Total(LHS),
    rhs_terms=(Total(RHS),),
    prove=prove,
    note="equality where each Q_d is the end of its interval that the sign of U_d V_d makes the worse one",
)

CLAIM = Published(
    id="C5",
    title="A weighted cross term",
    source="arXiv:2502.06309, Lemma 4",
    text="⟨U, V⊙Q⟩ ≥ C₊⟨U,V⟩ − C₋⟨|U|,|V|⟩ with C± = (max Q ± min Q)/2; one coordinate, of which both sides are sums",
    lhs=LHS,
    rhs=RHS,
    assumptions=(LOW, HIGH),
    proof=PROOF,
)
