"""C8: the sign in the closed form."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.theory.claims.exactly import fractions
from theory import trial
from theory.claims import c08_closed_form as c08
from theory.trial import Inconsistent, Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C8"])


def penalised(weight: Fraction, value: dict[str, Fraction]) -> Fraction:
    """f''(w − W⋆)²/2 + R'Σ(w − W⋄)²/2."""
    distances = (weight - value["closed_optimum"], weight - value["closed_centre"])
    return (value["closed_curvature"] * distances[0] ** 2 + value["closed_stiffness"] * distances[1] ** 2) / 2


def test_the_sign_is_a_misprint(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.summary == "proved after repair: a misprint: plus in the place of both minus signs"
    assert stands(judgement)


def test_at_the_counterexample_the_printed_point_is_worse_than_the_meant_one(judgement: Judgement) -> None:
    (example,) = judgement.counterexamples
    value = fractions(example)
    curvature, stiffness = value["closed_curvature"], value["closed_stiffness"]
    parts = (curvature * value["closed_optimum"], stiffness * value["closed_centre"])
    printed = (parts[0] - parts[1]) / (curvature - stiffness)
    meant = (parts[0] + parts[1]) / (curvature + stiffness)
    assert printed == value["closed_printed"]
    assert penalised(printed, value) > penalised(meant, value)
    assert all(penalised(meant + step, value) > penalised(meant, value) for step in (Fraction(1, 9), -Fraction(1, 9)))


def test_the_mended_form_has_no_counterexample() -> None:
    mended = replace(c08.CLAIM, definitions=((c08.printed, c08.MEANT),), repair=None)
    assert judge(mended).counterexamples == ()


@pytest.mark.parametrize("weight", [c08.MEANT / 2, c08.CLAIM.definitions[0][1]])
def test_another_point_is_refused(weight: object) -> None:
    assert c08.CLAIM.repair is not None
    wrong = replace(c08.REPAIRED, rhs_terms=(c08.slope(weight),))
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c08.CLAIM, repair=replace(c08.CLAIM.repair, statement=wrong)))
