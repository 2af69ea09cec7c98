"""C9: the published one-step descent holds, and its constants are not idle."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from sympy import Rational

from theory import trial
from theory.claims import c09_descent as c09
from theory.trial import Inconsistent, Judgement, judge


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C9"])


def slack(
    step: Fraction, gains: tuple[Fraction, Fraction], slope: Fraction, noise: tuple[Fraction, Fraction]
) -> Fraction:
    """L = F_max = 1, gains (q₊, q₋) of mean at most 1: right side minus left side, term by term as printed."""
    up, down = noise
    symmetric, asymmetric = (gains[0] + gains[1]) / 2, (gains[1] - gains[0]) / 2
    outcomes = ((slope + up, down / (up + down)), (slope - down, up / (up + down)))
    moves = [(-step * (symmetric * g + asymmetric * abs(g)), chance) for g, chance in outcomes]
    left = sum((chance * (slope * move + move**2 / 2) for move, chance in moves), Fraction(0))
    variance = up * down
    noiseless = symmetric * slope + asymmetric * abs(slope)
    right = -step / 2 * gains[0] * gains[1] * slope**2 + step**2 * variance
    return right + step * variance * asymmetric**2 / symmetric - step / 8 * noiseless**2 - left


def test_the_claim_is_proved(judgement: Judgement) -> None:
    assert judgement.verdict == "proved"
    assert judgement.certificate is not None
    assert not judgement.counterexamples


def test_a_grid_of_instances_agrees() -> None:
    steps = (Fraction(1, 4), Fraction(1, 10))
    gains = [(q, 2 * f - q) for f in (Fraction(1), Fraction(1, 2)) for q in (Fraction(1, 100), f / 2, f)]
    noises = [(Fraction(a), Fraction(b, 10)) for a, b in product((1, 5), (1, 10, 30))]
    slopes = [Fraction(n, 4) for n in range(-12, 13)]
    assert all(slack(*point) >= 0 for point in product(steps, gains, slopes, noises))


def test_both_sides_are_those_of_the_trial() -> None:
    numbers = {c09.step: Rational(1, 5), c09.symmetric: Rational(3, 4), c09.asymmetric: Rational(-1, 4),
               c09.slope: Rational(2, 3), c09.up: Rational(3), c09.down: Rational(1, 2)}  # fmt: skip
    there = trial.value_of(c09.CLAIM.rhs - c09.CLAIM.lhs, numbers)
    here = slack(Fraction(1, 5), (Fraction(1), Fraction(1, 2)), Fraction(2, 3), (Fraction(3), Fraction(1, 2)))
    assert Fraction(int(there.p), int(there.q)) == here


def test_half_of_the_drift_is_too_little(judgement: Judgement) -> None:
    drift = c09.step * c09.up * c09.down * c09.asymmetric**2 / c09.symmetric
    halved = replace(c09.CLAIM, rhs=c09.CLAIM.rhs - drift / 2, proof=None)
    assert judge(halved).verdict == "refuted"
    with pytest.raises(Inconsistent, match="certificate and a counterexample"):
        judge(replace(halved, proof=c09.STATEMENT))


def test_a_proof_of_half_the_noise_is_refused() -> None:
    wrong = replace(c09.STATEMENT, rhs_terms=(*c09.TERMS[:2], c09.TERMS[2] / 2, *c09.TERMS[3:]))
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c09.CLAIM, proof=wrong))
