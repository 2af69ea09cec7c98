"""T4-family: runs on which T3's last term is a lower bound as well, for every step size and every length."""

from functools import cache

from theory.kernel import Fact, combine, integrate
from theory.operators import Steps, Total, average
from theory.statement import Statement
from theory.symbols import K, define, h
from theory.theorems import t4_floor
from theory.theorems._constant_gains import F_const, G_const, M_const, v_const

constant_gradient_norm = define(
    "constant_gradient_norm",
    "⟨(M̂_d/F̂_d)h_d²⟩",
    r"\left\langle \tfrac{\hat M_d}{\hat F_d} h_d^2 \right\rangle",
    "average squared gradient norm as a device of constant gains sees it",
    definition=average(M_const / F_const * h**2),
)


@cache
def prove() -> Fact:
    """The floor of every update times M̂/F̂, over coordinates and updates."""
    weighted = combine(
        ((1 / F_const, t4_floor.product_is_positive(), t4_floor.prove()),),
        M_const / F_const * t4_floor.STATEMENT.rhs - G_const**2 / F_const * v_const,
    )
    return combine(((1 / K, integrate(Steps, integrate(Total, weighted))),), STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T4-family",
    title="The asymptotic term is reached from above by a family of runs",
    kind="upper",
    source="this project",
    assumptions=t4_floor.STATEMENT.assumptions,
    lhs=Total(G_const**2 / F_const * v_const),
    rhs_terms=(constant_gradient_norm,),
    prove=prove,
    sharpness="T3 is an upper bound on the same average; T4-limit takes the limit of the two",
    note="T3 bounds the right-hand side from above; as α → 0 and αK → ∞ both bounds meet (T4-limit)",
)
