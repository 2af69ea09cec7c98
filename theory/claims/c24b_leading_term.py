"""C24b: a leading term that is said to be digital SGD's."""

from sympy import Integer, Rational

import theory
from theory.kernel import Assumption
from theory.trial.published import Published, Repair, variable

C = variable("leading_term_constant", "C", "C", "the constant in O(1/K)", sign="positive")
first = variable("leading_term_first", "n₀", "n_0", "root of the length from which runs count", sign="positive")
less = variable("leading_term_less", "b", "b", "n₀/a − 1", sign="nonnegative")
root = variable("leading_term_root", "√K", r"\sqrt{K}", "root of the number of updates", sign="positive")
weak = variable("leading_term_weak", "q", "q", "smaller gain of the first stage", sign="positive")
step = variable("leading_term_step", "α", r"\alpha", "step size", sign="positive")
squared = variable("leading_term_squared", "x", "x", "lower bound on the squared slope of the first stage")

CLAIM = Published(
    id="C24b",
    title="Leading term of the complexity",
    source="arXiv:2410.15155, abstract",
    text="the leading term of analog SGD, through an asynchronous pipeline as through a synchronous one, is digital "
    "SGD's: for some step size a/√K the average of E‖∇f‖² is √2·σ√(ΔL/K) + O(1/K) above the asymptotic error",
    instance="two stages, L = σ = 1, Δ = 1/2, so that the leading term is 1/√K. The first stage has the gains 2−q and "
    "q and no noise; all along it falls on a slope h against the smaller gain, whatever its delay, until the objective "
    "levels off with curvature 1. The second, without delay, has F = 1, G = 0, all the noise and curvature 1, and "
    "starts where E h² is stationary: y = α/(2−α), between α/2 and α. So there is no asymptotic error, and h² is what "
    "Δ = h²αqK + h²/2 + y/2 leaves, at least x. The left side is α/2 + x. The constants may hold from any K = n₀² on; "
    "C and n₀ are rounded up to integers, and n₀ to at least a",
    lhs=step / 2 + squared,
    rhs=1 / root + C / root**2,
    assumptions=(
        Assumption(name="long", relation=">=", expr=root - first, text="K ≥ n₀²"),
        Assumption(name="gain", relation=">=", expr=1 - weak, text="q ≤ 1"),
    ),
    definitions=(
        (step, first / (1 + less) / root),
        (squared, (1 - step) / (2 * step * weak * root**2 + 1)),
    ),
    constants={C: (Integer(10),), first: (Integer(10),), less: (Integer(9),)},
    family={root: 10 * (first + 1) * (C + 1), weak: Rational(1, 16)},
    integers=frozenset({C, first, root}),
    ranges={root: (1, 10**4), weak: (1e-3, 1)},
    repair=Repair(
        fault="error",
        change="the synchronous pipeline's in the place of digital SGD's",
        statement=theory.get("T9:asymmetric_linear"),
        effect="T9's leading term is T3's, 2√2·q_max·σ√(ΔL/K) in the norm weighted by what the device does: asynchrony "
        "leaves it alone, asymmetry does not. For the ideal device it is digital SGD's; for the linear one it is "
        "2√2/(1−s̄) in the plain norm (T3-rate), against 2√2. As an order, K^(−1/2), the claim stands",
    ),
    remark="For G ≠ 0 the asymptotic error of T9 is (1+u) times T3's. Letting u → 0 costs at the leading order: what u "
    "adds to both terms is at least of order K^(−1/2) for every u. Whether that is due to the proof or to the pipeline "
    "is open.",
)
