"""C24a: the iteration complexity of an asynchronous pipeline, without a word on how signals depend on stale weights."""

from functools import cache

from sympy import Integer, Piecewise, Rational, sqrt

from theory.averages import drift_variance, gradient_norm
from theory.kernel import Assumption, Fact, assume, combine, integrate, signed, square
from theory.operators import Total
from theory.statement import Statement
from theory.symbols import (
    D_mean,
    Delta,
    F,
    F_min,
    G,
    K,
    L,
    L_stale,
    define,
    h,
    m_min,
    q_max,
    sigma,
    young,
)
from theory.theorems import t9_asynchrony
from theory.theorems.t3_uniform import over_the_run
from theory.trial.published import Published, Repair, variable

target = define(
    "complexity_target", "ε", r"\varepsilon", "squared gradient norm above the asymptotic error", sign="positive"
)
LEADING = 2 * sqrt(2) * q_max / m_min * sigma * sqrt(Delta * L)
STALENESS = 4 * (1 + 1 / young) * q_max**2 / F_min * D_mean * L_stale**2 * Delta / (L * m_min)
STALE_DESCENT = Assumption(
    name="A3 stale descent",
    relation=">=",
    expr=F - (1 + young) * G**2 / F - m_min,
    text="(F² − (1+u)G²)/F ≥ m > 0 along the run: bounded saturation",
)
ENOUGH = Assumption(
    name="K enough",
    relation=">=",
    expr=K - (LEADING / target) ** 2 - 2 * STALENESS / target,
    text="K ≥ A²/ε² + 2S/ε with A = 2√2(q_max/m)σ√(ΔL) and S = 4(1+1/u)q_max²D̄L_Φ²Δ/(F_min L m)",
    on_parameters=True,
)


@cache
def prove() -> Fact:
    """T9 over m is A/√K + S/K above the asymptotic error, and ε less that is a square and what K is beyond enough."""
    descent = combine(((h**2, assume(STALE_DESCENT)),), STALE_DESCENT.expr * h**2)
    rate, drift, stale = t9_asynchrony.STATEMENT.rhs_terms
    terms = ((1, t9_asynchrony.prove()), (1 / K, over_the_run(integrate(Total, descent))))
    scaled = combine(terms, rate + drift + stale - m_min * gradient_norm)
    bound = combine(((signed(1 / m_min), scaled),), (rate + drift + stale) / m_min - gradient_norm)
    share = target / (2 * K)
    met = combine(
        ((share, square(sqrt(K) - LEADING / target)), (share, assume(ENOUGH))),
        target - LEADING / sqrt(K) - STALENESS / K,
    )
    return combine(((1, bound), (1, met)), CONDITIONAL.rhs - CONDITIONAL.lhs)


CONDITIONAL = Statement(
    id="C24a-conditional",
    title="Updates to a target through an asynchronous pipeline",
    kind="upper",
    source="this project; setting of arXiv:2410.15155",
    assumptions=(*t9_asynchrony.STATEMENT.assumptions, STALE_DESCENT, ENOUGH),
    lhs=gradient_norm,
    rhs_terms=(target, (1 + young) * drift_variance / m_min),
    prove=prove,
)

C = variable("complexity_constant", "C", "C", "the constant in O(·), over Δ", sign="positive")
first = variable("complexity_first", "n₀", "n_0", "root of the length from which runs count", sign="positive")
root = variable("complexity_root", "√K", r"\sqrt{K}", "root of the number of updates", sign="positive")
reach = variable("complexity_reach", "ϱ", r"\varrho", "distance at which the stale signal has turned", sign="positive")
step = variable("complexity_step", "α", r"\alpha", "step size", sign="positive")
gap = variable("complexity_gap", "Δ", r"\Delta", "initial gap", sign="positive")

CLAIM = Published(
    id="C24a",
    title="Iteration complexity of an asynchronous pipeline",
    source="arXiv:2410.15155, abstract",
    text="asynchronous analog SGD reaches ε above its asymptotic error within O(ε⁻²+ε⁻¹) iterations: the average of "
    "E‖∇f‖² over K updates is O(1/√K + 1/K) above it at α = 1/√K",
    instance="ideal device, no noise, delay 1, one weight on an objective of slope 1 for w ≥ 1 and curvature 1 "
    "from there down to its minimum. Backpropagation with forward weight u at weight w gives "
    "f'(w)(1 − 2min(1, |u−w|/ϱ)): the gradient where u = w, and Lipschitz in u with L_Φ = 2/ϱ. For ϱ ≤ α every update "
    "but the first goes uphill; else the run starts as high as K steps can fall. So the slope is 1 all along. The "
    "constant may hold from any K = n₀² on; C and n₀ are rounded up to integers",
    lhs=Integer(1),
    rhs=C * gap * (1 / root + 1 / root**2),
    assumptions=(Assumption(name="long", relation=">=", expr=root - first, text="K ≥ n₀²"),),
    definitions=(
        (step, 1 / root),
        (gap, Rational(1, 2) + Piecewise((step, reach <= step), (step * root**2, True))),
    ),
    constants={C: (Integer(100),), first: (Integer(10),)},
    family={root: 4 * C + first + 1, reach: 1 / (4 * C + first + 1)},
    integers=frozenset({C, first, root}),
    ranges={root: (1, 1000), reach: (1e-4, 10)},
    repair=Repair(
        fault="assumption",
        change="the signal is L_Φ-Lipschitz in its forward weights, and K is large enough for T8's step sizes, "
        "α ≤ 1/(2L_ΦD…); saturation is bounded away from one (C12)",
        missing=(
            Assumption(
                name="A4 step",
                relation=">=",
                expr=1 - 4 * step**2 * (2 / reach) ** 2,
                text="A4 with L_Φ such that α ≤ 1/(2 L_Φ D), here with D = 1",
            ),
        ),
        statement=CONDITIONAL,
        effect="with both, K ≥ A²/ε² + 2S/ε updates do: O(ε⁻²+ε⁻¹), as printed, with L_Φ² and the mean delay in S "
        "only, and the saturation in both. theory.complexity has the least such K in closed form",
    ),
)
