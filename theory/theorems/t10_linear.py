"""T10-linear: on a quadratic the asymmetric linear device rests where (H + Diag(Σ)/τ) W = H W*, row by row."""

from functools import cache

from sympy import Abs, Integer

from theory.assumptions import AT_REST, UNBIASED
from theory.kernel import Assumption, Fact, assume, combine
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import PER_COORDINATE, STATIC, F, G, define, g, h, tau, w

HW = define("curved_weights", "(HW)_d", "(HW)_d", "row d of the Hessian times the weights", axes=PER_COORDINATE)
HW_star = define("curved_optimum", "(HW⋆)_d", "(HW^*)_d", "row d of the Hessian times the minimiser", axes=STATIC)

LINEAR_REST = AT_REST.instantiate({F: Integer(1), G: w / tau})
GRADIENT = Assumption(
    name="Q gradient", relation="==", expr=h - HW + HW_star, text="f is quadratic: ∇f(W) = H(W − W*), any H"
)


@cache
def prove() -> Fact:
    """h + (w/τ)E|g| = 0 with the gradient put in."""
    terms = ((-1, assume(LINEAR_REST)), (1, assume(UNBIASED)), (1, assume(GRADIENT)))
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T10-linear",
    title="Where the asymmetric linear device rests on a quadratic",
    kind="equality",
    source="this project; compare arXiv:2406.12774",
    assumptions=(UNBIASED, LINEAR_REST, GRADIENT),
    lhs=HW + Draw(Abs(g)) / tau * w,
    rhs_terms=(HW_star,),
    prove=prove,
    sharpness="an identity",
    note="the minimiser of f + Σ_d (Σ_d/2τ) w_d², a ridge penalty whose strength is the size of the signal",
)
