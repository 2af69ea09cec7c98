"""C4: changes on the side of the larger gain are amplified by more than F_max."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Abs

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c04_lipschitz as c04
from theory.symbols import F, F_max, G
from theory.trial import Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C4"])


def violated(x: Fraction, y: Fraction, plus: Fraction, minus: Fraction, largest: Fraction) -> bool:
    """Whether a device with gains q± in its class turns x − y into more than F_max|x − y|."""
    symmetric, asymmetric = (minus + plus) / 2, (minus - plus) / 2
    moved = x * symmetric - abs(x) * asymmetric - (y * symmetric - abs(y) * asymmetric)
    return min(plus, minus) > 0 and symmetric <= largest and abs(moved) > largest * abs(x - y)


def test_the_constant_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.summary.startswith("proved after repair: an error: q_max")
    assert stands(judgement)


def test_the_counterexample_violates_what_was_printed(judgement: Judgement) -> None:
    (example,) = judgement.counterexamples
    value = fractions(example)
    plus, minus = (value["symmetric"] + sign * value["asymmetric"] for sign in (-1, 1))
    assert violated(value["lipschitz_change"], value["other_change"], plus, minus, value["max_symmetric"])


def test_so_does_one_found_by_hand() -> None:
    """Gains 1/2 and 3/2, F = 1: a change of −1 moves the weight by 3/2."""
    assert violated(Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(3, 2), Fraction(1))


def test_the_repaired_constant_has_no_counterexample() -> None:
    mended = replace(c04.CLAIM, rhs=(F + Abs(G)) * Abs(c04.change - c04.other), repair=None)
    assert judge(mended).counterexamples == ()


def test_nothing_short_of_twice_f_max_does() -> None:
    wider = replace(c04.CLAIM, rhs=F_max * Abs(c04.change - c04.other) * 199 / 100, repair=None)
    assert judge(wider).verdict == "refuted"


def test_half_the_repaired_bound_is_refused() -> None:
    assert half_is_refused(c04.CLAIM, c04.REPAIRED)
