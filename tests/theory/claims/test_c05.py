"""C5: true as printed, with a certificate for all coordinates, and tight."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from sympy import Abs, Rational

from theory import trial
from theory.claims import c05_cross_term as c05
from theory.kernel import axioms_of
from theory.operators import Total
from theory.trial import Inconsistent, Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C5"])


def slack(u: list[Fraction], v: list[Fraction], q: list[Fraction]) -> Fraction:
    """⟨U, V⊙Q⟩ − C₊⟨U,V⟩ + C₋⟨|U|,|V|⟩, from its definition."""
    plus, minus = (max(q) + min(q)) / 2, (max(q) - min(q)) / 2
    terms = zip(u, v, q, strict=True)
    return sum((a * b * c - plus * a * b + minus * abs(a) * abs(b) for a, b, c in terms), Fraction(0))


def test_it_is_proved_by_the_kernel_alone(judgement: Judgement) -> None:
    assert judgement.verdict == "proved"
    assert judgement.certificate is not None
    assert judgement.certificate.expr.has(Total)
    assert not axioms_of(judgement.certificate)
    assert stands(judgement)


def test_it_holds_and_is_attained_in_three_coordinates() -> None:
    values = [Fraction(-3, 2), Fraction(0), Fraction(1)]
    slacks = [slack(list(u), list(v), [Fraction(1, 3), Fraction(2), Fraction(5, 4)])
              for u in product(values, repeat=3) for v in product(values, repeat=3)]  # fmt: skip
    assert min(slacks) == 0
    assert slack([Fraction(1), Fraction(1)], [Fraction(1), Fraction(-1)], [Fraction(1, 3), Fraction(2)]) == 0


@pytest.mark.parametrize("factor", [Rational(1, 2), Rational(99, 100)])
def test_a_smaller_second_constant_is_refuted(factor: Rational) -> None:
    less = c05.MEAN * c05.u * c05.v - factor * c05.SPREAD * Abs(c05.u) * Abs(c05.v)
    assert judge(replace(c05.CLAIM, lhs=less, proof=None)).verdict == "refuted"


def test_a_certificate_for_half_of_it_is_refused() -> None:
    wrong = replace(c05.PROOF, rhs_terms=(Total(c05.RHS) / 2,))
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(replace(c05.CLAIM, proof=wrong))
