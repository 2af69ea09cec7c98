"""The trial: every verdict can be reached, each by its evidence alone, and planted evidence is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sympy import Integer, Rational, Symbol, sqrt

from theory import trial
from theory.kernel import Assumption, NegativeMultiplier, combine, square
from theory.symbols import F, G, M, UnknownSymbol, alpha, h, s_bar, v, w
from theory.theorems import t1a_lipschitz
from theory.trial import (
    Inconsistent,
    Published,
    Repair,
    Vacuous,
    confirm,
    describe,
    judge,
    load,
    section,
    settled,
    stands,
)

SATURATED = Assumption(name="range", relation=">=", expr=1 - s_bar, text="s̄ ≤ 1")


def claim(**fields: Any) -> Published:
    return Published(**{"id": "X1", "title": "a title", "source": "a paper", "text": "words", **fields})


FALSE = claim(lhs=F**2 / 2, rhs=M)
TRUE = claim(lhs=2 * F * G, rhs=F**2 + G**2)


def test_a_true_polynomial_statement_is_proved_and_its_certificate_is_a_fact() -> None:
    judgement = judge(TRUE)
    assert judgement.verdict == "proved"
    assert judgement.certificate is not None
    assert judgement.certificate.expr.equals(F**2 + G**2 - 2 * F * G)
    assert "accepted by the kernel (axioms: decide)" in describe(judgement)


def test_a_false_statement_is_refuted_by_simple_rationals() -> None:
    judgement = judge(FALSE)
    (example,) = judgement.counterexamples
    gains = {symbol.name: value for symbol, value in example.numbers.items()}
    assert judgement.verdict == "refuted"
    assert gains["symmetric"] ** 2 / 2 > gains["symmetric"] ** 2 - gains["asymmetric"] ** 2
    assert all(value.q <= 10 for value in gains.values())
    assert "violated at" in describe(judgement)


def test_a_violation_by_a_millionth_is_found() -> None:
    assert judge(claim(lhs=h * (1 - h), rhs=Rational(1, 4) - Rational(1, 10**6))).verdict == "refuted"


def test_an_equality_is_refuted_on_either_side() -> None:
    assert judge(claim(kind="equality", lhs=M, rhs=F**2)).verdict == "refuted"
    assert judge(claim(kind="equality", lhs=M, rhs=(F - G) * (F + G))).verdict == "proved"


def test_exact_arithmetic_decides_whatever_proposed_the_point() -> None:
    numbers = {F: Rational(1), G: Rational(1)}
    found = confirm(FALSE, numbers)
    assert found is not None
    assert (found.lhs, found.rhs) == (Rational(1, 2), 0)
    assert confirm(FALSE, {F: Rational(1), G: Rational(1, 2)}) is None  # the conclusion holds
    assert confirm(FALSE, {F: Rational(-1), G: Rational(1)}) is None  # not of its sign
    assert confirm(replace(FALSE, assumptions=(SMALL,)), numbers) is None  # an assumption fails
    assert confirm(claim(lhs=sqrt(alpha), rhs=Integer(1)), {alpha: Rational(2)}) is None  # not a rational number


SMALL = Assumption(name="half", relation=">=", expr=F / 2 - G, text="G ≤ F/2")
BELOW = Assumption(name="above", relation=">=", expr=F / 2 + G, text="G ≥ −F/2")


def conditional(**changes: Any) -> Published:
    statement = settled(name="X1-repaired", title="", lhs=F**2 / 2, rhs=M, assumptions=(SMALL, BELOW))
    fields = {"fault": "assumption", "change": "|G| ≤ F/2", "effect": "none", "missing": (SMALL, BELOW)}
    return replace(FALSE, repair=Repair(**{**fields, "statement": statement, **changes}))


def test_a_missing_assumption_makes_a_statement_conditional() -> None:
    judgement = judge(conditional())
    assert judgement.verdict == "conditional"
    assert "an assumption that is not stated" in describe(judgement)
    assert judgement.summary == "conditional: an assumption is missing: |G| ≤ F/2"


def test_a_missing_assumption_must_fail_at_the_counterexample() -> None:
    trivial = Assumption(name="trivial", relation=">=", expr=F, text="F ≥ 0")
    with pytest.raises(Inconsistent, match="holds in the counterexample"):
        judge(conditional(missing=(trivial,)))


def test_a_missing_assumption_must_leave_no_counterexample() -> None:
    loose = Assumption(
        name="loose", relation=">=", expr=Rational(9, 10) * F**2 - G**2, text="G² ≤ 9F²/10, F²/2 is needed"
    )
    with pytest.raises(Inconsistent, match="counterexamples remain"):
        judge(conditional(missing=(loose,)))


def test_a_repair_needs_a_certificate() -> None:
    wrong = settled(name="X1-repaired", title="", lhs=F**2, rhs=M)
    with pytest.raises(Inconsistent, match="not accepted"):
        judge(conditional(statement=wrong))


def test_a_misprint_is_proved_after_repair() -> None:
    mended = settled(name="X1-repaired", title="", lhs=M, rhs=F**2)
    repair = Repair(fault="misprint", change="sides exchanged", statement=mended, effect="none")
    judgement = judge(claim(lhs=F**2, rhs=M, repair=repair))
    assert judgement.verdict == "proved after repair"
    assert judgement.counterexamples


def test_what_neither_search_nor_solver_settles_is_undecided() -> None:
    """About processes: no instance can prove it, and none of these violates it."""
    judgement = judge(claim(lhs=2 * F * G, rhs=F**2 + G**2, instance="one update"))
    assert judgement.verdict == "undecided"
    assert "40,000 random instances" in describe(judgement)


def test_a_certificate_for_all_of_it_proves_a_statement_about_processes() -> None:
    gap = square(F - G)
    proof = replace(
        settled(name="X1-proof", title="", lhs=2 * F * G, rhs=F**2 + G**2),
        prove=lambda: combine(((1, gap),), gap.expr),
    )
    assert judge(claim(lhs=2 * F * G, rhs=F**2 + G**2, instance="one update", proof=proof)).verdict == "proved"
    with pytest.raises(Inconsistent, match="a certificate and a counterexample"):
        judge(replace(FALSE, instance="one update", proof=proof))


C = trial.variable("trial_constant", "C", "C", "a constant that is said to exist", sign="positive")


def bounded(**changes: Any) -> Published:
    fields: dict[str, Any] = {
        "lhs": h,
        "rhs": C,
        "instance": "a gradient",
        "constants": {C: (Rational(1), Rational(99))},
    }
    return claim(**{**fields, "family": {h: C + 1}, "ranges": {h: (1.0, 1000.0)}, **changes})


def test_constants_are_refuted_by_a_family_for_every_value() -> None:
    judgement = judge(bounded())
    assert judgement.verdict == "refuted"
    assert len(judgement.counterexamples) == 2
    assert "for every value of C" in describe(judgement)


def test_counterexamples_at_some_constants_refute_nothing() -> None:
    assert judge(bounded(family={})).verdict == "undecided"


@pytest.mark.parametrize("family", [{h: C}, {h: C + 1 - C**2 / 100}])
def test_a_family_must_violate_the_statement_always(family: Any) -> None:
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(bounded(family=family))


def test_a_family_must_satisfy_the_assumptions() -> None:
    limited = Assumption(name="limit", relation=">=", expr=100 - h, text="h ≤ 100")
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(bounded(assumptions=(limited,)))


def test_an_existing_thing_is_excluded_by_a_certificate() -> None:
    exclusion = replace(settled(name="X1-never", title="", lhs=M, rhs=F**2), id="X1-never")
    judgement = judge(claim(lhs=M, rhs=2 * F**2, instance="a device", exclusion=exclusion))
    assert (judgement.verdict, judgement.counterexamples) == ("refuted", ())


def test_a_verdict_stands_on_its_evidence_alone() -> None:
    refuted, proved = judge(FALSE), judge(TRUE)
    assert stands(refuted)
    assert stands(proved)
    assert stands(judge(conditional()))
    assert stands(judge(bounded()))
    assert not stands(replace(refuted, verdict="proved"))
    assert not stands(replace(proved, certificate=None))
    assert not stands(replace(judge(bounded()), refutation=()))
    (example,) = refuted.counterexamples
    assert not stands(replace(refuted, counterexamples=(replace(example, rhs=example.lhs),)))


def test_a_line_through_a_counterexample_shows_where_the_statement_fails() -> None:
    (example,) = judge(FALSE).counterexamples
    symbol, values, gap = section(FALSE, example)
    assert symbol in FALSE.variables
    assert values.shape == gap.shape
    assert (gap < 0).any()
    assert (gap > 0).any()


def test_assumptions_that_cannot_be_met_are_vacuous() -> None:
    with pytest.raises(Vacuous, match="no instance satisfies below"):
        judge(claim(lhs=h, rhs=v, assumptions=(Assumption(name="below", relation=">", expr=-v, text="σ² < 0"),)))


def test_a_thin_domain_is_not_vacuous() -> None:
    thin = Assumption(name="thin", relation="==", expr=h - Rational(1, 3), text="h = 1/3")
    assert judge(claim(lhs=h, rhs=Integer(1), assumptions=(thin,))).verdict == "proved"


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: claim(lhs=Symbol("unheard_of"), rhs=h), UnknownSymbol, "unheard_of"),
        (lambda: claim(lhs=h, rhs=v, kind="lower"), ValueError, "kind must be one of"),
        (lambda: bounded(family={w: C}), ValueError, "family must give every variable"),
        (lambda: claim(lhs=h, rhs=v, ranges={w: (0.0, 1.0)}), ValueError, "are no variables"),
        (lambda: bounded(integers=frozenset({h, C}), family={h: C / 2}), ValueError, "must be an integer"),
        (lambda: conditional(missing=()), ValueError, "missing must name"),
        (lambda: conditional(fault="typo"), ValueError, "fault must be one of"),
        (lambda: combine(((G, t1a_lipschitz.prove()),), G), NegativeMultiplier, "may be negative"),
    ],
)
def test_bad_input_has_its_own_error(build: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        build()


SOURCE = """
from theory.symbols import F, M
from theory.trial import Published

