"""C25: what a loop over the samples of a batch does, pulse by pulse in exact arithmetic, and what each rule says."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c25_mean_gradient as c25
from theory.theorems import t6_sequential
from theory.trial import Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C25"])


def pulsed(weight: Fraction, signals: list[Fraction], step: Fraction) -> Fraction:
    """One batch on the asymmetric linear device with τ = 1, sample by sample, each seeing the weight it finds."""
    for signal in signals:
        weight -= step / len(signals) * (signal + weight * abs(signal))
    return weight


def of_mean(weight: Fraction, signals: list[Fraction], step: Fraction) -> Fraction:
    """The same batch by the rule with |mean gradient|."""
    mean = sum(signals, Fraction(0)) / len(signals)
    return weight - step * (mean + weight * abs(mean))


def of_sizes(weight: Fraction, signals: list[Fraction], step: Fraction) -> Fraction:
    """The same batch by the rule with mean |gradient|."""
    mean, size = (sum(values, Fraction(0)) / len(signals) for values in (signals, list(map(abs, signals))))
    return weight - step * (mean + weight * size)


def test_the_rule_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.statement.repair is not None
    assert judgement.statement.repair.statement is t6_sequential.STATEMENT
    assert stands(judgement)


def test_the_counterexample_is_a_batch_on_which_the_rules_differ(judgement: Judgement) -> None:
    (example,) = judgement.counterexamples
    value = fractions(example)
    share = int(value["batch_share"])
    signals = [value["batch_first"]] * share + [value["batch_second"]] * (100 - share)
    assert abs(value["asymmetric"]) < value["symmetric"]
    mean, size = sum(signals, Fraction(0)) / 100, sum(map(abs, signals), Fraction(0)) / 100
    assert value["asymmetric"] * size != value["asymmetric"] * abs(mean)


@pytest.mark.parametrize("step", [Fraction(1, 10), Fraction(1, 1000)])
def test_pulses_follow_the_rule_with_sizes_to_second_order_and_the_other_not_at_all(step: Fraction) -> None:
    """Half the samples pull up, half down: |mean gradient| is zero and says that nothing moves."""
    signals = [Fraction(1), Fraction(-1)] * 50
    start = Fraction(1, 2)
    end = pulsed(start, signals, step)
    assert of_mean(start, signals, step) == start
    assert abs(end - of_sizes(start, signals, step)) <= step**2
    assert abs(end - start) > step / 3


def test_training_by_pulses_stops_short_where_the_other_rule_does_not() -> None:
    """½(w−t)² with t = 0 and 1, without noise: pulses rest where w − ½ + w/2 = 0, a third, short of the minimum ½."""
    weight, other, step = Fraction(0), Fraction(0), Fraction(1, 10)
    for _ in range(200):
        # Rounded, as the digits would double with every batch.
        weight = round(pulsed(weight, [weight, weight - 1], step), 9)
        other = round(of_mean(other, [other, other - 1], step), 9)
    assert abs(weight - Fraction(1, 3)) < Fraction(1, 50)
    assert abs(other - Fraction(1, 2)) < Fraction(1, 1000)


def test_samples_of_one_sign_are_no_counterexample() -> None:
    """With the fault mended (all gradients up) both rules agree."""
    up = [replace(c25.CLAIM.assumptions[1], name=f"{symbol}", expr=symbol) for symbol in (c25.first, c25.second)]
    mended = replace(c25.CLAIM, assumptions=(*c25.CLAIM.assumptions, *up), repair=None)
    assert judge(mended).counterexamples == ()


def test_the_rule_with_sizes_has_no_counterexample() -> None:
    assert judge(replace(c25.CLAIM, rhs=c25.CLAIM.lhs, repair=None)).counterexamples == ()


def test_half_the_repaired_bound_is_refused() -> None:
    assert half_is_refused(c25.CLAIM, t6_sequential.STATEMENT)
