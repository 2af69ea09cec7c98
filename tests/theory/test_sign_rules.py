"""Rules that decide signs: what they accept, that a falsehood comes back with a counterexample, that unknown fails."""

from typing import Any

import pytest
from sympy import Abs, Integer, Rational, Symbol, exp, sqrt

from theory import sign_rules
from theory.assumptions import SATURATION, UNSATURATED
from theory.function_rules import exponential, positive_power, power
from theory.kernel import Assumption, Fact, NegativeMultiplier, Rejected, assume, combine, replay, signed, square
from theory.operators import Draw
from theory.sign_rules import Undecided, decide, decide_positive, semidefinite
from theory.symbols import F, G, alpha, g, h, s_bar, tau, v, w

UNSATURATED_HERE = combine(((1, assume(UNSATURATED)), (1, assume(SATURATION))), 1 - Abs(w) / tau)


def assuming(expr: Any, relation: Any = ">=") -> Fact:
    return assume(Assumption(name=f"{expr}", relation=relation, expr=expr, text=""))


def test_decide_knows_the_signs_of_the_table_and_the_premises() -> None:
    assert decide((), F**2 + alpha * F - 2 * F * sqrt(alpha * F)).relation == ">="
    fact = decide((assume(UNSATURATED),), 1 - s_bar**2)
    assert fact.assumptions == {UNSATURATED}
    assert decide_positive((assume(UNSATURATED),), 1 - s_bar**2).relation == ">"


def test_decide_rejects_a_falsehood_and_shows_where() -> None:
    with pytest.raises(Rejected, match=r"fails at .*saturation_bound"):
        decide((), 1 - s_bar**2)
    with pytest.raises(Rejected, match="not true everywhere"):
        decide_positive((), v)


def test_decide_treats_averages_as_unknown_numbers() -> None:
    assert decide((assuming(v - Draw(g**2)),), v + 1 - Draw(g**2)).relation == ">="
    with pytest.raises(Rejected, match="not true everywhere"):
        decide((), Draw(g**2) - Draw(g) ** 2)  # true, but not by algebra


def test_decide_handles_magnitudes_roots_and_quotients() -> None:
    assert decide((), Abs(h) * Abs(G) - h * G).relation == ">="
    assert decide((), sqrt(alpha) / alpha - 1 / sqrt(alpha)).relation == ">="
    with pytest.raises(Rejected, match="not true everywhere"):
        decide((), 1 / alpha - 1)


def test_unknown_is_a_rejection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_rules, "BUDGET", 1)
    sign_rules._refuted.cache_clear()
    x, y = h, w
    with pytest.raises(Undecided, match="gave up"):
        decide((), x**6 + y**6 - x**4 * y**2 - x**2 * y**4 + (x * y - G) ** 4 + Rational(1, 7))
    sign_rules._refuted.cache_clear()


def test_what_is_not_algebraic_is_refused() -> None:
    with pytest.raises(Rejected, match="not algebraic"):
        decide((), exp(h))


def test_semidefinite_checks_the_decomposition_exactly() -> None:
    form = F * h**2 + 2 * F * h * G + 2 * F * G**2
    fact = semidefinite(form, (F, F), (h + G, G))
    assert (fact.relation, fact.expr) == (">=", form)
    with pytest.raises(Rejected, match="not the decomposition"):
        semidefinite(form - Rational(1, 10**20) * h**2, (F, F), (h + G, G))


def test_semidefinite_takes_pivots_of_settled_or_proved_sign_only() -> None:
    pivot = combine(((1 + s_bar, assume(UNSATURATED)),), 1 - s_bar**2)
    fact = semidefinite((1 - s_bar**2) * h**2, (pivot,), (h,))
    assert fact.assumptions == {UNSATURATED}
    for wrong in (1 - s_bar**2, Integer(-1)):
        with pytest.raises(NegativeMultiplier, match="may be negative"):
            semidefinite(wrong * h**2, (wrong,), (h,))
    with pytest.raises(Rejected, match="pivot must be"):
        semidefinite(-(h**2), (assuming(h + 1, "=="), square(h)), (h, h))


def test_powers_are_increasing() -> None:
    gamma = alpha  # any positive quantity
    low = combine(((1, assume(UNSATURATED)),), 1 - s_bar)
    gap = combine(((1, assume(SATURATION)), (1 / tau, assuming(Abs(w) - w))), s_bar - w / tau)
    high = combine(((1, low), (1, gap)), 1 - w / tau)
    fact = power(low, high, gap, gamma)
    assert fact.expr == (1 - w / tau) ** gamma - (1 - s_bar) ** gamma
    assert fact.assumptions >= {UNSATURATED, SATURATION}
    assert positive_power(low, -gamma).expr == (1 - s_bar) ** -gamma
    with pytest.raises(Rejected, match="must be positive"):
        power(low, high, gap, -gamma)
    with pytest.raises(Rejected, match="power needs"):
        power(low, high, square(h), gamma)
    with pytest.raises(Rejected, match="power needs"):
        power(gap, high, gap, gamma)
    with pytest.raises(Rejected, match="positive base"):
        positive_power(gap, gamma)


def test_a_power_of_what_may_be_negative_is_outside_the_language() -> None:
    with pytest.raises(Rejected, match="not a real number"):
        square((1 - s_bar) ** alpha)
    with pytest.raises(Rejected, match="not a real number"):
        square(h ** Symbol("step_size", real=True, positive=True))


def test_exponentials_are_increasing() -> None:
    assert exponential(signed(alpha)).expr == exp(alpha) - 1
    assert exponential(signed(alpha)).relation == ">"
    assert exponential(square(h)).relation == ">="
    assert signed(exp(h)).relation == ">"


def test_deciding_facts_replay() -> None:
    fact = decide((assume(UNSATURATED),), 1 - s_bar**2)
    assert replay(fact).expr == fact.expr
