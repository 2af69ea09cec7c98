"""C23: the device's recursion in fractions against what was printed."""

from dataclasses import replace
from fractions import Fraction

import pytest

from theory import trial
from theory.claims import c23_step_size as c23
from theory.kernel import Assumption
from theory.symbols import s_bar
from theory.trial import Inconsistent, Judgement, judge


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C23"])


def sides(weight: Fraction, optimum: Fraction, step: Fraction, updates: int) -> tuple[Fraction, Fraction | None]:
    """L = τ = 1: average squared gradient of a quadratic, and 2LΔ/(K(1−s̄²)) at the least s̄; None if that is ≥ 1."""
    gap, squares, saturation = (weight - optimum) ** 2 / 2, Fraction(0), Fraction(0)
    for _ in range(updates):
        slope = weight - optimum
        squares += slope**2
        saturation = max(saturation, abs(weight))
        weight += -step * slope - step * abs(slope) * weight  # gains 1 ∓ w
    return squares / updates, 2 * gap / (updates * (1 - saturation**2)) if saturation < 1 else None


def test_the_claim_is_a_misprint(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.summary == "proved after repair: a misprint: α = 1/L in the place of α ≤ 1/L"


def test_the_counterexample_violates_what_was_printed(judgement: Judgement) -> None:
    (example,) = judgement.counterexamples
    value = {symbol: Fraction(int(number.p), int(number.q)) for symbol, number in example.numbers.items()}
    assert 0 < value[c23.step] <= 1
    assert value[s_bar] < 1
    measured, bound = sides(value[c23.start], value[c23.optimum], value[c23.step], 2)
    assert measured == Fraction(int(example.lhs.p), int(example.lhs.q))
    assert bound is not None
    assert measured > bound


def test_at_the_largest_step_size_none_is_found(judgement: Judgement) -> None:
    largest = Assumption(name="largest", relation=">=", expr=c23.step - 1, text="α ≥ 1/L")
    mended = replace(c23.CLAIM, assumptions=(*c23.CLAIM.assumptions, largest), repair=None)
    assert judge(mended).verdict == "undecided"
    grid = [Fraction(n, 10) for n in range(-9, 10)]
    runs = [sides(weight, optimum, Fraction(1), 5) for weight in grid for optimum in grid]
    inside = [(measured, bound) for measured, bound in runs if bound is not None]
    assert len(inside) > len(runs) / 2
    assert all(measured <= bound for measured, bound in inside)


def test_a_repair_with_half_the_constant_is_refused() -> None:
    assert c23.CLAIM.repair is not None
    statement = c23.CLAIM.repair.statement
    halved = replace(statement, rhs_terms=tuple(term / 2 for term in statement.rhs_terms))
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c23.CLAIM, repair=replace(c23.CLAIM.repair, statement=halved)))
