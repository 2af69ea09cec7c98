"""What C7a and C7b share: how well the solution of the linearised equation solves the equation itself.

T(W) = ∇f(W) + E|g_ξ(W)|⊙R(W), or the same with Σ = E|g_ξ(W⋆)| in the place of E|g_ξ(W)|. About W⋆ and W⋄ it is
H(W−W⋆) + S⊙(W−W⋄) up to terms of second order, with S = Σ⊙R'(W⋄); W̃ makes this vanish. For any number of coordinates.
"""

from functools import cache

from sympy import Expr, Rational, Symbol

from theory.kernel import Assumption, Fact, assume, combine, integrate, square
from theory.operators import Total
from theory.statement import Statement
from theory.symbols import STATIC, define

y = define("linear_solution", "y_d", "y_d", "W̃ − W⋆ [weight]", axes=STATIC)
z = define("linear_shift", "z_d", "z_d", "W⋄ − W⋆ [weight]", axes=STATIC)
stiffness = define("linear_stiffness", "S_d", "S_d", "Σ_d R_d'(W⋄)", sign="nonnegative", axes=STATIC)
Hy = define("linear_hessian_solution", "(Hy)_d", "(Hy)_d", "H(W̃ − W⋆)", axes=STATIC)
Hz = define("linear_hessian_shift", "(Hz)_d", "(Hz)_d", "H(W⋄ − W⋆)", axes=STATIC)
rest, rest_shift, rest_optimum = (
    define(f"linear_rest_{name}", f"r_d({glyph})", f"r_d({tex})", f"remainder of T at {glyph}", axes=STATIC)
    for name, glyph, tex in (
        ("solution", "W̃", r"\tilde W"),
        ("shift", "W⋄", r"W_\diamond"),
        ("optimum", "W⋆", "W^*"),
    )
)
T, T_shift, T_optimum = (
    define(f"linear_{name}", f"T_d({glyph})", f"T_d({tex})", f"∇f + Σ⊙R at {glyph}", axes=STATIC)
    for name, glyph, tex in (
        ("residual", "W̃", r"\tilde W"),
        ("residual_shift", "W⋄", r"W_\diamond"),
        ("residual_optimum", "W⋆", "W^*"),
    )
)
mu = define("linear_convexity", "μ", r"\mu", "least eigenvalue of H", sign="positive")
least = define("linear_least_stiffness", "S_min", r"S_{\min}", "least S_d", sign="positive")
most = define("linear_most_stiffness", "S_max", r"S_{\max}", "largest S_d", sign="positive")
C = define("linear_second_order", "C", "C", "size of the second-order remainders [1/weight]", sign="positive")

Y, Z = Total(y**2), Total(z**2)
GROWTH = 1 + most / (2 * mu)
"""‖W̃−W⋆‖² + ‖W⋄−W⋆‖² ≤ GROWTH ‖W⋄−W⋆‖²."""

SOLVED = Assumption(
    name="W̃", relation="==", expr=Hy + stiffness * (y - z), text="W̃ solves H(W̃−W⋆) + S⊙(W̃−W⋄) = 0: its definition"
)
EXPANDED = Assumption(
    name="T at W̃", relation="==", expr=T - Hy - stiffness * (y - z) - rest, text="T(W̃) is linear up to a remainder"
)
EXPANDED_SHIFT = Assumption(
    name="T at W⋄", relation="==", expr=T_shift - Hz - rest_shift, text="T(W⋄) = ∇f(W⋄), as R(W⋄) = 0"
)
EXPANDED_OPTIMUM = Assumption(
    name="T at W⋆",
    relation="==",
    expr=T_optimum + stiffness * z - rest_optimum,
    text="T(W⋆) = Σ⊙R(W⋆), as ∇f(W⋆) = 0",
)
REMAINDER, REMAINDER_SHIFT, REMAINDER_OPTIMUM = (
    Assumption(
        name=f"second order at {place}",
        relation=">=",
        expr=C**2 * size**2 - Total(remainder**2),
        text=f"∇f, R (and E|g_ξ|) are smooth: the remainder at {place} is at most C{distance}",
    )
    for place, size, remainder, distance in (
        ("W̃", Y + Z, rest, "(‖W̃−W⋆‖² + ‖W⋄−W⋆‖²)"),
        ("W⋄", Z, rest_shift, "‖W⋄−W⋆‖²"),
        ("W⋆", Z, rest_optimum, "‖W⋄−W⋆‖²"),
    )
)
CONVEX = Assumption(name="H at W̃", relation=">=", expr=Total(y * Hy) - mu * Y, text="H ⪰ μ > 0, at W̃ − W⋆")
CONVEX_SHIFT = Assumption(name="H at W⋄", relation=">=", expr=Total(z * Hz) - mu * Z, text="H ⪰ μ > 0, at W⋄ − W⋆")
MOST = Assumption(name="S most", relation=">=", expr=most - stiffness, text="S ≤ S_max")
LEAST = Assumption(name="S least", relation=">=", expr=stiffness - least, text="S ≥ S_min > 0: every R_d'(W⋄) > 0")


