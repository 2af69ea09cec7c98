"""The kernel's rules: what each accepts, and that each misuse is rejected by name."""

from typing import Any

import pytest
from sympy import Abs, Float, I, Integer, Rational, Symbol, expand, oo, sin, sqrt

from theory.assumptions import SATURATION, STEP_SIZE, UNBIASED, UNSATURATED, VARIANCE
from theory.kernel import (
    RULES,
    Assumption,
    Fact,
    MayVanish,
    Rejected,
    assume,
    combine,
    discharge,
    integrate,
    magnitude,
    replay,
    rewrite,
    signed,
    specialise,
    square,
)
from theory.operators import Batch, Draw, Mean, Steps, Total, Window
from theory.run_rules import independence, induction, jensen, orthogonality, shift, telescope
from theory.signs import sign_of
from theory.symbols import (
    B,
    F,
    F_max,
    G,
    K,
    L,
    UnknownSymbol,
    alpha,
    delay,
    f,
    f_first,
    f_last,
    f_next,
    f_star,
    g,
    g_batch,
    h,
    m_min,
    s_bar,
    tau,
    v,
    w,
)

RUN = telescope(f, f_next, f_first, f_last)


def test_a_fact_cannot_be_made_or_changed_from_outside() -> None:
    with pytest.raises(Rejected, match="only be made by a rule"):
        Fact(object(), relation=">=", expr=-Integer(1), assumptions=frozenset())
    with pytest.raises(Rejected, match="cannot be changed"):
        square(g).expr = -Integer(1)


def test_every_rule_is_exercised_here() -> None:
    assert set(RULES) == {
        "assume", "square", "magnitude", "combine", "integrate", "jensen", "shift", "orthogonality", "independence",
        "telescope", "induction", "rewrite", "specialise", "discharge", "power", "positive_power", "exponential",
        "decide", "decide_positive", "semidefinite",
    }  # fmt: skip


def test_square_and_magnitude() -> None:
    assert (square(g - h).relation, square(g - h).expr) == (">=", g**2 - 2 * g * h + h**2)
    assert magnitude(-g).expr == Abs(g) + g


@pytest.mark.parametrize("outside", [Float(0.5) * g, sin(g), I * g, oo * g, g**alpha])
def test_language_is_closed(outside: Any) -> None:
    with pytest.raises(Rejected):
        square(outside)


def test_unknown_symbols_and_lookalikes_are_refused() -> None:
    with pytest.raises(UnknownSymbol, match="unheard_of"):
        square(Symbol("unheard_of", real=True))
    with pytest.raises(UnknownSymbol, match="gradient"):
        square(Symbol("gradient", positive=True))


def test_roots_and_divisions_need_positive_bases() -> None:
    assert signed(sqrt(alpha)).relation == ">"
    with pytest.raises(Rejected, match="not a real number"):
        square(sqrt(h))
    with pytest.raises(MayVanish):
        square(1 / h)
    with pytest.raises(MayVanish):
        square(1 / (1 - s_bar))


@pytest.mark.parametrize(
    ("expr", "sign"),
    [
        (alpha, "positive"), (v, "nonnegative"), (h, None), (Rational(1, 3), "positive"), (Integer(0), "nonnegative"),
        (h**2, "nonnegative"), (h**3, None), (alpha**-2, "positive"), (v**Rational(1, 2), "nonnegative"),
        (v**-1, None), (h**-2, "nonnegative"), (alpha + v, "positive"), (alpha - v, None),
        (alpha * h**2, "nonnegative"), (-alpha, None), (Abs(h), "nonnegative"),
        (Total(v), "nonnegative"), (Total(h), None),
    ],
)  # fmt: skip
def test_sign_of(expr: Any, sign: str | None) -> None:
    assert sign_of(expr) == sign


def test_signed_refuses_unknown_signs() -> None:
    with pytest.raises(Rejected, match="may be negative"):
        signed(1 - s_bar)


def test_combine_accepts_an_exact_identity_and_nothing_near_it() -> None:
    terms = ((alpha, square(g - h)), (v, L))
    assert combine(terms, alpha * (g - h) ** 2 + L * v).relation == ">="
    with pytest.raises(Rejected, match="not an identity"):
        combine(terms, alpha * (g - h) ** 2 + L * v + Rational(1, 10**30))


def test_combine_refuses_multipliers_that_may_be_negative() -> None:
    for weight in (-1, h, alpha - L):
        with pytest.raises(Rejected, match="may be negative"):
            combine(((weight, square(g)),), weight * g**2)


def test_combine_refuses_factors_that_are_not_mathematics() -> None:
    with pytest.raises(Rejected, match="a rule takes"):
        combine((("alpha", square(g)),), alpha * g**2)


