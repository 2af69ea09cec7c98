"""C4: the Lipschitz constant of what a device makes of a change."""

from functools import cache

from sympy import Abs

from theory.assumptions import GAIN_BOUND, SYMMETRIC_BOUND
from theory.kernel import Assumption, Fact, assume, combine, integrate
from theory.operators import Total
from theory.statement import Statement
from theory.symbols import PER_COORDINATE, PER_STEP, Axis, F, F_max, G, define, g, g_other, q_bar, q_max
from theory.theorems import t1a_lipschitz
from theory.trial.published import Published, Repair, variable

change = variable("lipschitz_change", "x", "x", "change that is asked for [weight]")
other = variable("other_change", "x'", "x'", "any second change [weight]")
weight = define("norm_weight", "S_d", "S_d", "weight of a coordinate", sign="nonnegative", axes=PER_COORDINATE)

AXES: frozenset[Axis] = PER_STEP | {"draw"}
distance = define(
    "weighted_distance",
    "‖g−g'‖²_S",
    r"\|g-g'\|_S^2",
    "Σ_d S_d (g−g')²",
    axes=AXES,
    definition=Total(weight * (g - g_other) ** 2),
)
response_distance = define(
    "weighted_response_distance",
    "‖Φ(g)−Φ(g')‖²_S",
    r"\|\Phi(g)-\Phi(g')\|_S^2",
    "the same of what the device makes of the signals, Φ(g) = F g + G|g|",
    axes=AXES,
    definition=Total(weight * t1a_lipschitz.LHS),
)
POSITIVE_GAINS = Assumption(name="gains", relation=">", expr=F - Abs(G), text="both gains are positive: |G| < F")


@cache
def prove() -> Fact:
    """T1a in each coordinate with q̄ ≤ q_max, weighted and summed; x = −αg turns Φ into x F − |x| G."""
    terms = (
        (weight, t1a_lipschitz.prove()),
        (weight * (g - g_other) ** 2 * (q_max + q_bar), assume(GAIN_BOUND)),
    )
    each = combine(terms, weight * (q_max**2 * (g - g_other) ** 2 - t1a_lipschitz.LHS))
    return integrate(Total, each)


REPAIRED = Statement(
    id="C4-repaired",
    title="The update map is Lipschitz with constant q_max in every weighted norm",
    kind="upper",
    source="this project",
    assumptions=(GAIN_BOUND,),
    lhs=response_distance,
    rhs_terms=(q_max**2 * distance,),
    prove=prove,
    note="squared on both sides; T1a-sharp: no smaller constant will do",
)

CLAIM = Published(
    id="C4",
    title="The update map is Lipschitz with constant F_max",
    source="arXiv:2502.06309, Lemma 3",
    text="‖[x⊙F − |x|⊙G] − [x'⊙F − |x'|⊙G]‖_S ≤ F_max ‖x − x'‖_S for all x, x'",
    instance="one coordinate, whose positive weight S in the norm cancels",
    lhs=Abs(change * F - Abs(change) * G - other * F + Abs(other) * G),
    rhs=F_max * Abs(change - other),
    assumptions=(POSITIVE_GAINS, SYMMETRIC_BOUND),
    repair=Repair(
        fault="error",
        change="q_max = sup q̄ = sup (F + |G|) in the place of F_max = sup F",
        statement=REPAIRED,
        effect="a change on the side of the larger gain is amplified by q̄ = F + |G|, which may be almost 2F_max. "
        "In the theorems on residual learning each factor F_max² that comes from this lemma becomes q_max² ≤ 4F_max², "
        "and the step size β shrinks by q_max/F_max ≤ 2; the rates stay",
    ),
)
