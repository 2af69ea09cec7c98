"""T10: the mean update is −αF times the gradient of a penalised objective: it rests at critical points of that one.

The penalty ⟨Σ, R_c⟩ has slope Σ_d G_d/F_d with Σ_d = E|g_d|, the mean size of the signal at the weights in question.
"""

from functools import cache

from sympy import Abs

from theory.assumptions import SIGNAL_RESPONSE, UNBIASED
from theory.kernel import Fact, assume, combine
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import F, G, g, h


@cache
def prove() -> Fact:
    """F h + G E|g|, with F outside the bracket."""
    return combine(((-F, assume(UNBIASED)),), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T10",
    title="The mean update descends a penalised objective",
    kind="equality",
    source="this project; compare arXiv:2502.06309, arXiv:2406.12774",
    assumptions=(UNBIASED,),
    lhs=Draw(SIGNAL_RESPONSE),
    rhs_terms=(F * (h + G / F * Draw(Abs(g))),),
    prove=prove,
    sharpness="an identity",
    note="F > 0: the mean update vanishes exactly where h + Σ R_c' does, with R_c' = G/F and Σ = E|g| there",
)
