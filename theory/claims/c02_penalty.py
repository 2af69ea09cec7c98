"""C2: the penalty that a monotone ratio of the gains' parts accumulates is not negative."""

from functools import cache

from sympy import Abs, Integer

from theory.kernel import Assumption, Fact, assume, combine, integrate
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import PER_COORDINATE, define, w
from theory.trial.published import Published, Repair, variable

slope = variable("penalty_slope", "ρ", r"\rho", "ratio R at large |w| (R rises for ρ > 0 and falls for ρ < 0)")
x = variable("penalty_distance", "x", "x", "weight minus the symmetric point [weight]")

w_rest = define("penalty_rest", "w⋄", r"w_\diamond", "symmetric point: R(w⋄) = 0 [weight]", axes=PER_COORDINATE)
share = define(
    "penalty_share",
    "t",
    "t",
    "how far along the way from w⋄ to w, uniform in (0, 1]",
    sign="positive",
    axes=frozenset({"draw"}),
)
ratio = define("penalty_ratio", "R_t", "R_t", "R at w⋄ + t(w − w⋄)", axes=PER_COORDINATE | {"draw"})
penalty = define("penalty_value", "R_c(w)", "R_c(w)", "∫_{w⋄}^w R [weight]", axes=PER_COORDINATE)

RISING = Assumption(
    name="R rising",
    relation=">=",
    expr=share * (w - w_rest) * ratio,
    text="R is increasing: (R(y) − R(w⋄))(y − w⋄) ≥ 0 at every y = w⋄ + t(w − w⋄), and R(w⋄) = 0",
)
INTEGRAL = Assumption(
    name="R integral",
    relation="==",
    expr=penalty - (w - w_rest) * Draw(ratio),
    text="R_c(w) = (w − w⋄) ∫₀¹ R(w⋄ + t(w − w⋄)) dt, the integral as a mean over uniform t",
)


@cache
def prove() -> Fact:
    """(w − w⋄)R_t ≥ 0 for every t, hence on average over t."""
    pointwise = combine(((1 / share, assume(RISING)),), (w - w_rest) * ratio)
    return combine(((1, integrate(Draw, pointwise)), (1, assume(INTEGRAL))), penalty)


REPAIRED = Statement(
    id="C2-repaired",
    title="The penalty of an increasing ratio is not negative",
    kind="upper",
    source="this project",
    assumptions=(RISING, INTEGRAL),
    lhs=Integer(0),
    rhs_terms=(penalty,),
    prove=prove,
    note="the empty integral is R_c(w⋄) = 0, so that the minimum is at w⋄",
)

CLAIM = Published(
    id="C2",
    title="The accumulated penalty is least at the symmetric point",
    source="arXiv:2502.06309, (41)",
    text="R strictly monotone implies R_c(w) = ∫_{w⋄}^w R ≥ 0 with its minimum at w⋄",
    instance="F = 1 and G = R = ρ x(2+|x|)/(1+|x|)² with x = w − w⋄ and 0 < |ρ| < 1: both gains are differentiable and "
    "between 1−|ρ| and 1+|ρ| for all real w, R is strictly monotone, and its integral is R_c = ρ x²/(1+|x|)",
    lhs=Integer(0),
    rhs=slope * x**2 / (1 + Abs(x)),
    assumptions=(
        Assumption(name="gains", relation=">", expr=1 - Abs(slope), text="|ρ| < 1: both gains are positive"),
        Assumption(name="monotone", relation=">", expr=Abs(slope), text="ρ ≠ 0: R is strictly monotone"),
    ),
    ranges={slope: (-1.0, 1.0)},
    repair=Repair(
        fault="assumption",
        change="R is increasing, as where q₊ falls and q₋ rises, in the place of monotone",
        missing=(Assumption(name="rising", relation=">", expr=slope, text="ρ > 0: R is increasing"),),
        statement=REPAIRED,
        effect="for a decreasing R the 'penalty' rewards leaving w⋄, and objective plus R_c may have no minimum; "
        "what rests on R_c ≥ 0 (the implicit penalty, the reading of noisy transfers) holds for increasing R. "
        "The linear, power and exponential devices have one; no constant changes",
    ),
)
