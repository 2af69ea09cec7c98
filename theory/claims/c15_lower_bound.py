"""C15: an instance whose asymptotic error is said to be four times what T3 allows."""

from functools import cache

from sympy import Abs, Add, Rational

import theory
from theory.assumptions import SATURATION, TOTAL_VARIANCE, UNSATURATED
from theory.averages import gradient_norm
from theory.kernel import Assumption, Fact, assume, combine, integrate
from theory.operators import Total, average
from theory.statement import Statement
from theory.symbols import Delta, K, L, alpha, define, h, s_bar, sigma, tau, v, w
from theory.theorems.t3_uniform import over_the_run
from theory.trial.published import Published, Repair, variable

LINEAR = theory.get("T3:asymmetric_linear")
s_low = define("least_saturation", "s̲", r"\underline s", "lower bound on |w|/τ along the run", sign="nonnegative")
saturated_variance = define(
    "saturated_variance",
    "⟨σ_d²s_d²/(1−s_d²)⟩",
    r"\left\langle \sigma_d^2 \tfrac{s_d^2}{1-s_d^2} \right\rangle",
    "average noise variance times s²/(1−s²), s = |w|/τ",
    definition=average(v * w**2 / (tau**2 - w**2)),
)
LEAST = Assumption(name="A3 least", relation=">=", expr=Abs(w) / tau - s_low, text="|w|/τ ≥ s̲ along the run")
TERMS = (
    2 * Delta / (alpha * K),
    alpha * L * (1 + s_bar) ** 2 * sigma**2,
    (1 - s_low**2) * saturated_variance,
)


@cache
def prove() -> Fact:
    """T3 for the device; s² = (1−s²)·s²/(1−s²) ≤ (1−s̲²)·s²/(1−s²), and 1 − s² ≥ 1 − s̄²."""
    range_left = combine(((1 + s_bar, assume(UNSATURATED)),), 1 - s_bar**2)
    descent = combine(((s_bar + Abs(w) / tau, assume(SATURATION)),), s_bar**2 - w**2 / tau**2)
    inside = combine(((tau**2, range_left), (tau**2, descent)), tau**2 - w**2)
    inverse = combine((((1 / (tau**2 - w**2)) ** 2, inside),), 1 / (tau**2 - w**2))
    least = combine(((Abs(w) / tau + s_low, assume(LEAST)),), w**2 / tau**2 - s_low**2)
    drift = combine(((v * w**2, inverse, least),), v * w**2 * ((1 - s_low**2) / (tau**2 - w**2) - 1 / tau**2))
    gain = combine(
        ((v, 2 + s_bar + Abs(w) / tau, assume(SATURATION)),), ((1 + s_bar) ** 2 - (1 + Abs(w) / tau) ** 2) * v
    )
    kept = combine(((h**2, descent),), (1 - w**2 / tau**2) * h**2 - (1 - s_bar**2) * h**2)
    terms = (
        (1, LINEAR.prove()),
        (1 / K, over_the_run(integrate(Total, kept))),
        (1 / K, over_the_run(integrate(Total, drift))),
        (alpha * L / K, over_the_run(integrate(Total, gain))),
        (alpha * L / K * (1 + s_bar) ** 2, over_the_run(assume(TOTAL_VARIANCE))),
    )
    scaled = combine(terms, Add(*TERMS) - (1 - s_bar**2) * gradient_norm)
    inverse_range = combine((((1 / (1 - s_bar**2)) ** 2, range_left),), 1 / (1 - s_bar**2))
    return combine(((inverse_range, scaled),), EXCLUSION.rhs - EXCLUSION.lhs)


EXCLUSION = Statement(
    id="C15-excluded",
    title="Asymptotic error where the saturation hardly varies",
    kind="upper",
    source="this project",
    assumptions=(*LINEAR.assumptions, SATURATION, UNSATURATED, LEAST, TOTAL_VARIANCE),
    lhs=gradient_norm,
    rhs_terms=tuple(term / (1 - s_bar**2) for term in TERMS),
    prove=prove,
)

saturation = variable("lower_bound_saturation", "s", "s", "|w|/τ where the run settles", sign="positive")
shape = variable("lower_bound_shape", "t", "t", "√((1−p)/p), p the probability of the noise σt", sign="positive")
noise = variable("lower_bound_noise", "σ", r"\sigma", "root of the noise variance", sign="positive")
resting = variable("lower_bound_resting", "h", "h", "gradient where the mean update vanishes", sign="positive")

CLAIM = Published(
    id="C15",
    title="An asymptotic error of four times σ²s²/(1−s²)",
    source="arXiv:2406.12774, Theorem 3",
    text="there is an instance of analog SGD with independent, identically distributed noise in which "
    "(1/K)Σ_k E‖∇f(W_k)‖² = 4σ²·avg s_k²/(1−s_k²) + Θ(α)",
    instance="one weight of the linear device that settles as α → 0 and αK → ∞, so that both averages are values at "
    "the resting point: w < 0, noise σt with probability 1/(1+t²) and −σ/t otherwise, and the gradient at which "
    "h = s·E|h+n|. For short runs the statement is empty: a single update from any weight with that gradient meets it",
    lhs=4 * noise**2 * saturation**2 / (1 - saturation**2),
    rhs=resting**2,
    assumptions=(Assumption(name="range", relation=">", expr=1 - saturation, text="s < 1"),),
    definitions=((resting, 2 * saturation * noise * shape / (1 - saturation + (1 + saturation) * shape**2)),),
    constants={
        saturation: (Rational(1, 10), Rational(3, 5), Rational(99, 100)),
        shape: (Rational(1), Rational(1, 2), Rational(1, 10)),
    },
    ranges={noise: (0.1, 10)},
    exclusion=EXCLUSION,
    repair=Repair(
        fault="error",
        change="1 in the place of 4",
        statement=theory.get("T4:asymmetric_linear"),
        effect="the lower bound that belongs to T3 is σ²s²/(1−s²): attained at rest wherever |g| is constant (T4), "
        "also by the identically distributed noise of this trial with t² = (1−s)/(1+s), and along whole runs "
        "(T4-floor, T4-run). That analog SGD has an asymptotic error stands, with a quarter of the constant",
    ),
    remark="C15-excluded holds for every objective, dimension and noise: as α → 0 and αK → ∞ the factor 4 is out of "
    "reach wherever the saturation stays within s̲ ≤ |w|/τ ≤ s̄ with 1−s̲² < 4(1−s̄²), and 1 is all there is where it "
    "settles. It does not exclude runs that gain height at small saturation and lose it at large, such as C14c's, "
    "whose noise depends on the weight.",
)
