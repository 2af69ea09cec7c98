"""C6: whether a train of noisy pulses comes to the change that was asked for."""

from functools import cache

from sympy import Abs, Integer, Rational

from theory.kernel import Assumption, Fact, assume, combine, integrate, rewrite, square
from theory.operators import Batch, Draw
from theory.run_rules import independence
from theory.statement import Statement
from theory.symbols import PER_COORDINATE, B, define, w, w_next
from theory.trial.published import Published, Repair, variable

smallness = variable("train_smallness", "N", "N", "1/N bounds x and Δw_min/x, a whole number", sign="positive")
n = variable("train_length", "n", "n", "number of pulses, x/Δw_min", sign="positive")
p = variable("train_ups", "p", "p", "pulses of the train with ξ = +1", sign="nonnegative")
x = variable("train_change", "x", "x", "change that is asked for [weight]", sign="positive")
sigma_c = variable("train_cycle_noise", "σ_c", r"\sigma_c", "standard deviation of a pulse's gain", sign="nonnegative")

wanted = define("train_wanted", "x_d", "x_d", "change that is asked for, ±B·Δw_min [weight]", axes=PER_COORDINATE)
gain = define("train_gain", "q_d", "q_d", "gain at the weight where the train starts", axes=PER_COORDINATE)
drift = define(
    "train_drift",
    "r_d",
    "r_d",
    "mean gain of the train's pulses minus that at its start",
    axes=PER_COORDINATE | {"draw"},
)
xi = define("train_noise", "ξ_b", r"\xi_b", "cycle noise of one pulse", axes=PER_COORDINATE | {"draw", "microbatch"})
lipschitz = define("train_lipschitz", "Λ", r"\Lambda", "Lipschitz constant of the gain [1/weight]", sign="positive")
speed = define("train_speed", "V", "V", "bound on the root mean square of the gains within a train", sign="positive")

ERROR = w_next - w - wanted * gain
squared_error = define(
    "train_squared_error",
    "E_k(w⁺−w−xq)²",
    r"\mathbb{E}_k(w^+-w-xq)^2",
    "mean squared error of a train of pulses [weight²]",
    axes=PER_COORDINATE,
    definition=Draw(ERROR**2),
)
TRAIN = Assumption(
    name="U train",
    relation="==",
    expr=ERROR - wanted * (drift + sigma_c * Batch(xi)),
    text="B pulses of size |x|/B with gains q + r_b + σ_c ξ_b: w⁺ = w + x(q + r + σ_c·mean ξ_b)",
)
CENTRED = Assumption(name="N mean", relation="==", expr=Draw(xi), text="cycle noise is centred: E ξ = 0")
UNIT = Assumption(name="N unit", relation="==", expr=Draw(xi**2) - 1, text="and of variance one: E ξ² = 1")
DRIFT = Assumption(
    name="A5 drift",
    relation=">=",
    expr=lipschitz**2 * speed**2 * wanted**2 - Draw(drift**2),
    text="the gain is Λ-Lipschitz and the train moves the weight by at most V|x| (root mean square): E r² ≤ Λ²V²x²",
)


@cache
def prove() -> Fact:
    """(r + σ_c ξ̄)² ≤ 2r² + 2σ_c² ξ̄², and E ξ̄² = 1/B for B independent pulses."""
    noise = sigma_c * Batch(xi)
    squared = combine(((ERROR + wanted * (drift + noise), assume(TRAIN)),), ERROR**2 - wanted**2 * (drift + noise) ** 2)
    terms = ((wanted**2, square(drift - noise)), (-1, squared))
    split = integrate(Draw, combine(terms, 2 * wanted**2 * (drift**2 + noise**2) - ERROR**2))
    of_mean = rewrite(rewrite(independence(xi), assume(CENTRED), Draw(xi)), assume(UNIT), Draw(xi**2))
    bounds = ((1, split), (-2 * wanted**2 * sigma_c**2, of_mean), (2 * wanted**2, assume(DRIFT)))
    return combine(bounds, REPAIRED.rhs - REPAIRED.lhs)


REPAIRED = Statement(
    id="C6-repaired",
    title="A train of pulses makes the change that was asked for, in mean square",
    kind="upper",
    source="this project",
    assumptions=(TRAIN, CENTRED, UNIT, DRIFT),
    lhs=squared_error,
    rhs_terms=(2 * wanted**2 * sigma_c**2 / B, 2 * lipschitz**2 * speed**2 * wanted**4),
    prove=prove,
    note="over (x q)² both terms vanish as x → 0 and B = |x|/Δw_min → ∞: 2σ_c²Δw_min/(|x| q²) and 2Λ²V²x²/q²",
)

MEAN_NOISE = sigma_c * (2 * p - n) / n

CLAIM = Published(
    id="C6",
    title="A train of pulses comes to the change that was asked for",
    source="arXiv:2502.06309, Theorem 4",
    text="BL = ⌈|x|/Δw_min⌉ pulses w ± Δw_min(q_s(w) + σ_c ξ): if Δw_min = o(x), then "
    "|pulse result − (w + x q_s(w))| / |pulse result − w| → 0 as x → 0; so it is at most 1/2 for small x, Δw_min/x",
    instance="gains q± = 1, cycle noise of 50 % with ξ = ±1, each with probability 1/2, of which p are +1: "
    "the train moves the weight by x(1 + σ_c(2p−n)/n), and every p has positive probability",
    lhs=x * Abs(MEAN_NOISE),
    rhs=x * Abs(1 + MEAN_NOISE) / 2,
    assumptions=(
        Assumption(name="small change", relation=">=", expr=1 - smallness * x, text="x ≤ 1/N"),
        Assumption(name="small pulses", relation=">=", expr=n - smallness, text="Δw_min/x = 1/n ≤ 1/N"),
        Assumption(name="some pulses", relation=">=", expr=n - p, text="p ≤ n"),
    ),
    definitions=((sigma_c, Rational(1, 2)),),
    constants={smallness: tuple(map(Integer, (1, 10, 1000)))},
    family={n: smallness, p: Integer(0), x: 1 / smallness},
    integers=frozenset({n, p, smallness}),
    ranges={n: (1.0, 1e4), p: (0.0, 1e4), x: (1e-4, 1.0)},
    repair=Repair(
        fault="assumption",
        change="convergence in mean square, hence in probability, in the place of convergence for every outcome; "
        "and the gain is Lipschitz (C3), q_s(w) > 0",
        missing=(
            Assumption(
                name="typical noise",
                relation=">=",
                expr=n - 3 * sigma_c * Abs(2 * p - n),
                text="the noise averages out: |σ_c mean ξ| ≤ 1/3, whose probability tends to one and is not one",
            ),
        ),
        statement=REPAIRED,
        effect="the mean dynamics w + xF − |x|G describe pulses up to a noise of variance Δw_min|x|σ_c² in each "
        "update, which every bound must add to its own (at fixed Δw_min it is O(α), theirs is O(α²)); bounds on "
        "expectations survive with it, statements for every outcome do not",
    ),
)