CLAIM = Published(id="mine", title="t", source="a draft", text="M ≤ F²", lhs=M, rhs=F**2)
"""


def test_a_users_file_is_put_on_trial(tmp_path: Path) -> None:
    path = tmp_path / "my_statement.py"
    path.write_text(SOURCE)
    assert judge(load(path)).verdict == "proved"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("CLAIM = 1", "must export CLAIM"),
        ("1/0", "ZeroDivisionError"),
        (SOURCE.replace("rhs=F**2", "rhs=F**unknown"), "NameError"),
        (None, "must be an existing Python file"),
    ],
)
def test_a_file_that_cannot_be_tried_is_refused(tmp_path: Path, source: str | None, message: str) -> None:
    path = tmp_path / "my_statement.py"
    if source is not None:
        path.write_text(source)
    with pytest.raises(trial.NotAClaim, match=message):
        load(path)


def test_names_of_claims_are_found_whatever_their_case() -> None:
    assert trial.get("c10").id == "C10"
    with pytest.raises(trial.UnknownClaim, match="no published statement 'C99'"):
        trial.get("C99")


# ------------------------------------------------------------------ evidence about something else, or about nothing


NEVER = Assumption(name="never", relation=">", expr=-F, text="F < 0")


def test_a_certificate_under_assumptions_that_contradict_each_other_is_none() -> None:
    empty = settled(name="X1-empty", title="", lhs=F**2, rhs=M / 2, assumptions=(NEVER,))
    assert empty.verify().accepted
    with pytest.raises(Vacuous, match="X1-empty: no instance satisfies never"):
        judge(claim(lhs=F**2, rhs=M, repair=Repair(fault="error", change="", statement=empty, effect="")))


def test_a_missing_assumption_must_leave_an_instance() -> None:
    with pytest.raises(Vacuous, match="no instance satisfies"):
        judge(conditional(missing=(NEVER,)))


def test_a_certificate_must_be_about_the_numbers_on_trial() -> None:
    other = settled(name="X1-other", title="", lhs=M, rhs=F**2)
    with pytest.raises(Inconsistent, match="X1-other proves another statement"):
        judge(replace(TRUE, proof=other))
    narrower = settled(name="X1-narrow", title="", lhs=TRUE.lhs, rhs=TRUE.rhs, assumptions=(SMALL,))
    with pytest.raises(Inconsistent, match="X1-narrow proves another statement"):
        judge(replace(TRUE, proof=narrower))
    with pytest.raises(Inconsistent, match="X1-other proves another statement"):
        judge(conditional(statement=other))
    assert judge(replace(TRUE, proof=settled(name="X1-same", title="", lhs=TRUE.lhs, rhs=TRUE.rhs))).verdict == "proved"


def test_what_a_certificate_is_about_is_shown() -> None:
    """Only a reader can tell whether numbers are an instance of a statement about processes."""
    other = settled(name="X1-other", title="", lhs=M, rhs=F**2 + s_bar, assumptions=(SATURATED,))
    shown = describe(judge(replace(TRUE, instance="one update", proof=other)))
    assert f"Proved, X1-other: {other.text()}\n    range: s̄ ≤ 1" in shown


def test_a_complete_statement_is_not_excluded_by_a_certificate_of_something_else() -> None:
    with pytest.raises(ValueError, match="say what the instance is"):
        replace(TRUE, exclusion=settled(name="X1-other", title="", lhs=M, rhs=F**2))


@pytest.mark.parametrize(
    ("lhs", "at"),
    [
        (-sqrt(h) * sqrt(w) / 2, {h: Rational(-1), w: Rational(-1)}),  # i·i = −1
        (1 - 1 / (1 + 1 / h) / 2, {h: Rational(0)}),  # 1/(1 + 1/0) = 0
        ((1 - h) ** w, {h: Rational(1), w: Rational(0)}),  # 0⁰ = 1
    ],
)
def test_what_is_not_defined_is_no_counterexample(lhs: Any, at: Any) -> None:
    assert confirm(claim(lhs=lhs, rhs=Integer(0)), at) is None


def test_a_number_that_is_not_rational_is_no_counterexample() -> None:
    assert confirm(FALSE, {F: Rational(1), G: Rational(1), h: sqrt(2)}) is None


def test_a_family_satisfies_equalities_on_both_sides() -> None:
    tied = Assumption(name="tied", relation="==", expr=h - C, text="h = C")
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(bounded(assumptions=(tied,)))


def test_a_family_where_a_side_is_not_defined_refutes_nothing() -> None:
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(bounded(lhs=h + 1 / w, rhs=C + 1 / w, family={h: C + 1, w: Integer(0)}))


def test_a_statement_with_an_undefined_side_is_not_decided() -> None:
    assert judge(claim(lhs=1 / h, rhs=1 / h + F)).verdict == "undecided"


def test_the_certificate_is_what_was_checked() -> None:
    facts = iter([square(F - G), square(h)])
    proof = replace(settled(name="X1", title="", lhs=TRUE.lhs, rhs=TRUE.rhs), prove=lambda: next(facts))
    certificate = judge(replace(TRUE, proof=proof)).certificate
    assert certificate is not None
    assert certificate.expr == square(F - G).expr


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"ranges": {F: (float("nan"), 1.0)}}, "finite and ascending"),
        ({"ranges": {F: (1.0, 1.0)}}, "finite and ascending"),
        ({"definitions": ((F, G), (G, h))}, "defined by what follows"),
        ({"definitions": ((G, G + 1),)}, "defined by what follows"),
        ({"definitions": ((G, F), (G, h))}, "defined twice"),
        ({"definitions": ((M, F),)}, "an abbreviation already"),
    ],
)
def test_fields_that_would_mislead_the_search_are_refused(fields: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        claim(**{"lhs": F, "rhs": G, **fields})
