"""C20: gradient descent on a weak device, run step by step in fractions, against what was printed."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Rational

from theory import trial
from theory.claims import c20_noiseless as c20
from theory.symbols import K
from theory.trial import Inconsistent, Judgement, judge


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C20"])


def run(step: Fraction, weak: Fraction, updates: int, sign: int) -> tuple[Fraction, Fraction]:
    """L = 1. The average of (F h + sign·G|h|)² + (F²−G²)h² along a run on the slope, and Δ."""
    small, large = weak, 2 - weak  # gains
    weight, metric = Fraction(0), Fraction(0)
    symmetric, asymmetric = (large + small) / 2, (small - large) / 2
    for _ in range(updates):
        slope = Fraction(1)  # the run is still on the slope: the weight is above −αεK
        assert weight > -step * weak * updates
        metric += (symmetric * slope + sign * asymmetric * abs(slope)) ** 2 + small * large * slope**2
        weight -= step * (symmetric * slope + asymmetric * abs(slope))
    level = Fraction(1, 2)  # from slope 1 to slope 0 with curvature 1
    return metric / updates, -weight + level


def test_the_claim_is_a_misprint(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.summary.startswith("proved after repair: a misprint: plus in the place of minus")
    assert judgement.refutation


def test_the_counterexamples_violate_what_was_printed(judgement: Judgement) -> None:
    for example in judgement.counterexamples:
        names = {symbol: Fraction(int(n.p), int(n.q)) for symbol, n in example.numbers.items()}
        updates, step = min(int(names[K]), 2000), names[c20.step]
        metric, gap = run(step, names[c20.weak], updates, sign=-1)
        if updates == names[K]:
            assert gap == names[c20.gap]
            assert metric > names[c20.C] * gap / updates


def test_with_plus_the_same_runs_keep_to_the_bound() -> None:
    """2ε ≤ 8LΔ/K, and as sharp as that allows: Δ ≥ αεK with αL = 1/2."""
    for weak in (Fraction(1), Fraction(1, 10), Fraction(1, 1000)):
        metric, gap = run(Fraction(1, 2), weak, 1000, sign=1)
        assert metric == 2 * weak
        assert metric <= 8 * gap / 1000


def test_a_family_with_gains_that_are_not_weak_is_no_refutation() -> None:
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(replace(c20.CLAIM, family={**c20.CLAIM.family, c20.weak: Rational(1)}))


def test_a_repair_with_half_the_constant_is_refused() -> None:
    assert c20.CLAIM.repair is not None
    statement = c20.CLAIM.repair.statement
    halved = replace(statement, rhs_terms=tuple(term / 2 for term in statement.rhs_terms))
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c20.CLAIM, repair=replace(c20.CLAIM.repair, statement=halved)))
