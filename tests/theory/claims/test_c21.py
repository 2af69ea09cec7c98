"""C21: where noisy reads let the array rest; in fractions."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c21_noisy_reads as c21
from theory.trial import Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C21"])


def transfer(weight: Fraction, minimiser: Fraction, mixture: Fraction, size: Fraction) -> Fraction:
    """E[(P⋆+ε)F − |P⋆+ε|G] over the two reads, for F = 1, G = w."""
    target = (minimiser - weight) / mixture
    reads = (target + size, target - size)
    return sum((read - abs(read) * weight for read in reads), Fraction(0)) / 2


def printed(weight: Fraction, minimiser: Fraction, mixture: Fraction, size: Fraction) -> Fraction:
    """‖P⋆‖² + ⟨E|ε|, R_c⟩."""
    return ((minimiser - weight) / mixture) ** 2 + size * weight**2 / 2


def test_the_claim_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert stands(judgement)


def test_the_counterexample_minimises_the_printed_sum_and_does_not_rest(judgement: Judgement) -> None:
    (example,) = judgement.counterexamples
    value = {name.removeprefix("reads_"): number for name, number in fractions(example).items()}
    given = (value["minimiser"], value["mixture"], value["size"])
    around = [printed(value["weight"] + Fraction(shift, 1000), *given) for shift in (-1, 0, 1)]
    assert min(around) == around[1]
    assert transfer(value["weight"], *given) != 0


def test_the_repaired_sum_is_minimal_where_the_array_rests() -> None:
    """τ = γ = |ε| = 1, W⋆ = 1/2: rest at 1/4."""
    given = (Fraction(1, 2), Fraction(1), Fraction(1))

    def repaired(weight: Fraction) -> Fraction:
        return printed(weight, *given) - given[1] / 2 * ((given[0] - weight) / given[1]) ** 2

    assert transfer(Fraction(1, 4), *given) == 0
    around = [repaired(Fraction(1, 4) + Fraction(shift, 1000)) for shift in (-1, 0, 1)]
    assert min(around) == around[1]


def test_at_the_weight_where_the_array_rests_none_is_found() -> None:
    rest = c21.minimiser / (1 + c21.mixture * c21.size)
    mended = replace(
        c21.CLAIM, definitions=((c21.weight, rest), c21.CLAIM.definitions[1]), instance="the linear device", repair=None
    )
    judgement = judge(mended)
    assert judgement.verdict == "undecided"
    assert not judgement.counterexamples


def test_half_the_repaired_bound_is_refused() -> None:
    assert half_is_refused(c21.CLAIM, c21.REPAIRED)
