"""T10-near: with Σ = E|n|, the noise alone, a resting point is critical for the penalised objective up to s|h|."""

from functools import cache

from sympy import Abs

from theory.assumptions import AT_REST, UNBIASED
from theory.kernel import Fact, assume, combine, integrate, magnitude, square
from theory.operators import Draw
from theory.statement import Statement
from theory.symbols import F, G, g, h

NOISE_SIZE, SIZE = Draw(Abs(g - h)), Draw(Abs(g))


def reverse_triangle() -> Fact:
    """h² ≥ (|g| − |g−h|)², from |g||g−h| ≥ g(g−h)."""
    noise = g - h
    terms = ((magnitude(g), magnitude(-noise)), (magnitude(-g), magnitude(noise)))
    return combine(terms, h**2 - (Abs(g) - Abs(noise)) ** 2)


def sizes() -> Fact:
    """(E|g| − E|n|)² ≤ h²."""
    change = Abs(g) - Abs(g - h)
    spread = integrate(Draw, square(change - Draw(change)))
    return combine(((1, integrate(Draw, reverse_triangle())), (1, spread)), h**2 - (SIZE - NOISE_SIZE) ** 2)


@cache
def prove() -> Fact:
    """At rest h = −(G/F)E|g|, so that the residual is (G/F)(E|n| − E|g|)."""
    rest = combine(((1 / F, assume(AT_REST)), (-1, assume(UNBIASED))), h + G / F * SIZE)
    residual = h + G / F * NOISE_SIZE
    terms = ((G**2 / F**2, sizes()), (-residual - G / F * (NOISE_SIZE - SIZE), rest))
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T10-near",
    title="Resting points are near critical points of the objective with the noise's own penalty",
    kind="upper",
    source="this project; compare arXiv:2502.06309",
    assumptions=(UNBIASED, AT_REST),
    lhs=(h + G / F * NOISE_SIZE) ** 2,
    rhs_terms=((G / F) ** 2 * h**2,),
    prove=prove,
    sharpness="not known",
    note="h is itself of the size of G/F at rest, so that the residual is of second order in the saturation |G|/F",
)
