"""C8: the resting point of analog SGD in one dimension, in closed form."""

from functools import cache

from sympy import Expr, Integer

from theory.kernel import Assumption, Fact, combine
from theory.statement import Statement
from theory.trial.published import Published, Repair, variable

curvature = variable("closed_curvature", "f''", "f''", "curvature of the objective", sign="positive")
stiffness = variable("closed_stiffness", "R'Σ", r"R'\Sigma", "curvature of the penalty Σ R_c", sign="positive")
optimum = variable("closed_optimum", "W⋆", "W^*", "minimiser of the objective [weight]")
centre = variable("closed_centre", "W⋄", r"W_\diamond", "symmetric point [weight]")
printed = variable("closed_printed", "W^S", "W^S", "closed form as printed [weight]")

MEANT = (curvature * optimum + stiffness * centre) / (curvature + stiffness)


def slope(weight: Expr) -> Expr:
    """Derivative of f + Σ R_c for f = f''(w − W⋆)²/2 and R = R'·(w − W⋄)."""
    return curvature * (weight - optimum) + stiffness * (weight - centre)


@cache
def prove() -> Fact:
    """An identity."""
    return combine((), slope(MEANT))


REPAIRED = Statement(
    id="C8-repaired",
    title="The penalised minimiser in one dimension",
    kind="equality",
    source="this project",
    assumptions=(),
    lhs=Integer(0),
    rhs_terms=(slope(MEANT),),
    prove=prove,
    note="(f''W⋆ + R'ΣW⋄)/(f'' + R'Σ) is a weighted mean of W⋆ and W⋄; the penalised objective is strictly convex",
)

CLAIM = Published(
    id="C8",
    title="The penalised minimiser in one dimension",
    source="arXiv:2502.06309, (60)",
    text="W^S = (f''W⋆ − R'ΣW⋄)/(f'' − R'Σ) approximates the minimiser of f + Σ R_c",
    instance="quadratic f and linear R, where the approximation is exact: f''(W^S − W⋆) + ΣR'(W^S − W⋄) = 0",
    kind="equality",
    lhs=slope(printed),
    rhs=Integer(0),
    assumptions=(
        Assumption(
            name="defined", relation=">", expr=(curvature - stiffness) ** 2, text="f'' ≠ R'Σ: the quotient is defined"
        ),
    ),
    definitions=((printed, (curvature * optimum - stiffness * centre) / (curvature - stiffness)),),
    ranges={curvature: (0.1, 10.0), stiffness: (0.1, 10.0)},
    repair=Repair(
        fault="misprint",
        change="plus in the place of both minus signs",
        statement=REPAIRED,
        effect="none: Theorem 5 (C7) and T10 have the plus sign; with the minus the point leaves the interval between "
        "W⋆ and W⋄, and is undefined at f'' = R'Σ",
    ),
)
