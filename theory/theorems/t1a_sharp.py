"""T1a is attained: between 0 and a signal on the side of the larger gain, the ratio is exactly q̄."""

from functools import cache

from sympy import Abs

from theory.assumptions import FAVOURED_SIDE
from theory.kernel import Fact, assume, combine
from theory.statement import Statement
from theory.symbols import F, G, g, q_bar


@cache
def prove() -> Fact:
    """q̄²g² − Φ(g)² = 2F(|G|g² − G g|g|), which is 2F|g| times the assumption."""
    return combine(((2 * F * Abs(g), assume(FAVOURED_SIDE)),), q_bar**2 * g**2 - (F * g + G * Abs(g)) ** 2)


STATEMENT = Statement(
    id="T1a-sharp",
    title="The constant q̄ is attained",
    kind="equality",
    source="this project",
    assumptions=(FAVOURED_SIDE,),
    lhs=(F * g + G * Abs(g)) ** 2,
    rhs_terms=(q_bar**2 * g**2,),
    prove=prove,
    sharpness="an identity",
)
