"""Attempts to derive a falsehood with the public rules. Each was once, or nearly, successful; all must be rejected."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from sympy import Abs, Expr, I, Integer, Symbol, sqrt

import theory
from theory.averages import drift_variance
from theory.kernel import (
    Assumption,
    Fact,
    Rejected,
    assume,
    combine,
    discharge,
    integrate,
    rewrite,
    signed,
    specialise,
    square,
)
from theory.operators import Draw, Linear, Mean, Steps, Total, Window
from theory.run_rules import independence, jensen, telescope
from theory.sign_rules import decide
from theory.symbols import (
    PER_STEP,
    STATIC,
    F,
    G,
    define,
    delay,
    f,
    f_first,
    f_last,
    f_next,
    g,
    h,
    offset,
    q_bar,
    sequence,
    v,
    w,
)
from theory.theorems._potential import V, V_first, V_last, V_next

ONE, ZERO = Integer(1), Integer(0)
RUN = telescope(f, f_next, f_first, f_last)
RISE = telescope(V, V_next, V_first, V_last)
LIKE_OPERATOR = define("#1", "x", "x", "a quantity called like z3's unknown for an average")
COIN = define("attack_coin", "x", "x", "drawn anew at every update, by one law", axes=frozenset({"draw"}))
OTHER_BATCH = define("attack_batch", "x", "x", "of one micro-batch", axes=PER_STEP | {"draw", "microbatch"})


def assuming(expr: Expr, relation: Any = "==", name: str = "c") -> Fact:
    return assume(Assumption(name=name, relation=relation, expr=expr, text=""))


def dropped(fact: Fact, name: str) -> Fact:
    """Discharge an assumption that an instance has turned into 0 = 0 or 0 ≥ 0."""
    return discharge(fact, next(a for a in fact.assumptions if a.name == name), combine((), ZERO))


def equality_times_its_inverse() -> Fact:
    return combine(((RUN, -1 / RUN.expr),), -ONE)


def factors_that_cannot_both_be_divided_by() -> Fact:
    fact = assuming(h * (h - 1))
    return combine(((fact, 1 / (h - 1), -ONE), (fact, 1 / h)), -ONE)


def even_power_of_a_complex_number() -> Fact:
    return combine((((1 + I) ** 4,),), Integer(-4))


def even_power_of_the_root_of_a_real() -> Fact:
    return combine((((1 + sqrt(h)) ** 2,), ((1 - sqrt(h)) ** 2,)), 2 + 2 * h)


def weight_that_divides_by_zero_and_cancels() -> Fact:
    return combine(((assuming(h**2 * w, ">="), (h + 1 / h) ** 2),), w * (1 + h**2) ** 2)


def complex_instance() -> Fact:
    return specialise(signed(Total(v)), ((v, (1 + I) ** 4),))


def ill_defined_instance_that_erases_an_assumption() -> Fact:
    first, second = assuming(G * h - w, name="a"), assuming(h, name="b")
    fact = specialise(combine(((second, G), (first, -ONE)), w), ((G, w / h),))
    return dropped(specialise(dropped(fact, "a"), ((h, ZERO),)), "b")


def division_licensed_by_an_assumption_that_is_renamed_away() -> Fact:
    licences = ((assuming(h, ">", "p"), ZERO), (assuming(w, ">", "q"), ZERO))
    squares = G**2 + (1 / h + 1) ** 2 + (1 / w + 1) ** 2
    fact = combine(((square(G),), ((1 / h + 1) ** 2,), ((1 / w + 1) ** 2,), *licences), squares)
    return specialise(fact, ((h, w), (G, 1 / h)))


def abbreviation_that_hides_from_substitution() -> Fact:
    fact = specialise(assuming(w - G), ((w, F + Abs(G)), (G, q_bar)))
    fact = dropped(specialise(fact, ((q_bar, ONE),)), "c")
    return specialise(fact, ((G, ZERO), (F, Integer(2))))


class Negation(Linear):
    """A 'functional' of the attacker's own."""

    axis, rank, glyph, tex = "draw", 9, "N", "N"

    @classmethod
    def eval(cls, body: Expr) -> Expr:
        return -body


def operator_of_ones_own() -> Fact:
    return integrate(Negation, signed(ONE))


def iterator_that_is_empty_the_second_time() -> Fact:
    return combine(iter([(assuming(h, ">="),)]), h)


def list_that_can_be_changed_later() -> Fact:
    return combine([(signed(ONE),)], ONE)


def signs_from_an_iterator() -> Fact:
    return specialise(signed(F), ((F, h),), iter([assuming(h, ">")]))


def unknown_relation() -> Fact:
    return combine(((assuming(-ONE, "<="),),), -ONE)


@dataclass(frozen=True, kw_only=True)
class Forgetful(Assumption):
    """An assumption that forgets itself when it is instantiated."""

    def instantiate(self, mapping: Any) -> Assumption:
        return replace(self, expr=ZERO)


def assumption_of_ones_own() -> Fact:
    return specialise(assume(Forgetful(name="c", relation=">=", expr=h, text="")), ((h, -ONE),))


def window_without_updates() -> Fact:
    """δ = 0 is no contradiction: then windows are empty, and Σ_j 1 = 0."""
    empty = rewrite(jensen(ONE), assuming(delay), delay)
    return combine(((empty, 1 / Window(ONE) ** 2),), -ONE)


def symbol_called_like_an_average() -> Fact:
    return decide((), Draw(g) - LIKE_OPERATOR + 0 * h)


