"""C22: how close a buffer of noisy reads stays to what is read."""

from functools import cache

from sympy import Rational

from theory.kernel import Assumption, Fact, assume, combine, integrate, rewrite, square
from theory.operators import Draw, Mean
from theory.residual import beta
from theory.run_rules import induction
from theory.statement import Statement
from theory.symbols import CONSTANT, PER_STEP, define, sequence, sigma
from theory.trial.published import Published, Repair, variable

C = variable("buffer_constant", "C", "C", "the constant in O(β)", sign="positive")
largest = variable("buffer_largest", "β̄", r"\bar\beta", "largest rate that counts as small", sign="positive")
share = variable("buffer_share", "β", r"\beta", "rate of the buffer", sign="positive")

held = define("buffer_held", "H", "H_k", "what the buffer holds [weight]", axes=PER_STEP)
held_next = define("next_buffer_held", "H⁺", "H_{k+1}", "what it holds after a read", axes=PER_STEP | {"draw"})
fixed = define("buffer_fixed", "P", "P", "what is read, without the error [weight]", axes=CONSTANT)
error = define("buffer_error", "ε", r"\varepsilon", "error of the read [weight]", axes=PER_STEP | {"draw"})
excess = define("buffer_excess", "y", "y_k", "(2−β)(H−P)² − βσ²", axes=PER_STEP)
excess_next = define("next_buffer_excess", "y⁺", "y_{k+1}", "it, after a read", axes=PER_STEP | {"draw"})
excess_first = define("first_buffer_excess", "y₀", "y_0", "it, at the start", axes=CONSTANT)
excess_last = define("last_buffer_excess", "E y_K", r"\mathbb{E}y_K", "it, expected at the end", axes=CONSTANT)
sequence(excess, excess_next, excess_first, excess_last)

kept = define("buffer_kept", "(1−β)", r"(1-\beta)", "share that the buffer keeps", sign="nonnegative")
DISTANCE, NEXT_DISTANCE = (held - fixed) ** 2, (held_next - fixed) ** 2
BUFFER = Assumption(
    name="U buffer",
    relation="==",
    expr=held_next - (1 - beta) * held - beta * (fixed + error),
    text="the buffer averages reads: H⁺ = (1−β)H + β(P+ε)",
)
CENTRED = Assumption(name="N mean", relation="==", expr=Draw(error), text="reads are unbiased: E ε = 0")
READ_VARIANCE = Assumption(name="N reads", relation=">=", expr=sigma**2 - Draw(error**2), text="E ε² ≤ σ²")
EXCESS = Assumption(
    name="D excess",
    relation="==",
    expr=excess - (2 - beta) * DISTANCE + beta * sigma**2,
    text="y = (2−β)(H−P)² − βσ², by definition",
)
EXCESS_NEXT = Assumption(
    name="D next excess",
    relation="==",
    expr=excess_next - (2 - beta) * NEXT_DISTANCE + beta * sigma**2,
    text="y⁺ = (2−β)(H⁺−P)² − βσ², by definition",
)
NEAR_START = Assumption(
    name="S start", relation=">=", expr=-excess_first, text="the buffer starts near: (2−β)(H_0−P)² ≤ βσ²"
)
KEPT = Assumption(
    name="S rate", relation="==", expr=kept + beta - 1, text="the buffer keeps the share 1−β ≥ 0", on_parameters=True
)


def averaging() -> Fact:
    """1 − β ≥ 0."""
    return combine(((kept,), (-1, assume(KEPT))), 1 - beta)


def step() -> Fact:
    """(1−β)²y − E y⁺ ≥ 0."""
    moved = (1 - beta) * (held - fixed) + beta * error
    after = combine(((held_next - fixed + moved, assume(BUFFER)),), NEXT_DISTANCE - moved**2)
    variance = combine(
        ((1, averaging(), assume(READ_VARIANCE)), (1, assume(READ_VARIANCE))),
        (2 - beta) * (sigma**2 - Draw(error**2)),
    )
    terms = (
        (-(2 - beta), rewrite(integrate(Draw, after), assume(CENTRED), Draw(error))),
        (beta**2, variance),
        (-1, integrate(Draw, assume(EXCESS_NEXT))),
        ((1 - beta) ** 2, assume(EXCESS)),
        (excess * (kept + 1 - beta), assume(KEPT)),
    )
    return combine(terms, kept**2 * excess - Draw(excess_next))


@cache
def prove() -> Fact:
    """E y_k ≤ 0 for every k by induction; 2 − β ≥ 1 does the rest."""
    below = induction(step(), combine(((1, assume(NEAR_START)),), -excess_first), excess)
    spare = combine(((averaging(), integrate(Mean, square(held - fixed))),), (1 - beta) * Mean(DISTANCE))
    terms = ((1, below), (1, integrate(Mean, assume(EXCESS))), (1, spare))
    return combine(terms, beta * sigma**2 - Mean(DISTANCE))


REPAIRED = Statement(
    id="C22-repaired",
    title="A buffer stays within √β σ of what is read",
    kind="upper",
    source="this project",
    assumptions=(BUFFER, CENTRED, READ_VARIANCE, EXCESS, EXCESS_NEXT, NEAR_START, KEPT),
    lhs=Mean(DISTANCE),
    rhs_terms=(beta * sigma**2,),
    prove=prove,
    note="before every read; a buffer that starts farther away approaches by the factor 1−β a read",
)

CLAIM = Published(
    id="C22",
    title="A buffer of noisy reads",
    source="arXiv:2502.06309, section 5",
    text="H⁺ = (1−β)H + β(P+ε) with P fixed stays within O(β) of P (root mean square): at most Cβσ for β ≤ β̄",
    instance="the stationary mean square E(H−P)² = σ²β/(2−β), which solves v = (1−β)²v + β²σ², in units with σ = 1; "
    "both sides squared and times 2−β",
    lhs=share,
    rhs=(2 - share) * C**2 * share**2,
    assumptions=(
        Assumption(name="small", relation=">=", expr=largest - share, text="β ≤ β̄"),
        Assumption(name="rate", relation=">=", expr=1 - share, text="β ≤ 1"),
    ),
    constants={C: (Rational(1), Rational(100)), largest: (Rational(1, 2), Rational(1, 1000))},
    family={share: largest / (1 + largest * (1 + 2 * C**2))},
    ranges={share: (1e-8, 1.0)},
    repair=Repair(
        fault="error",
        change="√β in the place of β",
        statement=REPAIRED,
        effect="a buffer makes the penalty of C21 smaller by √β, not by β: to halve it the buffer must average four "
        "times as long",
    ),
)
