"""C7b: the solution of the linearised equation for the resting point, compared with the minimiser."""

from sympy import Abs, Expr, Rational

from theory.claims._linearised import against_optimum
from theory.claims.c07a_flat_minimum import near, shift, solution
from theory.kernel import Assumption
from theory.trial.published import Published, Repair, variable

slope = variable("flat_slope", "R'", "R'", "slope of R at the symmetric point [1/weight]", sign="nonnegative")


def residual(weight: Expr) -> Expr:
    """f' + ΣR for f = w²/2, Σ = 1 and R = R'·(w − W⋄) + (w − W⋄)³."""
    return weight + slope * (weight - shift) + (weight - shift) ** 3


CLAIM = Published(
    id="C7b",
    title="The linearised resting point, compared with the minimiser",
    source="arXiv:2502.06309, Theorem 5",
    text="f with a unique minimiser W⋆, W̃ = (H + Diag(Σ)R'(W⋄))⁻¹(H W⋆ + Diag(Σ)R'(W⋄)W⋄): as W⋄ → W⋆, "
    "‖∇f(W̃) + Σ⊙R(W̃)‖ and ‖T(W̃)‖ are o(·) of their values at W⋆; so at most half of them for |W⋄ − W⋆| ≤ ε",
    instance="f = w²/2 with minimiser W⋆ = 0, gradient noise ±1, so that E|g_ξ| = Σ = 1 where |f'| ≤ 1 and both "
    "quantities agree, F = 1 and, near W⋄, G = R = R'·(w − W⋄) + (w − W⋄)³ (continued inside (−1, 1)): strictly "
    "increasing even if R' = 0",
    lhs=Abs(residual(solution)),
    rhs=Abs(residual(Rational(0))) / 2,
    assumptions=(Assumption(name="near", relation=">=", expr=near - shift, text="|W⋄ − W⋆| ≤ ε"),),
    definitions=((solution, slope * shift / (1 + slope)),),
    constants={near: (Rational(1, 2), Rational(1, 10), Rational(1, 1000))},
    family={slope: Rational(0), shift: near / (1 + 2 * near)},
    ranges={slope: (0.0, 0.25), shift: (1e-4, 0.5)},
    repair=Repair(
        fault="assumption",
        change="R_d'(W⋄) > 0 in every coordinate (a strictly increasing R may be flat at W⋄), and H ≻ 0 as in C7a",
        missing=(
            Assumption(
                name="steep", relation=">=", expr=slope - near**2, text="R'(W⋄) > 0; here ε = √R' is near enough"
            ),
        ),
        statement=against_optimum("C7b-repaired"),
        effect="linear, power and exponential devices have R'(W⋄) > 0 and need nothing new; where R is flat the "
        "linearised penalty vanishes and predicts the minimiser itself",
    ),
)
