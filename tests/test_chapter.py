"""Statements as sections of a chapter, with the real theory: everything is there, and every formula is understood."""

import re
from dataclasses import replace

import pytest

import theory
from reports.chapter import axioms_table, limit_section, section
from theory import limits
from theory.statement import WrongCertificate


def test_a_section_has_every_part_of_a_statement() -> None:
    text = section(theory.get("T8"))
    parts = [
        "<h3>T8. Convergence through", "<math", "<b>Assumptions</b>: <b>A1 smooth</b>", "as the kernel reads them",
        "<b>Multipliers</b>", "<b>Axioms</b>: telescope, jensen, orthogonality, shift. <b>Sharpness</b>: not known",
        "<b>Note</b>", "<b>Published</b>, not certified (arXiv:2410.15155)", "<code>staleness_lipschitz</code>",
        "Proof in ", ". T7\n", "⊢",
    ]  # fmt: skip
    positions = [text.find(part) for part in parts[:-2]]
    assert positions == sorted(positions)
    assert positions[0] == 0
    assert all(part in text for part in parts)


def test_a_section_escapes_what_is_not_its_own() -> None:
    text = section(replace(theory.get("T1a"), title="a < b & c", note="x < y"))
    assert "a &lt; b &amp; c" in text
    assert "x &lt; y" in text
    assert not re.search(r"<[by] ", text)


def test_a_statement_that_is_not_proved_has_no_section() -> None:
    with pytest.raises(WrongCertificate):
        section(replace(theory.get("T3"), rhs_terms=theory.get("T3").rhs_terms[:2]))


def test_axioms_are_marked_where_they_are_used() -> None:
    text = axioms_table([theory.get("T1a"), theory.get("T7")])
    assert "<th>statement</th><th>jensen</th><th>shift</th><th>orthogonality</th></tr>" in text
    assert "<td>T1a</td><td></td><td></td><td></td>" in text
    assert "<td>T7</td><td>●</td><td>●</td><td>●</td>" in text
    assert "Williams, Probability with Martingales" in text


def test_limits_are_shown_with_what_they_are_limits_of() -> None:
    text = limit_section(limits.every()["T9-limit"])
    assert "from T3, T8, T9:" in text
    assert "<math" in text
    assert "SymPy: holds" in text
