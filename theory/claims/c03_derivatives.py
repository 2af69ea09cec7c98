"""C3: whether responses between two positive bounds have bounded derivatives."""

from sympy import Abs, Integer, Rational

from theory.kernel import Assumption
from theory.trial.published import Published, Repair, variable
from theory.trial.settled import settled

steepness = variable("slope_bound", "C", "C", "bound on the derivative, a whole number", sign="positive")
n = variable("bump_number", "n", "n", "number of a bump", sign="positive")
u = variable("bump_offset", "u", "u", "distance from the centre of the bump, in units of its half-width 1/n")

slope = variable("gain_slope", "q'(w)", "q'(w)", "derivative of a gain [1/weight]")
slope_rest = variable("gain_slope_at_rest", "q'(w⋄)", r"q'(w_\diamond)", "the same at w⋄ [1/weight]")
away = variable("gain_distance", "x", "x", "w − w⋄ [weight]")
radius = variable("gain_radius", "ϱ", r"\varrho", "largest |w − w⋄| along the run [weight]", sign="positive")
change = variable(
    "gain_curvature", "Λ₂", r"\Lambda_2", "Lipschitz constant of the derivative [1/weight²]", sign="positive"
)

LIPSCHITZ = Assumption(
    name="derivative",
    relation=">=",
    expr=change * Abs(away) - Abs(slope - slope_rest),
    text="the derivative is Lipschitz: |q'(w) − q'(w⋄)| ≤ Λ₂|w − w⋄|",
)
RADIUS = Assumption(name="radius", relation=">=", expr=radius - Abs(away), text="|w − w⋄| ≤ ϱ along the run")

CLAIM = Published(
    id="C3",
    title="Derivatives of the responses are bounded",
    source="arXiv:2502.06309, Lemma 2",
    text="in the class 0 < q_min ≤ q± ≤ q_max, both differentiable, the derivatives of q± are bounded",
    instance="q± = 2 + bumps (1−u²)², one for each n ≥ 1, where u = n(w − 3n) is between −1 and 1: continuously "
    "differentiable and between 2 and 3 for all real w, with derivative −4nu(1−u²) on bump n",
    lhs=Abs(4 * n * u * (1 - u**2)),
    rhs=steepness,
    assumptions=(
        Assumption(name="first", relation=">=", expr=n - 1, text="n ≥ 1"),
        Assumption(name="bump", relation=">=", expr=1 - u**2, text="|u| ≤ 1: on the bump"),
    ),
    constants={steepness: tuple(map(Integer, (1, 10, 1000)))},
    family={n: steepness + 1, u: Rational(1, 2)},
    integers=frozenset({n, steepness}),
    ranges={n: (1.0, 1e4), u: (-1.0, 1.0)},
    repair=Repair(
        fault="assumption",
        change="the derivatives of q± are continuous and the weights stay in a bounded range; with constants, "
        "Λ₂-Lipschitz derivatives and |w − w⋄| ≤ ϱ, they are at most |q±'(w⋄)| + Λ₂ϱ",
        missing=(
            Assumption(
                name="range",
                relation=">=",
                expr=steepness - Abs(3 * n + u / n),
                text="the weights stay in a bounded range, here |w| ≤ C",
            ),
        ),
        statement=settled(
            name="C3-repaired",
            title="Derivatives on a bounded range",
            lhs=Abs(slope),
            rhs=Abs(slope_rest) + change * radius,
            assumptions=(LIPSCHITZ, RADIUS),
        ),
        effect="whatever lets a gain change (a train of pulses, C6; the linearisation about w⋄, C7) needs its "
        "Lipschitz constant on the range that the run visits: 1/τ for the linear device; for the power device with "
        "γ < 1 it is finite only for saturation s̄ < 1. T1–T8 use the gains at one weight at a time and stand",
    ),
)
