"""Every discovered statement is accepted, and no mutant of it is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sympy import Rational

import theory
from theory import limits
from theory.kernel import RULES, Fact, Rejected, facts_in
from theory.signs import is_zero
from theory.statement import Statement

HALF, TWO = Rational(1, 2), Rational(2)


def mutants(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """Each right-hand term halved, doubled and dropped; each assumption dropped; the direction flipped."""
    terms = statement.rhs_terms
    for i, term in enumerate(terms):
        if statement._shown(term) == 0:
            continue
        for factor in (HALF, TWO, 0):
            yield f"term {i} times {factor}", replace(statement, rhs_terms=(*terms[:i], factor * term, *terms[i + 1 :]))
    for assumption in statement.assumptions:
        rest = tuple(a for a in statement.assumptions if a is not assumption)
        yield f"without {assumption.name}", replace(statement, assumptions=rest)
    yield "an assumption too many", replace(statement, assumptions=(*statement.assumptions, SPARE))
    yield "other kind", replace(statement, kind="upper" if statement.kind == "equality" else "equality")
    if statement.kind == "upper" and not is_zero(statement.prove().expr):  # x ≤ x is as true flipped
        yield "flipped", replace(statement, lhs=statement.rhs, rhs_terms=(statement.lhs,))


SPARE = replace(theory.get("T3").assumptions[0], name="spare")


@pytest.mark.parametrize("name", theory.STATEMENTS)
def test_the_kernel_accepts_the_certificate(name: str) -> None:
    assert theory.get(name).verify().accepted, theory.get(name).verify().reason


@pytest.mark.parametrize("name", theory.STATEMENTS)
def test_the_kernel_rejects_every_mutant(name: str) -> None:
    verdicts = {label: mutant.verify() for label, mutant in mutants(theory.get(name))}
    assert verdicts
    assert [label for label, verdict in verdicts.items() if verdict.accepted] == []
    assert all(verdict.reason for verdict in verdicts.values())


def replay_with(fact: Fact, step: int, factor: Rational) -> Fact:
    """The derivation done again with the first weight of its step-th combination scaled."""
    seen = 0

    def redo(item: Any) -> Any:
        nonlocal seen
        if isinstance(item, tuple):
            return tuple(redo(part) for part in item)
        if not isinstance(item, Fact):
            return item
        arguments = redo(item.arguments)
        if item.rule == "combine":
            seen += 1
            if seen == step:
                (first, *others), conclusion = arguments
                arguments = (((factor, *first), *others), conclusion)
        return RULES[item.rule](*arguments)

    return redo(fact)  # type: ignore[no-any-return]


def combinations(fact: Fact) -> int:
    return (fact.rule == "combine") + sum(map(combinations, facts_in(fact.arguments)))


@pytest.mark.parametrize("factor", [HALF, TWO])
@pytest.mark.parametrize("name", ["T1a", "T1b", "T1c", "T2", "T3", "T3-rate"])
def test_no_multiplier_of_a_certificate_can_be_changed(name: str, factor: Rational) -> None:
    fact = theory.get(name).prove()
    assert combinations(fact)
    for step in range(1, combinations(fact) + 1):
        with pytest.raises(Rejected, match="not an identity"):
            replay_with(fact, step, factor)


def test_corollaries_exist_for_every_device() -> None:
    for response in theory.RESPONSES:
        assert theory.get(f"T3:{response}").where


def test_the_corollary_for_the_linear_device_needs_bounded_saturation() -> None:
    names = [a.name for a in theory.get("T3-rate:asymmetric_linear").assumptions]
    assert "A3 saturation" in names
    assert "A3 range" in names
    assert not {"A3 F", "A3 M", "A3 q̄"} & set(names)


def test_description_shows_statement_assumptions_certificate_and_verdict() -> None:
    text = theory.get("T3").describe()
    for part in (
        "≤ 2·Δ/(α·K)",
        "A2 variance",
        "telescope(f, f⁺, f₀, E f_K)",
        "Kernel: accepted",
        "Source: this project",
    ):
        assert part in text


def test_description_of_a_rejected_statement_says_so() -> None:
    wrong = replace(theory.get("T3"), rhs_terms=theory.get("T3").rhs_terms[:2])
    assert "Kernel: REJECTED (the certificate proves another statement" in wrong.describe()


def test_latex_names_every_quantity() -> None:
    assert theory.get("T3-rate:ideal").latex() == (
        r"\left\langle h_d^2 \right\rangle \le \frac{2 \sqrt{2} \sqrt{\Delta} \sigma \sqrt{L}}{\sqrt{K}}"
        r" \qquad\text{where } F_d = 1, G_d = 0"
    )


def test_unknown_statement_suggests_the_nearest() -> None:
    with pytest.raises(theory.UnknownStatement, match=r"no statement 'T3-rat'; did you mean T3-rate"):
        theory.get("T3-rat")


GENERAL = [name for name in theory.STATEMENTS if ":" not in name]


@pytest.mark.parametrize("name", GENERAL)
def test_every_statement_says_how_sharp_it_is_and_names_only_what_exists(name: str) -> None:
    statement = theory.get(name)
    assert statement.sharpness
    known = {*theory.STATEMENTS, *limits.every()}
    assert set(re.findall(r"\bT\d+[a-d]?(?:-[a-z]+)*\b", f"{statement.sharpness} {statement.note}")) <= known


def test_corollaries_keep_the_counterparts_of_their_device() -> None:
    sources = {c.source for c in theory.get("T3-rate:asymmetric_linear").counterparts}
    assert sources == {"arXiv:2502.06309, eq. (21)", "arXiv:2406.12774, Theorem 2"}
    assert not theory.get("T3-rate:ideal").counterparts
    assert theory.get("T2:ideal").counterparts
