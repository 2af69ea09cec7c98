"""C15: resting points of the linear device in fractions; the best reaches σ²s²/(1−s²), not four times that."""

from dataclasses import replace
from fractions import Fraction

import pytest

import theory
from theory import trial
from theory.claims import c15_lower_bound as c15
from theory.trial import Inconsistent, Judgement, judge


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C15"])


def error_at_rest(saturation: Fraction, noise: Fraction, shape: Fraction, slope: Fraction) -> Fraction:
    """h² in units of σ²s²/(1−s²), after checking noise and resting point outcome by outcome; w = −sτ, so G = −s."""
    chance = 1 / (1 + shape**2)
    outcomes = ((noise * shape, chance), (-noise / shape, 1 - chance))
    assert sum(n * p for n, p in outcomes) == 0
    assert sum(n**2 * p for n, p in outcomes) == noise**2
    assert sum(((slope + n) - saturation * abs(slope + n)) * p for n, p in outcomes) == 0
    return slope**2 * (1 - saturation**2) / (noise * saturation) ** 2


def test_the_claim_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.summary == "proved after repair: an error: 1 in the place of 4"


def test_the_instances_tried_rest_at_most_at_the_bound(judgement: Judgement) -> None:
    for example in judgement.counterexamples:
        value = {symbol: Fraction(int(number.p), int(number.q)) for symbol, number in example.numbers.items()}
        assert error_at_rest(*(value[s] for s in (c15.saturation, c15.noise, c15.shape, c15.resting))) <= 1


def test_with_one_for_four_identically_distributed_noise_attains_it() -> None:
    """t² = (1−s)/(1+s) at s = 3/5: the resting gradient is σs/√(1−s²)."""
    assert error_at_rest(Fraction(3, 5), Fraction(4), Fraction(1, 2), Fraction(3)) == 1


def test_the_exclusion_and_sharpness_are_certified() -> None:
    assert c15.EXCLUSION.verify().accepted
    assert theory.get("T4:asymmetric_linear").verify().accepted


def test_without_the_exclusion_instances_alone_do_not_refute() -> None:
    assert judge(replace(c15.CLAIM, exclusion=None)).verdict == "undecided"


def test_an_exclusion_with_half_the_constant_is_refused() -> None:
    *others, last = c15.EXCLUSION.rhs_terms
    wrong = replace(c15.EXCLUSION, rhs_terms=(*others, last / 2))
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c15.CLAIM, exclusion=wrong))
