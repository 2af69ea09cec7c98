"""C18: two weights of different gain, whose error grows at every step size; in fractions."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Rational

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c18_contraction as c18
from theory.trial import Inconsistent, Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C18"])


def after(error: tuple[Fraction, Fraction], turn: Fraction, curvatures: tuple[Fraction, Fraction],
          gains: tuple[Fraction, Fraction], step: Fraction) -> Fraction:  # fmt: skip
    """‖P⁺−P⋆‖² after one step without noise, with the Hessian multiplied out from its axes."""
    cosine, sine = (1 - turn**2) / (1 + turn**2), 2 * turn / (1 + turn**2)
    axes = ((cosine, sine), (-sine, cosine))
    along = [low * (axis[0] * error[0] + axis[1] * error[1]) for low, axis in zip(curvatures, axes, strict=True)]
    slopes = [sum(size * axis[d] for size, axis in zip(along, axes, strict=True)) for d in (0, 1)]
    return sum(
        ((x - step * gain * slope) ** 2 for x, gain, slope in zip(error, gains, slopes, strict=True)), Fraction(0)
    )


def test_the_claim_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.refutation
    assert stands(judgement)


def test_the_counterexamples_violate_what_was_printed(judgement: Judgement) -> None:
    for example in judgement.counterexamples:
        value = {name.removeprefix("contraction_"): number for name, number in fractions(example).items()}
        error = (value["first"], value["second"])
        low, high, size = value["low"], value["high"], error[0] ** 2 + error[1] ** 2
        reached = after(error, value["turn"], (low, high), (Fraction(1), value["weak"]), value["step"])
        assert value["step"] <= value["largest"]
        assert reached > (1 - value["step"] * low * high / (4 * (low + high))) * size


@pytest.mark.parametrize("step", [Fraction(1, 10), Fraction(1, 1000), Fraction(1, 10**9)])
def test_in_the_family_the_error_grows_so_that_no_rate_would_do(step: Fraction) -> None:
    error = (Fraction(1), Fraction(10))
    turned = (Fraction(1, 3), (Fraction(1), Fraction(9)))
    assert after(error, *turned, (Fraction(1), Fraction(1, 100)), step) > 101
    assert after(error, *turned, (Fraction(1), Fraction(1)), step) < 101


def test_equal_gains_are_no_refutation() -> None:
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(replace(c18.CLAIM, family={**c18.CLAIM.family, c18.weak: Rational(1)}))


def test_half_the_repaired_bound_is_refused() -> None:
    assert c18.CLAIM.repair is not None
    assert half_is_refused(c18.CLAIM, c18.CLAIM.repair.statement)
