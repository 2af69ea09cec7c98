"""C7a: the solution of the linearised equation for the resting point, compared with the symmetric point."""

from sympy import Abs, Expr, Rational

from theory.claims._linearised import against_shift
from theory.kernel import Assumption
from theory.trial.published import Published, Repair, variable

near = variable("flat_nearness", "ε", r"\varepsilon", "bound on |W⋄ − W⋆| [weight]", sign="positive")
curvature = variable("flat_curvature", "H", "H", "curvature of the objective at its minimiser", sign="nonnegative")
shift = variable(
    "flat_shift", "W⋄", r"W_\diamond", "symmetric point; the minimiser is W⋆ = 0 [weight]", sign="positive"
)
solution = variable("flat_solution", "W̃", r"\tilde W", "(H + ΣR')⁻¹(H W⋆ + ΣR' W⋄) [weight]", sign="nonnegative")


def residual(weight: Expr) -> Expr:
    """f' + ΣR for f = Hw²/2 + w⁴/4, Σ = 1 and R = w − W⋄."""
    return curvature * weight + weight**3 + (weight - shift)


CLAIM = Published(
    id="C7a",
    title="The linearised resting point, compared with the symmetric point",
    source="arXiv:2502.06309, Theorem 5",
    text="f with a unique minimiser W⋆, W̃ = (H + Diag(Σ)R'(W⋄))⁻¹(H W⋆ + Diag(Σ)R'(W⋄)W⋄): as W⋄ → W⋆, "
    "‖∇f(W̃) + Σ⊙R(W̃)‖ and ‖T(W̃)‖ are o(·) of their values at W⋄; so at most half of them for |W⋄ − W⋆| ≤ ε",
    instance="near 0: f = Hw²/2 + w⁴/4 (continued as a parabola far away, so that it is smooth; its minimiser W⋆ = 0 "
    "is unique), gradient noise ±1, so that E|g_ξ| = Σ = 1 where |f'| ≤ 1 and both quantities agree, F = 1 and "
    "G = R = w − W⋄ (continued inside (−1, 1))",
    lhs=Abs(residual(solution)),
    rhs=Abs(residual(shift)) / 2,
    assumptions=(Assumption(name="near", relation=">=", expr=near - shift, text="|W⋄ − W⋆| ≤ ε"),),
    definitions=((solution, shift / (curvature + 1)),),
    constants={near: (Rational(1, 2), Rational(1, 10), Rational(1, 1000))},
    family={curvature: Rational(0), shift: near / (1 + 2 * near)},
    ranges={curvature: (0.0, 1.0), shift: (1e-4, 0.5)},
    repair=Repair(
        fault="assumption",
        change="H = ∇²f(W⋆) ≻ 0 (a unique minimiser may be flat), with f' and R smooth to second order",
        missing=(
            Assumption(
                name="curved", relation=">=", expr=curvature - near**2, text="H > 0; here ε = √H is near enough"
            ),
        ),
        statement=against_shift("C7a-repaired"),
        effect="the implicit penalty (T10) predicts the resting point up to O(‖W⋄ − W⋆‖²) where H ≻ 0. At a flat "
        "minimum it predicts W̃ = W⋄, whose residual is that of W⋄ itself",
    ),
)
