"""C1: a gain of zero at the end of the range, and bounds that bounded saturation gives."""

from dataclasses import replace
from math import e

import pytest
from sympy import Integer, Rational, exp

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import _response_class as shared
from theory.symbols import gamma, s_bar, tau, w
from theory.trial import Inconsistent, Judgement, judge, stands

NAMES = ["C1a", "C1b", "C1c"]


@pytest.fixture(scope="module")
def judgements() -> dict[str, Judgement]:
    return {name: judge(trial.CLAIMS[name]) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_bounded_saturation_is_missing(judgements: dict[str, Judgement], name: str) -> None:
    judgement = judgements[name]
    assert judgement.verdict == "conditional"
    assert judgement.summary.startswith("conditional: an assumption is missing: the weights stay inside the range")
    assert len(judgement.counterexamples) == 3
    assert stands(judgement)


@pytest.mark.parametrize(
    ("name", "gain"),
    [
        ("C1a", lambda x: 1 - x),
        ("C1b", lambda x: (1 - x) ** 2),
        ("C1c", lambda x: 0 if x == 1 else (e - e ** float(x)) / (e - 1)),
    ],
)
def test_the_counterexamples_lie_in_the_range_and_outside_the_bounds(
    judgements: dict[str, Judgement], name: str, gain: object
) -> None:
    for example in judgements[name].counterexamples:
        value = fractions(example)
        position = value["weights"] / value["tau"]
        assert abs(position) <= 1
        assert callable(gain)
        assert not value["class_q_min"] <= gain(position) <= value["class_q_max"]


@pytest.mark.parametrize("name", NAMES)
def test_the_bounds_are_attained_so_that_no_better_ones_are_accepted(name: str) -> None:
    repair = trial.CLAIMS[name].repair
    assert repair is not None
    (product,) = repair.statement.rhs_terms
    for end in (1, -1):
        at_end = product.xreplace({s_bar: Rational(1, 2), tau: Integer(1), w: end * Rational(1, 2), gamma: Integer(2)})
        assert at_end == 0
    shifted = replace(repair.statement, rhs_terms=(product - s_bar * (1 - s_bar) / 1000,))
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(trial.CLAIMS[name], repair=replace(repair, statement=shifted)))


def test_halves_of_the_repair_are_refused() -> None:
    repair = trial.CLAIMS["C1a"].repair
    assert repair is not None
    assert half_is_refused(trial.CLAIMS["C1a"], repair.statement)


def test_saturation_short_of_one_is_needed_for_the_repair() -> None:
    """With |w| ≤ τ alone, counterexamples remain."""
    claim = trial.CLAIMS["C1a"]
    assert claim.repair is not None
    weaker = replace(claim.repair.missing[0], expr=Rational(9, 10) - w**2 / tau**2)
    with pytest.raises(Inconsistent, match="counterexamples remain"):
        judge(replace(claim, repair=replace(claim.repair, missing=(weaker,))))


def test_a_gain_that_is_bounded_below_is_no_counterexample() -> None:
    """With the fault mended (1 − w/2τ is at least 1/2 in the range) the search comes back empty."""
    mended = shared.between(shared.q_low, 1 - w / (2 * tau), shared.q_high)
    assert judge(replace(trial.CLAIMS["C1a"], rhs=mended, family={}, repair=None)).counterexamples == ()


def test_the_shapes_on_trial_are_those_of_the_devices() -> None:
    """q₊ falls from its value at −τ to zero at τ, and is one at zero."""
    for name, gain in (
        ("C1b", (1 - w / tau) ** gamma),
        ("C1c", (exp(gamma) - exp(gamma * w / tau)) / (exp(gamma) - 1)),
    ):
        claim = trial.CLAIMS[name]
        assert claim.rhs == shared.between(shared.q_low, gain, shared.q_high)
        assert gain.xreplace({w: Integer(0)}) == 1
