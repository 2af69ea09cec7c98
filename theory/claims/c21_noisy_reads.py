"""C21: what noisy reads of the residual make the array W minimise."""

from functools import cache

from sympy import Abs

from theory.kernel import Assumption, Fact, assume, combine, integrate
from theory.operators import Total
from theory.residual import F_W, G_W, gamma, target, w_star
from theory.statement import Statement
from theory.symbols import STATIC, define, w
from theory.trial.published import Published, Repair, variable

mixture = variable("reads_mixture", "γ", r"\gamma", "weight of the residual in W + γP", sign="positive")
size = variable("reads_size", "|ε|", r"|\varepsilon|", "size of the reading error, which is ±|ε|", sign="positive")
minimiser = variable("reads_minimiser", "W⋆/τ", r"W^*/\tau", "minimiser of the objective, over the range")
weight = variable("reads_weight", "W/τ", r"W/\tau", "minimiser of the printed sum, over the range")
wanted = variable("reads_target", "P⋆", "P^*", "(W⋆−W)/γ there, over the range")

other = define("reads_other_weight", "w'_d", "w'_d", "any other weight of the array W [weight]", axes=STATIC)
penalty = define("reads_penalty", "R_c(w_d)", "R_c(w_d)", "∫R, the penalty at the weight", axes=STATIC)
other_penalty = define("reads_other_penalty", "R_c(w'_d)", "R_c(w'_d)", "the penalty at the other weight", axes=STATIC)
ratio = define("reads_ratio", "R(w_d)", "R(w_d)", "G/F at the weight", axes=STATIC)
spread = define(
    "reads_spread", "E|ε_d|", r"\mathbb{E}|\varepsilon_d|", "mean size of a read", sign="positive", axes=STATIC
)
REST = Assumption(
    name="R rest",
    relation="==",
    expr=F_W * target - G_W * spread,
    text="the mean transfer vanishes: E[(P⋆+ε)F − |P⋆+ε|G] = 0, where E|P⋆+ε| = E|ε| (two-point reads above |P⋆|)",
)
RATIO = Assumption(name="R ratio", relation="==", expr=F_W * ratio - G_W, text="R = G/F, by definition")
CONVEX = Assumption(
    name="R_c convex",
    relation=">=",
    expr=other_penalty - penalty - ratio * (other - w),
    text="R increases, so its integral R_c is convex",
)
OTHER_TARGET = (w_star - other) / gamma


@cache
def prove() -> Fact:
    """The sum grows by (w'−w)²/2γ at least, as P⋆ = R E|ε| is its stationary point."""
    at_rest = combine(((1 / F_W, assume(REST)), (-spread / F_W, assume(RATIO))), target - spread * ratio)
    terms = ((spread, assume(CONVEX)), (-(other - w), at_rest))
    growth = gamma / 2 * (OTHER_TARGET**2 - target**2) + spread * (other_penalty - penalty)
    return integrate(Total, combine(terms, growth - (other - w) ** 2 / (2 * gamma)))


REPAIRED = Statement(
    id="C21-repaired",
    title="Noisy reads make the array rest where objective and penalty balance",
    kind="upper",
    source="this project",
    assumptions=(REST, RATIO, CONVEX),
    lhs=Total(gamma / 2 * target**2 + spread * penalty) + Total((other - w) ** 2) / (2 * gamma),
    rhs_terms=(Total(gamma / 2 * OTHER_TARGET**2 + spread * other_penalty),),
    prove=prove,
    note="for every other weight w', so the resting weight is the only minimiser",
)

CLAIM = Published(
    id="C21",
    title="What noisy reads minimise",
    source="arXiv:2502.06309, section 5",
    text="reading the residual with an error ε makes the array W minimise ‖P⋆(W)‖² + ⟨E|ε|, R_c(W)⟩, so that the mean "
    "transfer vanishes at the minimiser",
    instance="the linear device (F = 1, R = w/τ, R_c = w²/2τ), reads P⋆ ± |ε|, in units with τ = 1",
    lhs=wanted,
    rhs=weight * (Abs(wanted + size) + Abs(wanted - size)) / 2,
    kind="equality",
    definitions=(
        (weight, 2 * minimiser / (2 + mixture**2 * size)),
        (wanted, (minimiser - weight) / mixture),
    ),
    assumptions=(
        Assumption(name="range", relation=">", expr=1 - Abs(minimiser), text="|W⋆| < τ"),
        Assumption(name="reads", relation=">=", expr=size - Abs(wanted), text="the error is larger than what is read"),
    ),
    ranges={mixture: (0.1, 10), size: (0.01, 10), minimiser: (-1, 1)},
    repair=Repair(
        fault="error",
        change="(γ/2)‖P⋆(W)‖² in the place of ‖P⋆(W)‖²",
        statement=REPAIRED,
        effect="the penalty pulls W towards the symmetric point by 2/γ times as much as printed: at τ = γ = |ε| = 1 "
        "and W⋆ = 1/2 it rests at 1/4 and not at 1/3. That a buffer helps, because it makes E|ε| small, stands",
    ),
)
