"""C6: a train of pulses that all go wrong has positive probability at every length."""

from dataclasses import replace
from fractions import Fraction
from math import comb

import pytest
from sympy import Integer, Rational

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c06_pulse_train as c06
from theory.trial import Inconsistent, Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C6"])


def train(noises: list[int], size: Fraction, cycle: Fraction) -> Fraction:
    """Where pulses of one size and gain 1 + σ_c ξ take a weight that starts at 0, pulse by pulse."""
    weight = Fraction(0)
    for noise in noises:
        weight += size * (1 + cycle * noise)
    return weight


def test_convergence_in_mean_square_is_missing(judgement: Judgement) -> None:
    assert judgement.verdict == "conditional"
    assert len(judgement.counterexamples) == 3
    assert stands(judgement)


def test_the_counterexamples_are_trains_that_end_far_from_what_was_asked_for(judgement: Judgement) -> None:
    for example in judgement.counterexamples:
        value = fractions(example)
        n, ups, wanted = int(value["train_length"]), int(value["train_ups"]), value["train_change"]
        smallness, cycle = value["train_smallness"], value["train_cycle_noise"]
        end = train([1] * ups + [-1] * (n - ups), wanted / n, cycle)
        assert wanted <= 1 / smallness
        assert Fraction(1, n) <= 1 / smallness
        assert abs(end - wanted) > abs(end) / 2


@pytest.mark.parametrize("pulses", [1, 4, 9])
def test_the_mean_square_over_all_outcomes_is_what_the_repair_says_for_a_constant_gain(pulses: int) -> None:
    """E(w⁺ − w − x)² = x²σ_c²/B, half of the bound's first term: the other half pays for a gain that drifts."""
    wanted, cycle = Fraction(3, 5), Fraction(1, 2)
    square = sum(
        Fraction(comb(pulses, ups), 2**pulses)
        * (train([1] * ups + [-1] * (pulses - ups), wanted / pulses, cycle) - wanted) ** 2
        for ups in range(pulses + 1)
    )
    assert square == wanted**2 * cycle**2 / pulses


def test_trains_without_cycle_noise_are_no_counterexample() -> None:
    silent = replace(c06.CLAIM, definitions=((c06.sigma_c, Integer(0)),), family={}, repair=None)
    assert judge(silent).counterexamples == ()


def test_a_train_that_is_typical_enough_is_needed() -> None:
    assert c06.CLAIM.repair is not None
    (typical,) = c06.CLAIM.repair.missing
    weaker = replace(typical, expr=c06.n - 2 * c06.sigma_c * abs(2 * c06.p - c06.n))
    with pytest.raises(Inconsistent, match=r"counterexamples remain|holds in the counterexample"):
        judge(replace(c06.CLAIM, repair=replace(c06.CLAIM.repair, missing=(weaker,))))


def test_half_the_repaired_bound_is_refused() -> None:
    assert half_is_refused(c06.CLAIM, c06.REPAIRED)
    first, second = c06.REPAIRED.rhs_terms
    assert not replace(c06.REPAIRED, rhs_terms=(first * Rational(1, 2), second)).verify().accepted
    assert not replace(c06.REPAIRED, rhs_terms=(first, second * Rational(1, 2))).verify().accepted
