"""T7: how far forward weights lag behind. Drift counts with the square of the delay, noise only with the delay."""

from functools import cache

from theory.assumptions import MAX_DELAY, SIGNAL_RESPONSE, STALE_FORWARD, STALE_VARIANCE
from theory.averages import delayed_variance, mean_response, staleness
from theory.kernel import Fact, assume, combine, integrate, specialise, square
from theory.operators import Draw, Mean, Steps, Total, Window
from theory.run_rules import jensen, orthogonality, shift
from theory.statement import Statement
from theory.symbols import D, K, alpha, delay, e, h, q_bar, split, v, w, w_forward
from theory.theorems import t1b_variance

RESPONSE_MEAN = Draw(SIGNAL_RESPONSE)
VARIANCE_BOUND = q_bar**2 * v


def split_window() -> Fact:
    """E(Σ_j Φ_j)² ≤ (1+t) δ Σ_j E μ_j² + (1+1/t) Σ_j E Var Φ_j, with Φ = μ + ν and ν centred."""
    drift, noise = Window(RESPONSE_MEAN), Window(SIGNAL_RESPONSE - RESPONSE_MEAN)
    both = (1 + split) * drift**2 + (1 + 1 / split) * noise**2
    halves = combine(((split, square(drift - noise / split)),), both - (drift + noise) ** 2)
    of_drift = integrate(Mean, jensen(RESPONSE_MEAN))
    terms = (
        (1, integrate(Mean, halves)),
        (1 + split, of_drift),
        (-1 - 1 / split, orthogonality(SIGNAL_RESPONSE)),
    )
    variance = Mean(Draw(SIGNAL_RESPONSE**2) - RESPONSE_MEAN**2)
    bound = (1 + split) * delay * Window(Mean(RESPONSE_MEAN**2)) + (1 + 1 / split) * Window(variance)
    return combine(terms, bound - Mean(Window(SIGNAL_RESPONSE) ** 2))


def per_coordinate() -> Fact:
    """Σ_k E(u−w)² ≤ α²[(1+t) δ² Σ_k E μ² + (1+1/t) δ Σ_k E q̄²σ²], each step lying in at most δ windows."""
    gap = combine(
        ((w_forward - w + alpha * Window(SIGNAL_RESPONSE), assume(STALE_FORWARD)),),
        (w_forward - w) ** 2 - alpha**2 * Window(SIGNAL_RESPONSE) ** 2,
    )
    variance = integrate(Mean, specialise(t1b_variance.prove(), ((h, h + e),)))
    squares = integrate(Mean, square(RESPONSE_MEAN))
    noise = shift(integrate(Mean, integrate(Draw, square(SIGNAL_RESPONSE - RESPONSE_MEAN))))
    terms = (
        (-1, integrate(Steps, integrate(Mean, gap))),
        (alpha**2, integrate(Steps, split_window())),
        (alpha**2 * (1 + split) * delay, shift(squares)),
        (alpha**2 * (1 + 1 / split), noise),
        (alpha**2 * (1 + 1 / split) * delay, integrate(Steps, variance)),
    )
    bound = (1 + split) * delay**2 * Mean(RESPONSE_MEAN**2) + (1 + 1 / split) * delay * Mean(VARIANCE_BOUND)
    return combine(terms, Steps(alpha**2 * bound - Mean((w_forward - w) ** 2)))


@cache
def prove() -> Fact:
    """Sum over coordinates, with δ_d ≤ D where the drift is."""
    longest = combine(((D + delay, assume(MAX_DELAY)),), D**2 - delay**2)
    drift = combine(((longest, square(RESPONSE_MEAN)),), (D**2 - delay**2) * RESPONSE_MEAN**2)
    over = integrate(Steps, integrate(Mean, integrate(Total, drift)))
    terms = ((1 / K, integrate(Total, per_coordinate())), (alpha**2 * (1 + split) / K, over))
    return combine(terms, STATEMENT.rhs - STATEMENT.lhs)


STATEMENT = Statement(
    id="T7",
    title="Staleness of forward weights",
    kind="upper",
    source="this project; setting of arXiv:2410.15155",
    assumptions=(STALE_FORWARD, STALE_VARIANCE, MAX_DELAY),
    lhs=staleness,
    rhs_terms=(
        (1 + split) * alpha**2 * D**2 * mean_response,
        (1 + 1 / split) * alpha**2 * delayed_variance,
    ),
    prove=prove,
    sharpness="not known; the split t is free",
    note="for every t > 0; deterministic drift costs D², martingale increments only the delay itself",
)