def test_combine_takes_any_multiple_of_an_equality() -> None:
    mean = assume(UNBIASED)
    assert combine(((-h, mean),), h**2 - h * Draw(g)).relation == "=="
    assert combine(((-h, mean), (1, square(h))), 2 * h**2 - h * Draw(g)).relation == ">="


def test_strictness_needs_a_strict_fact_with_a_positive_weight() -> None:
    strict = assume(UNSATURATED)
    assert combine(((1 + s_bar, strict), (1, square(h))), 1 - s_bar**2 + h**2).relation == ">"
    assert combine(((v, strict),), v * (1 - s_bar)).relation == ">="


def test_assumptions_travel_with_every_premise() -> None:
    both = combine(((1, assume(STEP_SIZE)), (1, assume(SATURATION))), 1 - alpha * L * F_max + s_bar - Abs(w) / tau)
    assert both.assumptions == {STEP_SIZE, SATURATION}


def test_integrate_pulls_out_exactly_what_does_not_vary() -> None:
    assert integrate(Draw, square(g - h)).expr == Draw(g**2) - 2 * h * Draw(g) + h**2
    assert integrate(Total, assume(VARIANCE)).assumptions == {VARIANCE}


def test_integrate_refuses_what_is_not_an_average_or_a_sum() -> None:
    with pytest.raises(Rejected, match="a rule takes"):
        integrate(Abs, square(g))


def test_averages_are_taken_in_the_order_of_conditioning() -> None:
    with pytest.raises(ValueError, match="average over"):
        integrate(Mean, square(g))
    with pytest.raises(ValueError, match="average over"):
        integrate(Steps, square(h))


def test_telescope_ties_consecutive_objectives() -> None:
    assert RUN.relation == "=="
    assert RUN.expr.has(Steps(Mean(Draw(f_next))))
    assert RUN.expr.has(Steps(Mean(f)))


@pytest.mark.parametrize("wrong", [(f, f_next, f_last, f_first), (f_next, f, f_first, f_last), (f, f_next, f_first, f)])
def test_telescope_rejects_a_wrong_range_of_indices(wrong: tuple[Symbol, ...]) -> None:
    with pytest.raises(Rejected, match="of one sequence"):
        telescope(*wrong)


@pytest.mark.parametrize(
    ("fact", "symbol"),
    [
        (RUN, f), (RUN, f_next), (RUN, f_last), (RUN, K), (jensen(h), delay), (independence(g_batch), B),
        (independence(g_batch), g_batch),
    ],
)  # fmt: skip
def test_a_run_cannot_be_taken_apart(fact: Fact, symbol: Any) -> None:
    with pytest.raises(Rejected, match="run as a whole"):
        specialise(fact, ((symbol, Integer(0)),))


def test_jensen_is_for_squares_over_a_window() -> None:
    fact = jensen(G * h)
    assert fact.relation == ">="
    assert fact.expr == delay * Window(G**2 * h**2) - Window(G * h) ** 2


def test_jensen_of_a_higher_even_power() -> None:
    assert jensen(h, Integer(4)).expr == delay**3 * Window(h**4) - Window(h) ** 4


@pytest.mark.parametrize("exponent", [Rational(1, 2), Integer(3), Integer(1), Integer(-2), alpha])
def test_jensen_rejects_functions_that_are_not_convex(exponent: Any) -> None:
    with pytest.raises(Rejected, match="not convex"):
        jensen(h, exponent)


def test_induction_carries_a_contraction_along_the_run() -> None:
    step = assume(Assumption(name="step", relation=">=", expr=f / 2 - Draw(f_next), text=""))
    start = assume(Assumption(name="start", relation=">=", expr=-f_first, text=""))
    fact = induction(step, start, f)
    assert (fact.relation, fact.expr, fact.assumptions) == (">=", -Mean(f), step.assumptions | start.assumptions)
    with pytest.raises(Rejected, match="induction needs"):
        induction(step, step, f)
    with pytest.raises(Rejected, match="sequence"):
        induction(step, start, h)
    for rate in (-Rational(1, 2), h, v):
        wrong = assume(Assumption(name="step", relation=">=", expr=rate * f - Draw(f_next), text=""))
        with pytest.raises(Rejected, match="constant along the run"):
            induction(wrong, start, f)


def test_shift_needs_a_deterministic_nonnegative_sequence() -> None:
    fact = shift(integrate(Mean, square(h)))
    assert fact.expr == delay * Steps(Mean(h**2)) - Steps(Window(Mean(h**2)))
    with pytest.raises(Rejected, match="averaged over all randomness"):
        shift(square(h))
    with pytest.raises(Rejected, match="averaged over all randomness"):
        shift(integrate(Mean, assume(UNBIASED)))


