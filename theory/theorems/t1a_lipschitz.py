"""T1a: the update map is Lipschitz with the larger gain, and no smaller constant will do."""

from functools import cache

from sympy import Abs

from theory.counterpart import Counterpart
from theory.kernel import Fact, combine, magnitude, square
from theory.statement import Statement
from theory.symbols import F, F_max, G, g, g_other, q_bar

LHS = (F * (g - g_other) + G * (Abs(g) - Abs(g_other))) ** 2
RHS = q_bar**2 * (g - g_other) ** 2


def reverse_triangle() -> Fact:
    """(x−y)² ≥ (|x|−|y|)², from |x||y| ≥ xy."""
    same_signs = (magnitude(g), magnitude(-g_other))
    other_signs = (magnitude(-g), magnitude(g_other))
    return combine((same_signs, other_signs), (g - g_other) ** 2 - (Abs(g) - Abs(g_other)) ** 2)


@cache
def prove() -> Fact:
    """With u = x−y, v = |x|−|y|: F|G|(u²+v²) − 2FGuv is a sum of two squares, the rest is u² ≥ v²."""
    u, v = g - g_other, Abs(g) - Abs(g_other)
    terms = (
        (F / 2, magnitude(-G), square(u - v)),
        (F / 2, magnitude(G), square(u + v)),
        (Abs(G) * q_bar, reverse_triangle()),
    )
    return combine(terms, RHS - LHS)


STATEMENT = Statement(
    id="T1a",
    title="The update map is Lipschitz with constant q̄",
    kind="upper",
    source="this project",
    assumptions=(),
    lhs=LHS,
    rhs_terms=(RHS,),
    prove=prove,
    counterparts=(
        Counterpart(
            source="arXiv:2502.06309, Lemma 3",
            text="with the supremum of F in the place of q̄, in a norm that weighs coordinates by G²/F",
            rhs=F_max**2 * (g - g_other) ** 2,
        ),
    ),
    sharpness="no smaller constant holds: T1a-sharp",
    note="squared on both sides; T1a-sharp shows that no smaller constant holds",
)
