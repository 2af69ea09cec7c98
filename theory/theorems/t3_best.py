"""T3-best: no step size makes the first two terms of T3-uniform smaller than T3-rate has them."""

from functools import cache

from sympy import sqrt

from theory.kernel import Fact, square
from theory.statement import Statement
from theory.symbols import Delta, K, L, alpha, q_max, sigma


@cache
def prove() -> Fact:
    """The square of the difference of the two terms' roots."""
    return square(sqrt(2 * Delta / (alpha * K)) - sqrt(alpha * L) * q_max * sigma)


STATEMENT = Statement(
    id="T3-best",
    title="The step size of T3-rate is the best",
    kind="upper",
    source="this project",
    assumptions=(),
    lhs=2 * sqrt(2) * q_max * sigma * sqrt(Delta * L / K),
    rhs_terms=(2 * Delta / (alpha * K), alpha * L * q_max**2 * sigma**2),
    prove=prove,
    sharpness="equality at the step size of T3-rate",
)
