"""C2: a decreasing ratio has a negative penalty."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from sympy import Symbol, diff, simplify

from tests.theory.claims.exactly import fractions
from theory import trial
from theory.claims import c02_penalty as c02
from theory.trial import Inconsistent, Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C2"])


def ratio(slope: Fraction, x: Fraction) -> Fraction:
    return slope * x * (2 + abs(x)) / (1 + abs(x)) ** 2


def test_that_r_increases_is_missing(judgement: Judgement) -> None:
    assert judgement.verdict == "conditional"
    assert stands(judgement)


def test_the_counterexample_is_a_device_of_the_class_with_a_negative_penalty(judgement: Judgement) -> None:
    """Both gains stay between positive bounds, R is strictly monotone, and every slice of the integral is negative."""
    (example,) = judgement.counterexamples
    value = fractions(example)
    slope, x = value["penalty_slope"], value["penalty_distance"]
    grid = [Fraction(k, 7) for k in range(-700, 701)]
    values = [ratio(slope, place) for place in grid]
    assert all(0 < 1 - abs(slope) <= 1 + sign * r <= 1 + abs(slope) for r in values for sign in (1, -1))
    steps = [b - a for a, b in pairwise(values)]
    assert all(step < 0 for step in steps) or all(step > 0 for step in steps)
    slices = [ratio(slope, x * Fraction(k, 100)) * x / 100 for k in range(1, 101)]
    assert sum(slices) < 0
    assert example.lhs == 0 > example.rhs


def test_the_penalty_on_trial_is_the_integral_of_the_ratio() -> None:
    x = Symbol("x", positive=True)
    penalty = c02.CLAIM.rhs.subs(c02.x, x)
    assert simplify(diff(penalty, x) - c02.slope * x * (2 + x) / (1 + x) ** 2) == 0
    assert penalty.subs(x, 0) == 0


def test_an_increasing_ratio_is_no_counterexample() -> None:
    rising = replace(c02.CLAIM.assumptions[1], expr=c02.slope)
    assert judge(replace(c02.CLAIM, assumptions=(c02.CLAIM.assumptions[0], rising), repair=None)).counterexamples == ()


def test_a_repair_with_the_direction_flipped_is_refused() -> None:
    assert c02.CLAIM.repair is not None
    falling = replace(c02.RISING, expr=-c02.RISING.expr)
    flipped = replace(c02.REPAIRED, assumptions=(falling, c02.INTEGRAL))
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c02.CLAIM, repair=replace(c02.CLAIM.repair, statement=flipped)))
    shifted = replace(c02.REPAIRED, lhs=c02.x**2)
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c02.CLAIM, repair=replace(c02.CLAIM.repair, statement=shifted)))
