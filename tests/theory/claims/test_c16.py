"""C16: a step of the mixed weights contains γ; on f = w²/2, in fractions."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Rational

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c16_residual_descent as c16
from theory.kernel import Assumption
from theory.trial import Inconsistent, Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C16"])


def change(value: dict[str, Fraction]) -> Fraction:
    """f(W̄⁺) − f(W̄) on f = w²/2, where W̄ = h, of one step without noise."""
    slope = value["residual_descent_slope"]
    response = value["residual_descent_symmetric"] * slope + value["residual_descent_asymmetric"] * abs(slope)
    residual_move = -value["residual_descent_step"] * response
    after = slope + value["residual_descent_move"] + value["residual_descent_mixture"] * residual_move
    return (after**2 - slope**2) / 2


def printed(value: dict[str, Fraction]) -> Fraction:
    """What Lemma 5 allows, with L = F_max = 1 and σ = 0."""
    step, slope, move = (value[f"residual_descent_{name}"] for name in ("step", "slope", "move"))
    symmetric, asymmetric = value["residual_descent_symmetric"], value["residual_descent_asymmetric"]
    product = symmetric**2 - asymmetric**2
    metric = (symmetric * slope + asymmetric * abs(slope)) ** 2
    descent = -step / 4 * product * slope**2 - step * value["residual_descent_mixture"] / 8 * metric
    return descent + move**2 / (step * product) + move**2


def test_the_claim_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.refutation
    assert stands(judgement)


def test_the_counterexamples_violate_what_was_printed(judgement: Judgement) -> None:
    assert len(judgement.counterexamples) == 2
    for example in judgement.counterexamples:
        value = fractions(example)
        assert 0 < value["residual_descent_step"] <= value["residual_descent_largest"]
        assert value["residual_descent_mixture"] <= 1
        assert change(value) > printed(value)


def test_a_mixture_of_one_is_no_refutation() -> None:
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(replace(c16.CLAIM, family={**c16.CLAIM.family, c16.mixture: Rational(1)}))


def test_with_the_mixture_in_its_place_none_is_found() -> None:
    step = c16.step * c16.mixture
    mended = replace(
        c16.CLAIM,
        rhs=-step / 4 * c16.PRODUCT * c16.slope**2
        - step / 8 * c16.RESPONSE**2
        + c16.move**2 / (step * c16.PRODUCT)
        + c16.move**2,
        assumptions=(
            *c16.CLAIM.assumptions,
            Assumption(name="step", relation=">=", expr=1 - 8 * step, text="αγ ≤ 1/(8LF_max)"),
        ),
        family={},
        repair=None,
    )
    judgement = judge(mended)
    assert judgement.verdict == "undecided"
    assert not judgement.counterexamples


def test_half_the_repaired_bound_is_refused() -> None:
    assert c16.CLAIM.repair is not None
    assert half_is_refused(c16.CLAIM, c16.CLAIM.repair.statement)
