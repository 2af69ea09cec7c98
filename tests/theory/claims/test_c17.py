"""C17: the residual's error costs γ, not 1/γ; in fractions."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c17_transfer as c17
from theory.kernel import Assumption
from theory.trial import Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C17"])


def sides(value: dict[str, Fraction]) -> tuple[Fraction, Fraction]:
    """‖W⁺−W⋆‖² after the transfer and what Lemma 6 allows, for W⋆ = 0, F_max = 1."""
    beta, gamma, target, residual, symmetric, asymmetric = (
        value[f"transfer_{name}"] for name in ("share", "mixture", "target", "residual", "symmetric", "asymmetric")
    )
    weight = -gamma * target
    after = weight + beta * (residual * symmetric - abs(residual) * asymmetric)
    product, error = symmetric**2 - asymmetric**2, (residual - target) ** 2
    metric = (target * symmetric - abs(target) * asymmetric) ** 2
    bound = weight**2 - beta / (2 * gamma) * product * weight**2 - beta * gamma / 2 * metric
    return after**2, bound + 2 * beta / gamma * error / product + 2 * beta**2 * error


def test_the_claim_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert stands(judgement)


def test_the_counterexample_violates_what_was_printed(judgement: Judgement) -> None:
    (example,) = judgement.counterexamples
    value = fractions(example)
    assert value["transfer_share"] <= value["transfer_mixture"] / 2
    assert value["transfer_symmetric"] <= 1
    assert value["transfer_symmetric"] > abs(value["transfer_asymmetric"])
    after, bound = sides(value)
    assert after > bound


def test_with_the_right_costs_none_is_found() -> None:
    gain = (c17.symmetric + abs(c17.asymmetric)) ** 2
    mended = replace(
        c17.CLAIM,
        rhs=c17.CLAIM.rhs
        + c17.ERROR
        * (2 * c17.rate * (c17.mixture * gain - 1 / c17.mixture) / c17.PRODUCT + 2 * c17.rate**2 * (gain - 1)),
        assumptions=(
            *c17.CLAIM.assumptions,
            Assumption(name="half", relation=">=", expr=c17.mixture / 4 - c17.rate, text="β ≤ γ/(4F_max)"),
        ),
        instance="one weight",
        repair=None,
    )
    judgement = judge(mended)
    assert judgement.verdict == "undecided"
    assert not judgement.counterexamples


def test_half_the_repaired_bound_is_refused() -> None:
    assert c17.CLAIM.repair is not None
    assert half_is_refused(c17.CLAIM, c17.CLAIM.repair.statement)
