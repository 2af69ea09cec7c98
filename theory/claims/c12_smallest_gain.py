"""C12: a rate whose constant is said not to depend on the smallest gain."""

from sympy import Integer

import theory
from theory.kernel import Assumption
from theory.trial.published import Published, Repair, variable

C = variable("smallest_gain_constant", "C", "C", "the constant in O(·)", sign="positive")
first = variable("smallest_gain_first", "n₀", "n_0", "root of the length from which runs count", sign="positive")
root = variable("smallest_gain_root", "√K", r"\sqrt{K}", "root of the number of updates", sign="positive")
excess = variable("smallest_gain_excess", "q", "q", "√(q_max/q_min) − 1", sign="positive")
saturation = variable("smallest_gain_saturation", "s", "s", "|G|/F", sign="positive")
noise = variable("smallest_gain_noise", "σ", r"\sigma", "root of the noise variance", sign="positive")

CLAIM = Published(
    id="C12",
    title="A rate that forgets the smallest gain",
    source="arXiv:2502.06309, Theorem 2",
    text="(1/K)Σ_k E‖∇f(W_k)‖² ≤ O(√(σ²/K) + σ²·avg S) with a constant that does not depend on q_min",
    instance="constant gains with F = 1 and |G| = s on f = w²/2, two-point noise, started where the mean update "
    "vanishes: there h² = G²σ²/M = 1, so that L = 1, Δ = 1/2 and F_max = 1 are the same for all. The left side is at "
    "least that resting value for every K and every step size that does not overshoot (T4-floor, certified). The "
    "constant may hold from any K = n₀² on; C and n₀ are rounded up to integers",
    lhs=Integer(1),
    rhs=C * (noise / root + noise**2 * saturation**2),
    assumptions=(Assumption(name="long", relation=">=", expr=root - first, text="K ≥ n₀²"),),
    definitions=(
        (saturation, excess * (excess + 2) / (excess * (excess + 2) + 2)),
        (noise, 2 * (excess + 1) / (excess * (excess + 2))),
    ),
    constants={C: (Integer(1), Integer(100)), first: (Integer(1), Integer(10))},
    family={excess: 5 * C + 4, root: first + 1},
    integers=frozenset({first, root}),
    ranges={excess: (0.1, 1e4), root: (1, 1000)},
    repair=Repair(
        fault="error",
        change="the constants contain q_min: 2√2·q_max/m for the rate and 1/m for the asymptotic error, m = inf M/F",
        statement=theory.get("T3-rate"),
        effect="the metric of (73) is weighted by M, the plain norm is not. What survives is T3-rate, for the linear "
        "device with 2√2/(1−s̄) and 1/(1−s̄²): near the end of the range both grow without bound, and T4-floor shows "
        "that the second has to",
    ),
)
