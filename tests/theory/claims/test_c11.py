"""C11: one update of digital SGD with little noise, against the rate that was printed for every K."""

from dataclasses import replace
from fractions import Fraction

import pytest

from theory import trial
from theory.claims import c11_rate as c11
from theory.trial import Inconsistent, Judgement, judge


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C11"])


def run_of_one(slope: Fraction, noise: Fraction, gains: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """Curvature 1, L = 2, w⋆ = 0: both sides for K = 1. The root of Δσ²L is checked, not taken."""
    symmetric, asymmetric = (gains[0] + gains[1]) / 2, (gains[1] - gains[0]) / 2
    smoothness, gap = 2, slope**2 / 2
    root = slope * noise
    assert root**2 == gap * noise**2 * smoothness
    update = symmetric * slope + asymmetric * abs(slope)
    left = update**2 + 4 * gains[0] * gains[1] * slope**2
    return left, 16 * symmetric**2 * root + 8 * symmetric * noise**2 * asymmetric**2 / symmetric


def test_the_claim_needs_long_runs(judgement: Judgement) -> None:
    assert judgement.verdict == "conditional"
    assert "K ≥ 16LΔ/σ²" in judgement.summary


def test_the_counterexample_violates_what_was_printed(judgement: Judgement) -> None:
    (example,) = judgement.counterexamples
    value = {symbol: Fraction(int(number.p), int(number.q)) for symbol, number in example.numbers.items()}
    gains = (value[c11.symmetric] - value[c11.asymmetric], value[c11.symmetric] + value[c11.asymmetric])
    assert min(gains) > 0
    left, right = run_of_one(value[c11.size], value[c11.noise], gains)
    assert left > right
    assert (left, right) == tuple(Fraction(int(side.p), int(side.q)) for side in (example.lhs, example.rhs))


def test_long_runs_keep_to_it() -> None:
    """K = 1 is long enough where σ ≥ 4h."""
    for saturation in range(-9, 10):
        gains = (1 - Fraction(saturation, 10), 1 + Fraction(saturation, 10))
        left, right = run_of_one(Fraction(1), Fraction(4), gains)
        assert left <= right


def test_a_weaker_assumption_leaves_counterexamples() -> None:
    """K ≥ LΔ/(16σ²) is too little."""
    repair = c11.CLAIM.repair
    assert repair is not None
    weak = replace(repair.missing[0], expr=16 * c11.noise**2 - c11.size**2)
    with pytest.raises(Inconsistent, match=r"holds in the counterexample|counterexamples remain"):
        judge(replace(c11.CLAIM, repair=replace(repair, missing=(weak,))))


def test_a_repair_with_half_the_constant_is_refused() -> None:
    repair = c11.CLAIM.repair
    assert repair is not None
    first, second = repair.statement.rhs_terms
    wrong = replace(repair.statement, rhs_terms=(first / 2, second))
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c11.CLAIM, repair=replace(repair, statement=wrong)))
