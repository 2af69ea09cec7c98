"""C18: whether the residual approaches what it should be."""

from sympy import Rational

import theory
from theory.kernel import Assumption
from theory.trial.published import Published, Repair, variable

largest = variable("contraction_largest", "ᾱ", r"\bar\alpha", "step sizes up to it are small", sign="positive")
step = variable("contraction_step", "αγ", r"\alpha\gamma", "step of the mixed weights", sign="positive")
turn = variable("contraction_turn", "t", "t", "tangent of half the angle of the curvature's axes")
low = variable("contraction_low", "μ", r"\mu", "curvature along the first axis", sign="positive")
high = variable("contraction_high", "L", "L", "curvature along the second axis", sign="positive")
weak = variable("contraction_weak", "q", "q", "gain of the second weight, over that of the first", sign="positive")
first = variable("contraction_first", "(P−P⋆)₁", "(P-P^*)_1", "error of the first residual")
second = variable("contraction_second", "(P−P⋆)₂", "(P-P^*)_2", "error of the second residual")

COSINE, SINE = (1 - turn**2) / (1 + turn**2), 2 * turn / (1 + turn**2)
SLOPES = (
    (low * COSINE**2 + high * SINE**2) * first + (low - high) * COSINE * SINE * second,
    (low - high) * COSINE * SINE * first + (low * SINE**2 + high * COSINE**2) * second,
)
"""∇f(W̄)/γ = H(P − P⋆) with H of eigenvalues μ and L."""

CLAIM = Published(
    id="C18",
    title="Contraction of the residual's error",
    source="arXiv:2502.06309, Lemma 7",
    text="f μ-strongly convex: E‖P⁺−P⋆(W)‖² ≤ (1 − αγμL/4(μ+L))‖P−P⋆‖² + [2α(μ+L)F_maxσ²/(γμL)]S(P) + α²F_max²σ²; "
    "so for all αγ ≤ ᾱ, with some ᾱ > 0",
    instance="two weights with the gains 1 and q of both signs (G = 0, F_max = 1), without noise, on a quadratic of "
    "curvatures μ and L along axes that are turned by 2·arctan t",
    lhs=(first - step * SLOPES[0]) ** 2 + (second - step * weak * SLOPES[1]) ** 2,
    rhs=(1 - step * low * high / (4 * (low + high))) * (first**2 + second**2),
    assumptions=(
        Assumption(name="small", relation=">=", expr=largest - step, text="αγ ≤ ᾱ"),
        Assumption(name="curvature", relation=">=", expr=high - low, text="μ ≤ L"),
        Assumption(name="gains", relation=">=", expr=1 - weak, text="q ≤ F_max = 1"),
    ),
    constants={largest: (Rational(1, 10), Rational(1, 1000))},
    family={
        step: largest,
        turn: Rational(1, 3),
        low: Rational(1),
        high: Rational(9),
        weak: Rational(1, 100),
        first: Rational(1),
        second: Rational(10),
    },
    ranges={step: (1e-5, 0.1), turn: (-1, 1), low: (0.1, 10), high: (0.1, 10), weak: (1e-3, 1.0)},
    repair=Repair(
        fault="error",
        change="rate αγμLω, with any ω in (0, C₊/(μ+L) − C₋/(2√(μL))], C± = (q_max ± q_min)/2: gains must differ less "
        "than the curvature allows. Noise costs (α/γμLω)Σ G²σ_d² + α²q_max²σ², for αγ ≤ 2ω/q_max²",
        statement=theory.get("T11d"),
        effect="a factor q_min in the rate would not do: in the counterexamples the error grows, as weights with "
        "different gains turn the descent around. Theorems that need the contraction hold for devices with "
        "q_max/q_min < ((√L+√μ)/(√L−√μ))² only; T11c does without it, for any gains",
    ),
    remark="equal gains give the rate αγμL/(μ+L), four times the printed one",
)
