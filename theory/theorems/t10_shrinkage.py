"""T10-shrinkage: in one coordinate the asymmetric linear device rests at a minimiser shrunk by Hτ/(Hτ + Σ)."""

from functools import cache

from sympy import Abs

from theory.assumptions import UNBIASED
from theory.kernel import Assumption, Fact, assume, combine, signed
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import STATIC, define, g, h, tau, w
from theory.theorems._constant_gains import H
from theory.theorems.t10_linear import LINEAR_REST

w_star = define("optimal_weights", "w⋆_d", "w^*_d", "minimiser of a separable quadratic [weight]", axes=STATIC)

SEPARABLE = Assumption(
    name="Q separable",
    relation="==",
    expr=h - H * (w - w_star),
    text="f is a separable quadratic: h_d = H_d (w_d − w⋆_d)",
)
RIDGE = H * tau + Draw(Abs(g))


@cache
def prove() -> Fact:
    """(Hτ + Σ) w = Hτ w⋆, divided by Hτ + Σ > 0."""
    terms = ((-tau, assume(LINEAR_REST)), (tau, assume(UNBIASED)), (tau, assume(SEPARABLE)))
    line = combine(terms, H * tau * w_star - RIDGE * w)
    return combine(((signed(1 / RIDGE), line),), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T10-shrinkage",
    title="Analog training shrinks the minimiser",
    kind="equality",
    source="this project; compare arXiv:2406.12774",
    assumptions=(UNBIASED, LINEAR_REST, SEPARABLE),
    lhs=w,
    rhs_terms=(H * tau / RIDGE * w_star,),
    prove=prove,
    sharpness="an identity",
    note="Σ = E|g| at the resting point, so that this is an equation for w; theory.predictions solves it",
)
