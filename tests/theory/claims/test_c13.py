"""C13: what was printed fails for two steps, by arithmetic that shares nothing with the trial."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Min, Rational

from theory import trial
from theory.claims import c13_weighted_sum as c13
from theory.trial import Inconsistent, Judgement, judge


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C13"])


def printed(phi: list[Fraction], a: list[Fraction], b: list[Fraction], m: list[Fraction]) -> bool:
    """Whether the premise holds, and the conclusion does not."""
    steps = range(len(a))
    premise = all(a[k] * m[k] <= phi[k] - phi[k + 1] + b[k] and 0 < m[k] <= 1 for k in steps) and min(phi + a + b) >= 0
    return premise and sum(a) > phi[0] / min(m) + sum(b[k] / m[k] for k in steps)


def test_the_claim_is_repaired(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.summary.startswith("proved after repair: an error: Σ b_k/min m")


def test_the_counterexample_violates_what_was_printed(judgement: Judgement) -> None:
    (example,) = judgement.counterexamples
    value = {symbol: Fraction(int(number.p), int(number.q)) for symbol, number in example.numbers.items()}
    assert printed(*([value[symbol] for symbol in row] for row in (c13.PHI, c13.GAIN, c13.COST, c13.WEIGHT)))


def test_so_does_one_found_by_hand() -> None:
    """What the heavy step lets in, the light one releases: 6 > 4."""
    assert printed([Fraction(1), Fraction(3), Fraction(0)], [Fraction(0), Fraction(6)], [Fraction(2), Fraction(0)],
                   [Fraction(1), Fraction(1, 2)])  # fmt: skip


def test_the_repaired_sum_has_no_counterexample_and_its_half_has() -> None:
    mended = c13.PHI[0] / Min(*c13.WEIGHT) + (c13.COST[0] + c13.COST[1]) / Min(*c13.WEIGHT)
    assert judge(replace(c13.CLAIM, rhs=mended, repair=None)).verdict == "undecided"
    assert judge(replace(c13.CLAIM, rhs=mended / 2, repair=None)).verdict == "refuted"


def test_a_repair_with_half_the_constant_is_refused() -> None:
    first, second = c13.REPAIRED.rhs_terms
    halved = replace(c13.REPAIRED, rhs_terms=(first, second * Rational(1, 2)))
    assert c13.CLAIM.repair is not None
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c13.CLAIM, repair=replace(c13.CLAIM.repair, statement=halved)))
