"""C22: the stationary mean square of a buffer; in fractions."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Rational

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c22_buffer as c22
from theory.trial import Inconsistent, Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C22"])


def after(square: Fraction, share: Fraction) -> Fraction:
    """E(H⁺−P)² over a read P ± 1, for H−P = ±√square: the cross terms cancel."""
    return (1 - share) ** 2 * square + share**2


def test_the_claim_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.refutation
    assert stands(judgement)


def test_the_counterexamples_are_stationary_and_far(judgement: Judgement) -> None:
    for example in judgement.counterexamples:
        value = {name.removeprefix("buffer_"): number for name, number in fractions(example).items()}
        stationary = value["share"] / (2 - value["share"])
        assert value["share"] <= value["largest"]
        assert after(stationary, value["share"]) == stationary
        assert stationary > (value["constant"] * value["share"]) ** 2


@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(1, 100), Fraction(1)])
def test_a_buffer_that_starts_near_stays_within_the_repaired_bound(share: Fraction) -> None:
    square = Fraction(0)
    for _ in range(20):
        square = after(square, share)
        assert square <= share


def test_a_rate_that_is_not_small_is_no_refutation() -> None:
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(replace(c22.CLAIM, family={c22.share: Rational(1, 2)}))


def test_with_the_root_of_the_rate_none_is_found() -> None:
    mended = replace(c22.CLAIM, rhs=(2 - c22.share) * c22.C**2 * c22.share, family={}, repair=None)
    judgement = judge(mended)
    assert judgement.verdict == "undecided"
    assert not judgement.counterexamples


def test_half_the_repaired_bound_is_refused() -> None:
    assert half_is_refused(c22.CLAIM, c22.REPAIRED)