def near(slope: Symbol) -> Assumption:
    """W⋄ close enough to W⋆ for the linear part to prevail."""
    return Assumption(
        name="near",
        relation=">=",
        expr=slope**2 - 4 * C**2 * Z,
        text="W⋄ is near W⋆: 2C‖W⋄−W⋆‖ is at most the least slope of the linear part",
    )


@cache
def small() -> Fact:
    """‖T(W̃)‖² ≤ C² GROWTH² ‖z‖⁴: ⟨y,Hy⟩ = −⟨y, S⊙(y−z)⟩ ≤ ½⟨z, S⊙z⟩ bounds y, and T(W̃) is the remainder."""
    half = Rational(1, 2)
    spread = (half * stiffness, square(y - z))
    terms = ((half * z**2, assume(MOST)), (half * stiffness * y**2,), spread, (-y, assume(SOLVED)))
    each = combine(terms, half * most * z**2 - y * Hy)
    close = combine(((1 / mu, integrate(Total, each)), (1 / mu, assume(CONVEX))), GROWTH * Z - Y - Z)
    residual = combine(((1, assume(EXPANDED)), (1, assume(SOLVED))), T - rest)
    squares = integrate(Total, combine(((T + rest, residual),), T**2 - rest**2))
    bounds = ((C**2 * (GROWTH * Z + Y + Z), close), (1, assume(REMAINDER)), (-1, squares))
    return combine(bounds, C**2 * GROWTH**2 * Z**2 - Total(T**2))


def large(each: Fact, slope: Symbol, residual: Expr, remainder: Assumption) -> Fact:
    """‖T‖² ≥ ¼ slope² ‖z‖², from 2‖T‖² + 2‖remainder‖² ≥ slope² ‖z‖²."""
    half = Rational(1, 2)
    terms = ((half, each), (1, assume(remainder)), (Z / 4, assume(near(slope))))
    return combine(terms, Total(residual**2) - slope**2 * Z / 4)


def statement(name: str, slope: Symbol, residual: Expr, lower: Fact, assumptions: tuple[Assumption, ...]) -> Statement:
    """‖T(W̃)‖² ≤ (4C²GROWTH²/slope²)‖z‖²·‖T‖², which vanishes against ‖T‖² as W⋄ → W⋆."""
    bound = 4 * C**2 * GROWTH**2 / slope**2 * Z * Total(residual**2)

    @cache
    def prove() -> Fact:
        terms = ((1, small()), (4 * C**2 * GROWTH**2 / slope**2 * Z, lower))
        return combine(terms, bound - Total(T**2))

    return Statement(
        id=name,
        title="The linearised equation's solution solves the equation to second order",
        kind="upper",
        source="this project",
        assumptions=(EXPANDED, SOLVED, REMAINDER, CONVEX, MOST, *assumptions, near(slope)),
        lhs=Total(T**2),
        rhs_terms=(bound,),
        prove=prove,
        note="the ratio of the norms is at most 2C(1 + S_max/2μ)‖W⋄−W⋆‖ over the least slope: o(1), even O(‖W⋄−W⋆‖)",
    )


def against_shift(name: str) -> Statement:
    """Against T(W⋄) = ∇f(W⋄), which is at least ½μ‖W⋄−W⋆‖."""
    expanded = assume(EXPANDED_SHIFT)
    terms = (
        (2 / mu, square(T_shift - mu * z / 2)),
        (2 / mu, square(rest_shift + mu * z / 2)),
        (2 * z, expanded),
    )
    each = combine(terms, 2 / mu * (T_shift**2 + rest_shift**2) + mu * z**2 - 2 * z * Hz)
    total = combine(
        ((mu, integrate(Total, each)), (2 * mu, assume(CONVEX_SHIFT))),
        2 * Total(T_shift**2) + 2 * Total(rest_shift**2) - mu**2 * Z,
    )
    lower = large(total, mu, T_shift, REMAINDER_SHIFT)
    return statement(name, mu, T_shift, lower, (EXPANDED_SHIFT, CONVEX_SHIFT, REMAINDER_SHIFT))


def against_optimum(name: str) -> Statement:
    """Against T(W⋆) = Σ⊙R(W⋆), which is at least ½S_min‖W⋄−W⋆‖."""
    expanded = assume(EXPANDED_OPTIMUM)
    terms = (
        (z**2 * (stiffness + least), assume(LEAST)),
        (1, square(T_optimum + rest_optimum)),
        (T_optimum - rest_optimum - stiffness * z, expanded),
    )
    each = combine(terms, 2 * T_optimum**2 + 2 * rest_optimum**2 - least**2 * z**2)
    lower = large(integrate(Total, each), least, T_optimum, REMAINDER_OPTIMUM)
    return statement(name, least, T_optimum, lower, (EXPANDED_OPTIMUM, LEAST, REMAINDER_OPTIMUM))
