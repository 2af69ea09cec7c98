"""T5: a synchronous batch accumulated digitally and applied once is T3 with σ²/B in both noise terms."""

from functools import cache

from theory.assumptions import (
    ACCUMULATED,
    MICRO_UNBIASED,
    MICRO_VARIANCE,
    UNBIASED,
    VARIANCE,
)
from theory.averages import drift_variance, gain_variance, weighted_gradient_norm
from theory.kernel import Fact, assume, combine, discharge, integrate, rewrite, specialise
from theory.operators import Batch, Draw
from theory.run_rules import independence
from theory.statement import Statement
from theory.symbols import B, Delta, K, L, alpha, g, g_batch, h, v
from theory.theorems import t3_convergence
from theory.theorems._published import SYNCHRONOUS


def mean_of_the_mean() -> Fact:
    """E_k g = h for g the mean of the micro-batches."""
    means = integrate(Batch, assume(MICRO_UNBIASED))
    accumulated = integrate(Draw, assume(ACCUMULATED))
    return combine(((1, accumulated), (1, means)), Draw(g) - h)


def variance_of_the_mean() -> Fact:
    """E_k(g−h)² ≤ σ²/B, micro-batches being independent."""
    centred = rewrite(assume(MICRO_VARIANCE), assume(MICRO_UNBIASED), Draw(g_batch))
    of_mean = rewrite(independence(g_batch), assume(MICRO_UNBIASED), Draw(g_batch))
    bound = combine(((1 / B, integrate(Batch, centred)), (-1, of_mean)), v / B + h**2 - Draw(Batch(g_batch) ** 2))
    target = VARIANCE.instantiate({v: v / B}).expr
    mean = Batch(g_batch)
    squares = integrate(Draw, combine(((g + mean, assume(ACCUMULATED)),), g**2 - mean**2))
    return combine(((1, bound), (-1, squares), (2 * h, mean_of_the_mean())), target)


@cache
def prove() -> Fact:
    """T3 for a signal of variance σ²/B, whose assumptions on the signal the micro-batches provide."""
    fact = specialise(t3_convergence.prove(), ((v, v / B),))
    fact = discharge(fact, UNBIASED, mean_of_the_mean())
    return discharge(fact, VARIANCE.instantiate({v: v / B}), variance_of_the_mean())


STATEMENT = Statement(
    id="T5",
    title="Synchronous batch, accumulated digitally",
    kind="upper",
    source="this project; setting of arXiv:2410.15155",
    assumptions=(
        *(a for a in t3_convergence.STATEMENT.assumptions if a not in {UNBIASED, VARIANCE}),
        ACCUMULATED,
        MICRO_UNBIASED,
        MICRO_VARIANCE,
    ),
    lhs=weighted_gradient_norm,
    rhs_terms=(2 * Delta / (alpha * K), alpha * L * gain_variance / B, drift_variance / B),
    prove=prove,
    counterparts=(SYNCHRONOUS,),
    sharpness="not known: the mean of micro-batches with two-point noise has no two-point noise, so T4 does not apply",
    note="both noise terms fall with B; compare T6, where the array sees every micro-batch",
)
