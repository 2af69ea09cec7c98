"""T1b: the device amplifies the signal's variance by at most q̄²."""

from functools import cache

from theory.assumptions import SIGNAL_RESPONSE, VARIANCE
from theory.kernel import Fact, assume, combine, integrate, specialise, square
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import g, g_other, h, q_bar, v
from theory.theorems import t1a_lipschitz

LHS = Draw(SIGNAL_RESPONSE**2) - Draw(SIGNAL_RESPONSE) ** 2
RHS = q_bar**2 * v


@cache
def prove() -> Fact:
    """T1a with y at the mean h, in expectation; E(Φ−Φ(h))² = Var Φ + (EΦ−Φ(h))², and that square is dropped."""
    around_mean = integrate(Draw, specialise(t1a_lipschitz.prove(), ((g_other, h),)))
    dropped = square(Draw(SIGNAL_RESPONSE) - SIGNAL_RESPONSE.xreplace({g: h}))
    return combine(((1, around_mean), (1, dropped), (q_bar**2, assume(VARIANCE))), RHS - LHS)


STATEMENT = Statement(
    id="T1b",
    title="Variance of the update",
    kind="upper",
    source="this project",
    assumptions=(VARIANCE,),
    lhs=LHS,
    rhs_terms=(RHS,),
    prove=prove,
    sharpness="attained by signals on the side of the larger gain, where the update is linear (T1a-sharp)",
)
