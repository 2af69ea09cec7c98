"""C9: what one update of analog SGD does to the objective, with the noiseless update kept."""

from functools import cache

from sympy import Abs, Expr, Rational

from theory.assumptions import SYMMETRIC_BOUND, TOTAL_VARIANCE
from theory.kernel import Assumption, Fact, assume, combine, integrate, square
from theory.operators import Draw, Total
from theory.statement import Statement
from theory.symbols import PER_STEP, F, F_max, G, L, M, alpha, define, f, f_next, h, sigma, v
from theory.theorems import t2_metric
from theory.theorems.t3_noiseless_metric import POSITIVE_GAINS
from theory.trial.published import Published, variable

worst_ratio = define("worst_asymmetry", "S", "S", "max_d G_d²/F_d before update k", sign="nonnegative", axes=PER_STEP)
WORST_RATIO = Assumption(name="S worst", relation=">=", expr=worst_ratio - G**2 / F, text="S = max_d G_d²/F_d")
UPDATE = F * h + G * Abs(h)
TERMS = (
    f,
    -alpha / (2 * F_max) * Total(M * h**2),
    alpha**2 * L * F_max**2 * sigma**2,
    alpha * sigma**2 * worst_ratio,
    -alpha / (8 * F_max) * Total(UPDATE**2),
)


@cache
def prove() -> Fact:
    """T2-metric, with F_max for F, S for G²/F and σ² for the sum of the variances."""
    below, total = assume(SYMMETRIC_BOUND), assume(TOTAL_VARIANCE)
    gap = combine(((1 / (F * F_max), below),), 1 / F - 1 / F_max)
    kept = combine(((alpha / 2, h**2, assume(POSITIVE_GAINS), gap),), alpha / 2 * M * h**2 * (1 / F - 1 / F_max))
    metric = combine(((alpha / 8, gap, square(UPDATE)),), alpha / 8 * UPDATE**2 * (1 / F - 1 / F_max))
    drift = combine(((Rational(3, 4) * alpha * v, assume(WORST_RATIO)),), Rational(3, 4) * alpha * v * WORST_RATIO.expr)
    noise = combine(((F_max + F, v, below),), (F_max**2 - F**2) * v)
    cost = Rational(3, 5) * L * alpha**2
    terms = (
        (1, t2_metric.prove()),
        (1, integrate(Total, kept)),
        (1, integrate(Total, metric)),
        (1, integrate(Total, drift)),
        (Rational(3, 4) * alpha * worst_ratio, total),
        (cost, integrate(Total, noise)),
        (cost * F_max**2, total),
        (Rational(1, 4) * alpha * sigma**2 * worst_ratio,),
        (Rational(2, 5) * L * alpha**2 * F_max**2 * sigma**2,),
    )
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="C9-proved",
    title="One-step descent as published",
    kind="upper",
    source="arXiv:2502.06309, eq. (72)",
    assumptions=(*t2_metric.STATEMENT.assumptions, POSITIVE_GAINS, WORST_RATIO, TOTAL_VARIANCE),
    lhs=Draw(f_next),
    rhs_terms=TERMS,
    prove=prove,
)

up = variable("one_step_up", "n₊", "n_+", "noise upwards", sign="positive")
down = variable("one_step_down", "n₋", "n_-", "noise downwards", sign="positive")
step = variable("one_step_step", "α", r"\alpha", "step size in units of 1/(L F_max)", sign="positive")
symmetric = variable("one_step_symmetric", "F", "F", "symmetric part, over its bound", sign="positive")
asymmetric = variable("one_step_asymmetric", "G", "G", "asymmetric part, over the bound on F")
slope = variable("one_step_slope", "h", "h", "gradient")
product = symmetric**2 - asymmetric**2


def response(signal: Expr) -> Expr:
    """What the device makes of a signal, over F_max."""
    return symmetric * signal + asymmetric * Abs(signal)


def expected(high: Expr, low: Expr) -> Expr:
    """Mean over the two outcomes: n₊ with probability n₋/(n₊+n₋), −n₋ otherwise."""
    return (down * high + up * low) / (up + down)


HIGH, LOW = response(slope + up), response(slope - down)

CLAIM = Published(
    id="C9",
    title="One-step descent with the noiseless update",
    source="arXiv:2502.06309, eq. (72)",
    text="α ≤ 1/(4LF_max): E f⁺ ≤ f − (α/2F_max)‖∇f‖²_M + α²LF_max²σ² + ασ²S − (α/8F_max)‖∇f⊙F+|∇f|⊙G‖²",
    instance="one weight, noise of two values n₊ and −n₋ of variance σ² = n₊n₋, and an objective that rises as fast "
    "as smoothness allows, in units with L = F_max = 1; both sides without f",
    lhs=-step * slope * expected(HIGH, LOW) + step**2 / 2 * expected(HIGH**2, LOW**2),
    rhs=-step / 2 * product * slope**2
    + step**2 * up * down
    + step * up * down * asymmetric**2 / symmetric
    - step / 8 * response(slope) ** 2,
    assumptions=(
        Assumption(name="step", relation=">=", expr=Rational(1, 4) - step, text="step size α ≤ 1/(4 L F_max)"),
        Assumption(name="symmetric", relation=">=", expr=1 - symmetric, text="F ≤ F_max"),
        Assumption(name="gains", relation=">", expr=product, text="both gains are positive (class D)"),
    ),
    ranges={step: (1e-3, 0.25), symmetric: (1e-2, 1.0), asymmetric: (-1, 1)},
    proof=STATEMENT,
    remark="T2-metric is stronger: 3/4 and 3/5 in the place of the constants 1 of the noise terms, F_d for F_max",
)