def test_orthogonality_centres_what_it_is_given() -> None:
    fact = orthogonality(g)
    assert fact.relation == "=="
    assert fact.expr == expand(Mean(Window(g - Draw(g)) ** 2) - Window(Mean(Draw(g**2) - Draw(g) ** 2)))
    assert orthogonality(h).expr == 0  # nothing random is left of what was known before


def test_independence_is_refused_for_draws_that_micro_batches_share() -> None:
    fact = independence(g_batch)
    assert fact.expr.coeff(Draw(Batch(g_batch) ** 2)) == 1
    with pytest.raises(Rejected, match="drawn once for all micro-batches"):
        independence(g * g_batch)
    with pytest.raises(Rejected, match="mixes micro-batches"):
        independence(g_batch * Batch(g_batch))


def test_rewrite_uses_an_equality_and_keeps_its_assumption() -> None:
    fact = rewrite(assume(VARIANCE), assume(UNBIASED), Draw(g))
    assert fact.expr == h**2 + v - Draw(g**2)
    assert fact.assumptions == {VARIANCE, UNBIASED}


def test_rewrite_refuses_what_defines_nothing() -> None:
    with pytest.raises(Rejected, match="does not define"):
        rewrite(square(h), assume(VARIANCE), h)
    with pytest.raises(Rejected, match="does not define"):
        rewrite(square(h), assume(UNBIASED), w)


def test_specialise_keeps_signs_and_axes() -> None:
    fact = assume(STEP_SIZE)
    assert specialise(fact, ((alpha, 1 / L),)).expr.subs(L, 3).free_symbols == {F_max}
    with pytest.raises(Rejected, match="the sign of"):
        specialise(fact, ((alpha, -L),))
    with pytest.raises(Rejected, match="varies with more"):
        specialise(integrate(Total, square(alpha * h)), ((alpha, F),))
    with pytest.raises(Rejected, match="varies with more"):
        specialise(assume(UNBIASED), ((h, g),))
    with pytest.raises(Rejected, match="varies with more"):
        specialise(jensen(alpha * h), ((alpha, F),))


def test_specialise_holds_index_by_index_where_nothing_is_summed() -> None:
    assert specialise(square(f_star), ((f_star, g),)).expr == g**2


def test_specialise_takes_the_instance_of_every_assumption() -> None:
    (assumption,) = specialise(assume(STEP_SIZE), ((alpha, 1 / L),)).assumptions
    assert (assumption.name, assumption.expr) == ("S step", 1 - F_max)


def test_a_sign_proof_brings_its_assumption_along() -> None:
    positive = combine(((1 + s_bar, assume(UNSATURATED)),), 1 - s_bar**2)
    fact = specialise(signed(1 / m_min), ((m_min, 1 - s_bar**2),), (positive,))
    assert fact.assumptions == {UNSATURATED}
    with pytest.raises(Rejected, match="the sign of"):
        specialise(signed(1 / m_min), ((m_min, 1 - s_bar**2),), (square(s_bar),))


def test_discharge_needs_a_proof_of_that_assumption() -> None:
    fact, trivial = assume(SATURATION), Assumption(name="t", relation=">=", expr=v, text="σ² ≥ 0")
    both = combine(((1, fact), (1, assume(trivial))), fact.expr + v)
    assert discharge(both, trivial, signed(v)).assumptions == {SATURATION}
    with pytest.raises(Rejected, match="does not prove"):
        discharge(both, SATURATION, signed(v))
    with pytest.raises(Rejected, match="is not an assumption"):
        discharge(fact, trivial, signed(v))


def test_discharge_of_a_strict_assumption_needs_a_strict_proof() -> None:
    strict = Assumption(name="t", relation=">", expr=v, text="σ² > 0")
    with pytest.raises(Rejected, match="does not prove"):
        discharge(assume(strict), strict, signed(v))


def test_replay_derives_the_same_fact_and_trusts_no_stored_conclusion() -> None:
    fact = rewrite(assume(VARIANCE), assume(UNBIASED), Draw(g))
    again = replay(fact)
    assert again is not fact
    assert (again.expr, again.relation, again.assumptions) == (fact.expr, fact.relation, fact.assumptions)
    object.__setattr__(fact, "expr", -(h**2))  # what only deliberate tampering can do
    assert replay(fact).expr == again.expr


def test_real_quantities_square_their_magnitudes() -> None:
    assert square(G).expr == square(Abs(G)).expr
