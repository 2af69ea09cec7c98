"""C20: analog gradient descent without noise, in the metric that was printed."""

from functools import cache

from sympy import Integer, Rational

from theory.kernel import Assumption, Fact, specialise
from theory.statement import Statement
from theory.symbols import Delta, F_max, K, L, alpha
from theory.theorems import t3_noiseless_metric
from theory.trial.published import Published, Repair, variable

C = variable("noiseless_constant", "C", "C", "the constant in O(LΔ/K)", sign="positive")
step = variable("noiseless_step", "αL", r"\alpha L", "step size times smoothness", sign="positive")
weak = variable(
    "noiseless_weak_gain", "ε", r"\varepsilon", "the smaller gain, of two that add up to 2", sign="positive"
)
gap = variable("noiseless_gap", "LΔ", r"L\Delta", "initial gap times smoothness", sign="positive")
F, G = Integer(1), weak - 1

LARGEST = 1 / (2 * L * F_max)


@cache
def prove() -> Fact:
    """T3-noiseless-metric at the largest step size that it allows."""
    return specialise(t3_noiseless_metric.prove(), ((alpha, LARGEST),))


CLAIM = Published(
    id="C20",
    title="Gradient descent without noise",
    source="arXiv:2502.06309, Theorem 6",
    text="(1/K)Σ_k [‖∇f(W_k)⊙F − |∇f(W_k)|⊙G‖² + ‖∇f(W_k)‖²_M] ≤ O(LΔ/K) without noise, minus as printed",
    instance="one weight and constant gains F = 1 and G = −(1−ε). The objective falls with slope 1 while the K updates "
    "last, each of which moves the weight by αε, and then levels off with curvature L: LΔ = αεLK + 1/2. The constant "
    "is rounded up to an integer",
    lhs=(F - G) ** 2 + F**2 - G**2,
    rhs=C * gap / K,
    assumptions=(
        Assumption(name="step", relation=">=", expr=Rational(1, 2) - step, text="step size α ≤ 1/(2 L F_max)"),
        Assumption(name="gain", relation=">=", expr=1 - weak, text="ε ≤ 1"),
    ),
    definitions=((gap, step * weak * K + Rational(1, 2)),),
    constants={C: (Integer(10), Integer(1000))},
    family={step: Rational(1, 2), weak: 1 / (1 + C), K: C},
    integers=frozenset({C, K}),
    ranges={K: (1, 10**6), weak: (1e-6, 1.0), step: (1e-3, 0.5)},
    repair=Repair(
        fault="misprint",
        change="plus in the place of minus, F h + G|h|: what the device makes of the gradient",
        statement=Statement(
            id="C20-repaired",
            title="Gradient descent without noise, of what the device does",
            kind="upper",
            source="this project",
            assumptions=tuple(a.instantiate({alpha: LARGEST}) for a in t3_noiseless_metric.STATEMENT.assumptions),
            lhs=t3_noiseless_metric.STATEMENT.lhs,
            rhs_terms=(8 * L * F_max**2 * Delta / K,),
            prove=prove,
        ),
        effect="the theorem holds with 8LF_max²Δ/K at α = 1/(2LF_max), and with 4F_maxΔ/(αK) for smaller steps "
        "(T3-noiseless-metric). With minus the metric stays large where the weaker side is asked for and the weight "
        "hardly moves. The theorem's conclusion, that without noise there is no asymptotic error, stands",
    ),
)
