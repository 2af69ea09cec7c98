"""C12: runs that rest where a weak gain holds them, in fractions, against a constant that forgets the gain."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Integer

import theory
from theory import trial
from theory.claims import c12_smallest_gain as c12
from theory.trial import Inconsistent, Judgement, judge


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C12"])


def root(square: Fraction) -> Fraction:
    """The rational square root."""
    value = Fraction(int(square.numerator**0.5 + 0.5), int(square.denominator**0.5 + 0.5))
    assert value**2 == square
    return value


def two_updates(saturation: Fraction, noise: Fraction, step: Fraction) -> Fraction:
    """(h_0² + E h_1²)/2 on f = w²/2 from h = 1, where the mean update must vanish; G = −s < 0."""
    slope = Fraction(1)
    size = root(slope**2 + noise**2)
    outcomes = ((size, (1 + slope / size) / 2), (-size, (1 - slope / size) / 2))
    assert sum(g * chance for g, chance in outcomes) == slope
    assert sum((g - slope) ** 2 * chance for g, chance in outcomes) == noise**2
    moves = [(step * (g - saturation * abs(g)), chance) for g, chance in outcomes]
    assert sum(move * chance for move, chance in moves) == 0
    return (slope**2 + sum((slope - move) ** 2 * chance for move, chance in moves)) / 2


def test_the_claim_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.summary.startswith("proved after repair: an error: the constants contain q_min")
    assert judgement.refutation


def test_the_counterexamples_violate_what_was_printed(judgement: Judgement) -> None:
    for example in judgement.counterexamples:
        value = {symbol: Fraction(int(number.p), int(number.q)) for symbol, number in example.numbers.items()}
        saturation, noise = value[c12.saturation], value[c12.noise]
        assert (1 + saturation) / (1 - saturation) == (1 + value[c12.excess]) ** 2  # q_max/q_min
        for step in (Fraction(1), Fraction(1, 10)):
            bound = value[c12.C] * (noise / value[c12.root] + noise**2 * saturation**2)
            assert two_updates(saturation, noise, step) >= 1 > bound


def test_the_floor_of_such_runs_is_certified() -> None:
    assert theory.get("T4-floor").verify().accepted


def test_a_family_of_strong_gains_is_no_refutation() -> None:
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(replace(c12.CLAIM, family={**c12.CLAIM.family, c12.excess: Integer(1)}))


def test_with_the_smallest_gain_in_the_constant_none_is_found() -> None:
    """C/(1−s²) with C = 1 covers this family."""
    mended = replace(c12.CLAIM, rhs=c12.CLAIM.rhs / (1 - c12.saturation**2), constants={c12.C: (Integer(1),), c12.first:
                     (Integer(1),)}, family={}, repair=None)  # fmt: skip
    judgement = judge(mended)
    assert judgement.verdict == "undecided"
    assert not judgement.counterexamples
