"""A short run of delayed gradient descent on digital hardware without noise: one multiplier for every inequality.

T8-optimum has the same multipliers at every update and knows only ‖h(U,W) − ∇f(W)‖ ≤ L_Φ‖U−W‖. Here the signal of
update k is the gradient ∇f(W_{k−δ}) itself, the run has a given number of updates, and the Lipschitz constant of the
gradient is used between any two iterates that are at most δ updates apart, each time with a multiplier of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from sympy import Expr, Integer, Symbol

from theory.assumptions import BOUNDED_BELOW, GAP, SMOOTH
from theory.kernel import Assumption, Fact, assume, combine, integrate, specialise
from theory.operators import Total
from theory.optimise._form import eliminated
from theory.optimise._problem import checked, rational, whole
from theory.sign_rules import semidefinite
from theory.symbols import STATIC, Delta, L, define, f, f_first, f_last, f_next, h, w, w_next

Pair = tuple[int, int]


@cache
def gradient_at(k: int) -> Symbol:
    """∇f(W_k), one coordinate, in a run without randomness."""
    return define(f"gradient_{k}", f"h_{k}", f"h_{{{k},d}}", f"gradient before update {k}", axes=STATIC)


@cache
def objective_at(k: int) -> Symbol:
    """f(W_k) for 0 < k < K."""
    return define(f"objective_{k}", f"f_{k}", f"f(W_{{{k}}})", f"objective before update {k}")


@dataclass(frozen=True, kw_only=True)
class ShortRun:
    """K updates W_{k+1} = W_k − α∇f(W_{max(k−δ,0)}) on an L-smooth objective; forms are in (h_0, …, h_{K−1})."""

    steps: int
    delay: int
    smoothness: Fraction
    step_size: Fraction

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The iterates i < j between which the Lipschitz constant of the gradient is used."""
        return tuple((i, j) for j in range(self.steps) for i in range(max(0, j - self.delay), j))

    def used(self, k: int) -> int:
        """Which iterate's gradient update k uses."""
        return max(0, k - self.delay)

    def descent_form(self) -> list[list[Fraction]]:
        """Σ_k α⟨h_k, s_k⟩ − (Lα²/2)‖s_k‖² with the signals s: what the objective falls by at least."""
        form = _zero(self.steps)
        for k in range(self.steps):
            used = self.used(k)
            form[k][used] += self.step_size / 2
            form[used][k] += self.step_size / 2
            form[used][used] -= self.smoothness * self.step_size**2 / 2
        return form

    def lipschitz_form(self, pair: Pair) -> list[list[Fraction]]:
        """L²‖w_j − w_i‖² − ‖h_j − h_i‖²."""
        moved, change = [Fraction(0)] * self.steps, [Fraction(0)] * self.steps
        for k in range(*pair):
            moved[self.used(k)] += self.smoothness * self.step_size
        change[pair[0]], change[pair[1]] = Fraction(-1), Fraction(1)
        return [[m * n - c * d for n, d in zip(moved, change, strict=True)] for m, c in zip(moved, change, strict=True)]

    def slack(self, multipliers: Sequence[Fraction], rate: Fraction) -> list[list[Fraction]]:
        """Descent − Σ multipliers · Lipschitz − A Σ_k ‖h_k‖², which must be positive semidefinite."""
        form = self.descent_form()
        for weight, pair in zip(multipliers, self.pairs, strict=True):
            for row, other in zip(form, self.lipschitz_form(pair), strict=True):
                row[:] = [a - weight * b for a, b in zip(row, other, strict=True)]
        for k in range(self.steps):
            form[k][k] -= rate
        return form

    # ------------------------------------------------------------------------------ the hypotheses

    def descent(self, k: int) -> Assumption:
        """L-smoothness along update k."""
        after = objective_at(k + 1) if k + 1 < self.steps else f_last
        here = {f: objective_at(k) if k else f_first, f_next: after, h: gradient_at(k), L: rational(self.smoothness)}
        step = rational(self.step_size) * gradient_at(self.used(k))
        return SMOOTH.instantiate({**here, w_next: w - step})

    def lipschitz(self, pair: Pair) -> Assumption:
        """The gradient changes by at most L times the distance, between two iterates of the run."""
        form = self.lipschitz_form(pair)
        variables = [gradient_at(k) for k in range(self.steps)]
        text = f"‖∇f(W_{pair[1]}) − ∇f(W_{pair[0]})‖ ≤ L‖W_{pair[1]} − W_{pair[0]}‖"
        return Assumption(name="A1 Lipschitz", relation=">=", expr=Total(_quadratic(form, variables)), text=text)


def _zero(size: int) -> list[list[Fraction]]:
    return [[Fraction(0)] * size for _ in range(size)]


def _quadratic(form: list[list[Fraction]], variables: Sequence[Symbol]) -> Expr:
    return sum(
        (rational(form[i][j]) * x * y for i, x in enumerate(variables) for j, y in enumerate(variables)), Integer(0)
    )


def short_problem(numbers: Mapping[str, float | Fraction]) -> tuple[Fraction, ShortRun]:
    """Δ and the run; OutOfDomain naming a number that is missing, unknown or impossible."""
    exact = checked("a short run", numbers, ("steps", "delay", "smoothness", "step_size", "initial_gap"))
    run = ShortRun(
        steps=whole("steps", exact["steps"], 1),
        delay=whole("delay", exact["delay"], 0),
        smoothness=exact["smoothness"],
        step_size=exact["step_size"],
    )
    return exact["initial_gap"], run


# ------------------------------------------------------------------------------------ the certificate


def certify_run(run: ShortRun, gap: Fraction, rate: Fraction, multipliers: Mapping[Pair, Fraction]) -> Fact:
    """Δ/(AK) − (1/K) Σ_k ‖∇f(W_k)‖² ≥ 0 at exactly these rationals; Rejected if they do not fit."""
    weights = [multipliers[pair] for pair in run.pairs]
    variables = [gradient_at(k) for k in range(run.steps)]
    slack = run.slack(weights, rate)
    pivots, rows = eliminated(slack)
    lines = [sum(rational(c) * x for c, x in zip(row, variables[i:], strict=True)) for i, row in enumerate(rows)]
    squares = semidefinite(_quadratic(slack, variables), tuple(map(rational, pivots[: len(lines)])), tuple(lines))
    terms: list[tuple[object, ...]] = [(1, assume(run.descent(k))) for k in range(run.steps)]
    terms += [(rational(weight), assume(run.lipschitz(pair))) for weight, pair in zip(weights, run.pairs, strict=True)]
    terms += [(1, assume(BOUNDED_BELOW)), (1, assume(GAP)), (1, integrate(Total, squares))]
    scale = rational(1 / (rate * run.steps))
    norms = Total(sum(x**2 for x in variables)) / run.steps
    scaled = tuple((scale, *term) for term in terms)
    return specialise(combine(scaled, Delta * scale - norms), ((Delta, rational(gap)),))