def micro_batches_that_share_their_draw() -> Fact:
    return specialise(independence(OTHER_BATCH), ((OTHER_BATCH, f_next),))


def factor_that_telescoping_took_for_constant() -> Fact:
    """V' − V = c(f' − f) gives V_K − V_0 = c(f_K − f_0) for a constant c, without a sum left in sight."""
    added = integrate(Steps, integrate(Mean, integrate(Draw, assuming(V_next - V - offset * (f_next - f)))))
    whole = V_last - V_first - offset * (f_last - f_first)
    return specialise(combine(((added,), (RISE, -ONE), (offset, RUN)), whole.expand()), ((offset, h),))


def past_draws_taken_for_the_current_one() -> Fact:
    """w = Σ_j g_j with g = ±1 is not 0, although E g = 0."""
    thrown = assuming(g - COIN, name="coin")
    moved = integrate(Draw, rewrite(assuming(w - Window(g), name="w"), thrown, g))
    return combine(((moved,), (rewrite(assuming(Draw(g), name="0"), thrown, g), Window(ONE))), w)


ATTACKS: list[Callable[[], Fact]] = [
    equality_times_its_inverse,
    factors_that_cannot_both_be_divided_by,
    even_power_of_a_complex_number,
    even_power_of_the_root_of_a_real,
    weight_that_divides_by_zero_and_cancels,
    complex_instance,
    ill_defined_instance_that_erases_an_assumption,
    division_licensed_by_an_assumption_that_is_renamed_away,
    abbreviation_that_hides_from_substitution,
    operator_of_ones_own,
    iterator_that_is_empty_the_second_time,
    list_that_can_be_changed_later,
    signs_from_an_iterator,
    unknown_relation,
    assumption_of_ones_own,
    window_without_updates,
    symbol_called_like_an_average,
    micro_batches_that_share_their_draw,
    factor_that_telescoping_took_for_constant,
    past_draws_taken_for_the_current_one,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: str(attack.__name__))
def test_the_kernel_rejects(attack: Callable[[], Fact]) -> None:
    with pytest.raises(Rejected):
        attack()


def test_operators_cannot_be_left_unevaluated() -> None:
    with pytest.raises(ValueError, match="average over"):
        square(f_next * Steps(f, evaluate=False))
    with pytest.raises(Rejected, match="outside the kernel's language"):
        square(Total(2 * v, evaluate=False))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"sign": "negative"}, "none of the known ones"),
        ({"axes": frozenset({"coordinates"})}, "none of the known ones"),
        ({"axes": frozenset({"history"})}, "changes from step to step"),
    ],
)
def test_a_row_has_a_known_sign_and_known_axes(fields: dict[str, Any], reason: str) -> None:
    """Any other sign counted as 'not negative', any other axis as 'constant'."""
    with pytest.raises(ValueError, match=reason):
        define("attack_row", "x", "x", "nothing", **fields)


def members(name: str, *, first_sign: Any = "real", **fields: Any) -> tuple[Symbol, Symbol, Symbol, Symbol]:
    now = define(name, "x", "x", "", axes=PER_STEP, **fields)
    following = define(f"next_{name}", "x", "x", "", axes=PER_STEP | {"draw"}, **fields)
    first = define(f"first_{name}", "x", "x", "", **{"sign": first_sign, **fields})
    return now, following, first, define(f"last_{name}", "x", "x", "", **fields)


def test_a_sequence_is_no_hypothesis_in_disguise() -> None:
    """h_{k+1} = g_k would be one, and no statement would list it."""
    start, end = (define(f"attack_{name}", "x", "x", "", axes=STATIC) for name in ("start", "end"))
    with pytest.raises(ValueError, match="must be named x, next_x"):
        sequence(h, g, start, end)
    with pytest.raises(ValueError, match="not abbreviations"):
        sequence(*members("attack_defined", definition=ONE))
    with pytest.raises(ValueError, match="must have one sign"):
        sequence(*members("attack_signed", first_sign="positive"))


def test_a_sequence_may_be_declared_twice_but_not_in_two_ways() -> None:
    sequence(f, f_next, f_first, f_last)
    now, following, first, last = members("attack_free")
    with pytest.raises(ValueError, match="must be named x, next_x"):
        sequence(f, following, f_first, f_last)
    sequence(now, following, first, last)
    assert telescope(now, following, first, last).relation == "=="


def test_facts_have_no_subclasses() -> None:
    with pytest.raises(Rejected, match="no subclasses"):
        type("Forged", (Fact,), {})


def test_a_statement_cannot_redefine_an_abbreviation() -> None:
    with pytest.raises(ValueError, match="only abbreviates"):
        replace(theory.get("T3"), where=((drift_variance, ZERO),))


@pytest.mark.parametrize("undefined", [1 / h, sqrt(h), h**F, I * F])
def test_a_statement_is_about_numbers(undefined: Expr) -> None:
    """x ≤ x + F says nothing where x is no number, although x cancels."""
    statement = replace(
        theory.get("T3"), assumptions=(), lhs=undefined, rhs_terms=(undefined, F), prove=lambda: signed(F)
    )
    assert not statement.verify().accepted
    assert replace(statement, lhs=G, rhs_terms=(G, F)).verify().accepted


def test_a_statement_has_one_of_the_known_kinds() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        replace(theory.get("T3"), kind=cast(Any, "lower"))


def test_premature_averages_fail_verification_instead_of_escaping() -> None:
    verdict = replace(theory.get("T3"), prove=lambda: integrate(Mean, square(g))).verify()
    assert not verdict.accepted
    assert "average over" in verdict.reason
