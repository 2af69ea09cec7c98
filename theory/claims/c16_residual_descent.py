"""C16: what one step of residual learning does to the objective."""

from sympy import Abs, Rational

import theory
from theory.kernel import Assumption
from theory.trial.published import Published, Repair, variable

largest = variable("residual_descent_largest", "ᾱ", r"\bar\alpha", "step sizes up to it are small", sign="positive")
step = variable("residual_descent_step", "α", r"\alpha", "step size in units of 1/(L F_max)", sign="positive")
mixture = variable("residual_descent_mixture", "γ", r"\gamma", "weight of the residual in W + γP", sign="positive")
slope = variable("residual_descent_slope", "h", "h", "gradient at the mixed weights")
move = variable("residual_descent_move", "W⁺−W", "W^+-W", "how far the transfer moves the weight")
symmetric = variable("residual_descent_symmetric", "F", "F", "symmetric part, over its bound", sign="positive")
asymmetric = variable("residual_descent_asymmetric", "G", "G", "asymmetric part, over the bound on F")

PRODUCT = symmetric**2 - asymmetric**2
RESPONSE = symmetric * slope + asymmetric * Abs(slope)
MIXED_MOVE = move - step * mixture * RESPONSE

CLAIM = Published(
    id="C16",
    title="One-step descent of residual learning",
    source="arXiv:2502.06309, Lemma 5",
    text="W̄ = W + γP, any γ > 0, small α: E f(W̄⁺) ≤ f(W̄) − (α/4F_max)‖∇f‖²_M(P) + 2ασ²S(P) + 2α²LF_max²σ² "
    "− (αγ/8F_max)‖∇f⊙F(P)+|∇f|⊙G(P)‖² + (F_max/α)E‖W⁺−W‖²_M(P)† + E‖W⁺−W‖²; so for all α ≤ ᾱ, with some ᾱ > 0",
    instance="one weight without noise, and an objective that rises as fast as smoothness allows, in units with "
    "L = F_max = 1; both sides without f",
    lhs=slope * MIXED_MOVE + MIXED_MOVE**2 / 2,
    rhs=-step / 4 * PRODUCT * slope**2 - step * mixture / 8 * RESPONSE**2 + move**2 / (step * PRODUCT) + move**2,
    assumptions=(
        Assumption(name="small", relation=">=", expr=largest - step, text="α ≤ ᾱ"),
        Assumption(name="mixture", relation=">=", expr=1 - mixture, text="γ ≤ 1, of the γ > 0 that are allowed"),
        Assumption(name="symmetric", relation=">=", expr=1 - symmetric, text="F ≤ F_max"),
        Assumption(name="gains", relation=">", expr=PRODUCT, text="both gains are positive (class D)"),
    ),
    constants={largest: (Rational(1, 8), Rational(1, 1000))},
    family={
        step: largest,
        mixture: Rational(1, 10),
        slope: Rational(1),
        move: Rational(0),
        symmetric: Rational(1),
        asymmetric: Rational(0),
    },
    ranges={step: (1e-4, 0.125), mixture: (1e-2, 1.0), symmetric: (1e-2, 1.0), asymmetric: (-1, 1)},
    repair=Repair(
        fault="error",
        change="αγ in the place of α in the descent, in both noise terms and under E‖W⁺−W‖²_M†; LE‖W⁺−W‖² in the "
        "place of E‖W⁺−W‖², whose unit is wrong; small means α ≤ 1/(8γLF_max)",
        statement=theory.get("T11a"),
        effect="a step of the residual moves the mixed weights by γ times as much, which the printed descent forgets: "
        "it asks too much for γ < 2/7 and too little for large γ. The theorem on residual learning survives with T11b: "
        "T11c-rate, (97/32)F_max√((5/3)Δσ²L/K) and (3/4)σ²·avg S, at a step size that contains 1/γ",
    ),
)
