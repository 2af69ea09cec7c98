"""C24: what the abstract on pipelines claims, by runs in fractions and a timetable drawn by hand."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from sympy import Integer, Rational

from theory import complexity, predictions, trial
from theory.claims import c24a_complexity as c24a
from theory.claims import c24b_leading_term as c24b
from theory.claims import c24c_density as c24c
from theory.trial import Inconsistent, Judgement, judge

VERDICTS = {"C24a": "conditional", "C24b": "proved after repair", "C24c": "proved after repair"}


@pytest.fixture(scope="module")
def judgements() -> dict[str, Judgement]:
    return {name: judge(trial.CLAIMS[name]) for name in VERDICTS}


def fractions(judgement: Judgement) -> dict[object, Fraction]:
    (example,) = judgement.counterexamples
    return {symbol: Fraction(int(number.p), int(number.q)) for symbol, number in example.numbers.items()}


@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts(judgements: dict[str, Judgement], name: str) -> None:
    assert judgements[name].verdict == VERDICTS[name]


def stale_run(reach: Any, step: Any, start: Any, updates: int) -> Any:
    """Average squared slope of w²/2 up to 1, w − 1/2 beyond, where every update sees the weight before the last one."""
    weight, seen, total = start, start, 0
    for _ in range(updates):
        slope = min(weight, 1)
        assert slope > 0
        total += slope**2
        signal = slope * (1 - 2 * min(1, abs(seen - weight) / reach))
        seen, weight = weight, weight - step * signal
    return total / updates


def test_a_stale_signal_that_turns_never_gets_there(judgements: dict[str, Judgement]) -> None:
    value = fractions(judgements["C24a"])
    step, root, gap = value[c24a.step], value[c24a.root], value[c24a.gap]
    updates = int(root) ** 2
    measured = stale_run(value[c24a.reach], step, gap + Fraction(1, 2), updates)
    assert measured == 1
    assert measured > value[c24a.C] * gap * (1 / root + 1 / root**2)


def test_a_signal_that_is_lipschitz_enough_does() -> None:
    """α L_Φ = 1/10: every signal is at least 4/5 of the slope, so that T3-noiseless holds up to that."""
    step, start, updates = 0.1, 1.5, 60
    assert stale_run(20 * step, step, start, updates) < 2 * (start - 0.5) / (step * updates) / 0.8


def test_the_updates_that_are_enough_are_at_least_the_least_that_do() -> None:
    least = complexity.updates_to_target()
    for rate, stale, target in ((2.0, 3.0, 0.1), (1.0, 0.0, 0.01), (0.1, 5.0, 1.0)):
        assert least.at(leading_constant=rate, staleness_constant=stale, target=target) <= (
            (rate / target) ** 2 + 2 * stale / target
        ) * (1 + 1e-12)  # rounding of float64


def test_a_pipeline_with_a_weak_gain_is_not_digital(judgements: dict[str, Judgement]) -> None:
    """The second stage's E h² stays where it starts, what it leaves of Δ is the first one's, and they exceed 1/√K."""
    value = fractions(judgements["C24b"])
    step, weak, root = value[c24b.step], value[c24b.weak], value[c24b.root]
    updates = root**2
    resting = step / (2 - step)
    assert (1 - step) ** 2 * resting + step**2 == resting
    squared = (Fraction(1, 2) - resting / 2) / (step * weak * updates + Fraction(1, 2))
    assert squared * step * weak * updates + squared / 2 + resting / 2 == Fraction(1, 2)
    assert squared + resting >= value[c24b.squared] + step / 2 > 1 / root + value[c24b.C] / updates


def test_the_same_run_on_an_ideal_device_is() -> None:
    """q = 1, a = 1: within 1/K of the leading term."""
    for root in (10, 100, 1000):
        step = Fraction(1, root)
        resting = step / (2 - step)
        squared = (1 - resting) / (2 * step * root**2 + 1)
        assert abs(squared + resting - Fraction(1, root)) < Fraction(1, root**2)


def test_on_an_ideal_device_the_family_is_no_refutation() -> None:
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(replace(c24b.CLAIM, family={**c24b.CLAIM.family, c24b.weak: Integer(1)}))


def test_density_is_counted_from_the_timetable(judgements: dict[str, Judgement]) -> None:
    """Stage m works on sample k in clock k + m, counted from zero; the run has as many clocks as the last one needs."""
    value = fractions(judgements["C24c"])
    samples, stages = int(value[c24c.passed]), int(value[c24c.depth])
    clocks = max(k + m for k in range(samples) for m in range(stages)) + 1
    density = Fraction(samples * stages, stages * clocks)
    assert density != 1
    assert density == predictions.SCHEDULES["asynchronous_1f1b"].count(stages=stages, samples=samples).density


def test_a_pipeline_of_one_stage_has_density_one() -> None:
    shallow = replace(c24c.DEEP, name="one stage", relation="==")
    assert judge(replace(c24c.CLAIM, assumptions=(c24c.SOME, shallow), repair=None)).verdict != "refuted"


def test_wrong_repairs_are_refused() -> None:
    for module, statement in ((c24a, c24a.CONDITIONAL), (c24c, c24c.REPAIRED)):
        repair = module.CLAIM.repair
        assert repair is not None
        first, *others = statement.rhs_terms
        wrong = replace(repair, statement=replace(statement, rhs_terms=(first * Rational(1, 2), *others)))
        with pytest.raises(Inconsistent, match="not accepted"):
            judge(replace(module.CLAIM, repair=wrong))
