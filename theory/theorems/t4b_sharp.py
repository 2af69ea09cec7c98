"""T4b-sharp: where the mean update rests, both sides of T4b's asymptotic part agree if the shape is attained there."""

from functools import cache

from sympy import Abs

from theory.assumptions import AT_REST, UNBIASED
from theory.kernel import Assumption, Fact, assume, combine
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import F, G, g, h, v
from theory.theorems.t4b_shape import SHAPE, kappa, zeta

SHAPE_ATTAINED = Assumption(
    name="N shape attained",
    relation="==",
    expr=SHAPE.expr,
    text="(E|g|)² = ζh² + κσ_d² at the resting point",
)


@cache
def prove() -> Fact:
    """F²h² = G²(E|g|)² at rest, as in T4."""
    size = Draw(Abs(g))
    rest = combine(((1, assume(AT_REST)), (-F, assume(UNBIASED))), F * h + G * size)
    terms = (((G * size - F * h) / F, rest), (G**2 / F, assume(SHAPE_ATTAINED)))
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T4b-sharp",
    title="The asymptotic term for noise of known shape is sharp",
    kind="equality",
    source="this project",
    assumptions=(UNBIASED, AT_REST, SHAPE_ATTAINED),
    lhs=(F**2 - zeta * G**2) / F * h**2,
    rhs_terms=(kappa * G**2 / F * v,),
    prove=prove,
    sharpness="an identity",
    note="(E|g|)² of Gaussian noise is convex in h²: a chord from 0 to the resting h² gives a shape that is attained",
)
