"""T4-limit: on the T4 family the upper bound T3 and the lower bound T4-family meet, so no smaller constant is possible.

One coordinate; T3's constants are those of the family: L = H, and Δ = h̊²/(2H), as the run starts at rest.
"""

from functools import cache

from sympy import Abs, Add, Expr, Integer, Limit, cancel, oo, simplify, sqrt

from theory.complexity import Derived, Equality
from theory.limit import LimitStatement
from theory.operators import Total
from theory.predictions._notation import table_symbol
from theory.symbols import Delta, F, G, K, L, alpha, unfold, v
from theory.theorems import t3_convergence, t4_family, t4_floor, t4_sharpness
from theory.theorems._constant_gains import F_const, G_const, H, M_const, v_const

asymmetry = table_symbol("asymmetry", "positive")
"""|Ĝ|, positive: without asymmetry there is no asymptotic error."""
constant = table_symbol("constant", "positive")
"""c, what somebody might want to put in front of T3's last term."""
scale = table_symbol("step_scale", "positive")
weak, strong = table_symbol("smaller_gain", "positive"), table_symbol("larger_gain", "positive")
"""The gains q̂₋ and q̂₊ of constant device, F̂ ± |Ĝ|."""
DEVICE = {F: F_const, G: G_const, v: v_const, L: H}


def _scalar(expr: Expr) -> Expr:
    """An expression about the family in one coordinate, where the sum over coordinates has one term."""
    single = unfold(expr).xreplace(DEVICE).replace(Total, lambda body: body)
    return single.subs(Abs(G_const), asymmetry).subs(G_const, asymmetry)


@cache
def bounds() -> tuple[Expr, Expr, Expr]:
    """What the vanishing terms of T3 are on the family, its last term, and T4-family's lower bound."""
    *vanishing, last = t3_convergence.STATEMENT.rhs_terms
    gap = _scalar(t4_floor.FLOOR) / (2 * H)
    return (
        Add(*(simplify(_scalar(term).subs(Delta, gap)) for term in vanishing)),
        _scalar(last),
        _scalar(t4_family.STATEMENT.lhs),
    )


@cache
def refuting_steps() -> Derived:
    """From how many updates on T3 with a constant c < 1 in front of its last term is false on the family.

    At the step size that makes the vanishing terms least, which both bounds allow.
    """
    vanishing, last, lower = bounds()
    gain = F_const + asymmetry
    product = _scalar(M_const)
    step = asymmetry / (H * gain * sqrt(K * product))
    value = 4 * (F_const * gain) ** 2 / ((1 - constant) ** 2 * product * asymmetry**2)
    least = Equality(
        text="the vanishing terms are equal at this step size: their sum is least there",
        lhs=(vanishing.coeff(1 / alpha) / alpha).subs(alpha, step),
        rhs=(vanishing.coeff(alpha) * alpha).subs(alpha, step),
    )
    # Both sides are positive for c < 1, so that equal squares are equal numbers.
    meets = Equality(
        text="they are what c leaves of the lower bound after that many updates: squares compared",
        lhs=vanishing.subs(alpha, step).subs(K, value) ** 2,
        rhs=(lower - constant * last) ** 2,
    )
    allowed = Equality(
        text="both bounds allow the step size: αLF̂ = (1−c)Ĝ²/(2q̂²) ≤ 1/2 (squares compared), and M̂/F̂ ≤ F̂",
        lhs=(step * H * F_const).subs(K, value) ** 2,
        rhs=((1 - constant) * asymmetry**2 / (2 * gain**2)) ** 2,
    )
    return Derived(name="updates that refute c", unit="updates", value=value, steps=(least, meets, allowed))


@cache
def derive() -> Derived:
    """T3's right-hand side over T4-family's lower bound, in the limit."""
    vanishing, last, lower = bounds()
    ratio = ((vanishing + last) / lower).subs(alpha, scale / sqrt(K))
    less = ((vanishing + constant * last) / lower).subs(alpha, scale / sqrt(K))
    floor, plain = _scalar(t4_floor.FLOOR), {F_const: (strong + weak) / 2, asymmetry: (strong - weak) / 2}
    steps = (
        Equality(text="T3's last term is the lower bound, for every K and α", lhs=last, rhs=lower),
        Equality(
            text="T3 over the lower bound, free of the noise",
            lhs=(vanishing + last) / lower,
            rhs=1
            + F_const / (alpha * K * H * _scalar(M_const))
            + alpha * H * F_const * (F_const + asymmetry) ** 2 / asymmetry**2,
        ),
        Equality(text="it tends to 1 with α = a/√K", lhs=Limit(ratio, K, oo), rhs=Integer(1)),
        Equality(
            text="with a constant c in front of the last term it tends to c: below the lower bound if c < 1",
            lhs=Limit(less, K, oo),
            rhs=constant,
        ),
        *refuting_steps().steps,
        Equality(
            text="for the plain norm the factor on (Ĝ²/F̂)σ̂² is F̂/M̂",
            lhs=floor / last,
            rhs=F_const / _scalar(M_const),
        ),
        Equality(
            text="which has no bound as the smaller gain vanishes: its inverse tends to 0",
            lhs=Limit(cancel((last / floor).subs(plain)), weak, 0),
            rhs=Integer(0),
        ),
    )
    return Derived(name="T3 over T4-family", unit="1", value=Integer(1), steps=steps)


LIMIT = LimitStatement(
    id="T4-limit",
    title="No smaller constant in front of the asymptotic term is possible",
    source="this project",
    about=(t3_convergence.STATEMENT, t4_sharpness.STATEMENT, t4_floor.STATEMENT, t4_family.STATEMENT),
    derive=derive,
    note="the family meets T3's assumptions with L = H, Δ = h̊²/(2H) and α ≤ 1/(H F̂)",
)
