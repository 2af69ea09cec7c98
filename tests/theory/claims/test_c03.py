"""C3: bumps of one height and every width."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Integer

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c03_derivatives as c03
from theory.trial import Inconsistent, Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C3"])


def gain(w: Fraction) -> Fraction:
    """2 plus the bump that w is on, if any: bump n is centred at 3n and reaches 1/n to both sides."""
    n = round(w / 3)
    if n < 1 or abs(w - 3 * n) * n > 1:
        return Fraction(2)
    return 2 + (1 - (n * (w - 3 * n)) ** 2) ** 2


def test_a_bounded_range_is_missing(judgement: Judgement) -> None:
    assert judgement.verdict == "conditional"
    assert len(judgement.counterexamples) == 3
    assert stands(judgement)


def test_the_counterexamples_are_steep_places_of_one_function_of_the_class(judgement: Judgement) -> None:
    for example in judgement.counterexamples:
        value = fractions(example)
        n, u, bound = value["bump_number"], value["bump_offset"], value["slope_bound"]
        assert n.denominator == 1 <= n
        assert abs(u) <= 1
        place, step = 3 * n + u / n, Fraction(1, 10**6) / n
        quotient = (gain(place + step) - gain(place - step)) / (2 * step)
        assert abs(quotient) > bound
        assert abs(abs(quotient) / Fraction(int(example.lhs.p), int(example.lhs.q)) - 1) < Fraction(1, 10**9)


def test_the_function_is_between_its_bounds_and_its_bumps_do_not_meet() -> None:
    grid = [Fraction(k, 97) for k in range(-500, 5000)]
    assert all(2 <= gain(w) <= 3 for w in grid)
    assert all(3 * n + Fraction(1, n) < 3 * (n + 1) - Fraction(1, n + 1) for n in range(1, 100))


def test_bumps_of_one_width_are_no_counterexample_for_a_large_constant() -> None:
    """With the fault mended (one bump only) the slope is at most 4."""
    only = replace(c03.CLAIM.assumptions[0], relation="==")
    mended = replace(c03.CLAIM, assumptions=(only, c03.CLAIM.assumptions[1]), constants={c03.steepness: (Integer(4),)})
    assert judge(replace(mended, family={}, repair=None)).counterexamples == ()


def test_half_the_repaired_bound_is_refused() -> None:
    assert c03.CLAIM.repair is not None
    assert half_is_refused(c03.CLAIM, c03.CLAIM.repair.statement)


def test_a_range_that_is_too_wide_leaves_counterexamples() -> None:
    assert c03.CLAIM.repair is not None
    wide = replace(c03.CLAIM.repair.missing[0], expr=10 * c03.steepness - abs(3 * c03.n + c03.u / c03.n))
    with pytest.raises(Inconsistent, match=r"counterexamples remain|holds in the counterexample"):
        judge(replace(c03.CLAIM, repair=replace(c03.CLAIM.repair, missing=(wide,))))
