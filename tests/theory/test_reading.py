"""A statement as people read it: which rows, axioms and steps it shows, and its value beside the published one."""

from dataclasses import replace

import pytest
from sympy import Symbol

import theory
from theory import aliases, symbols
from theory.aliases import code_name, named
from theory.counterpart import Counterpart
from theory.kernel import AXIOMS, RULES, facts_in
from theory.printing import latex, steps_of
from theory.reading import axioms, compare, describe, multipliers, proof, quantities
from theory.symbols import TABLE, Delta, F, G, K, L, UnknownSymbol, alpha, g, g_other

# ------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("step_size", "step_size α alpha"),
        ("noise_deviation", "σ sigma"),
        ("saturation_bound", "s̄ s_bar"),
        ("initial_gap", "Δ Delta"),
        ("staleness_lipschitz", "L_Φ L_Phi L_stale"),
        ("multiplier", "λ lambda lam"),
        ("max_symmetric", "F_max"),
        ("mean_delay", "D̄ D_mean"),
        ("steps", "K"),
        ("smoothness", "L"),
        ("young", "u"),
        ("nobody", "nobody"),
    ],
)
def test_spellings(name: str, spellings: str) -> None:
    assert {code_name(spelling) for spelling in spellings.split()} == {name}


def test_every_row_can_be_spelled_by_its_name_and_by_a_glyph_of_its_own() -> None:
    glyphs = [row.glyph for row in TABLE.values()]
    for name, row in TABLE.items():
        assert code_name(name) == name
        # M is first of all the variable of theory/symbols.py, whatever a claim calls M.
        if glyphs.count(row.glyph) == 1 and row.glyph not in TABLE and not hasattr(symbols, row.glyph):
            assert code_name(row.glyph) == name


def test_a_spelling_of_two_quantities_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"one": replace(TABLE["tau"], name="one", glyph="x"), "two": replace(TABLE["tau"], name="two", glyph="x")}
    monkeypatch.setattr(aliases, "TABLE", rows)
    with pytest.raises(theory.OutOfDomain, match="'x' may mean one or two; use the name in code"):
        code_name("x")


def test_two_spellings_of_one_quantity_are_refused() -> None:
    assert named({"alpha": 1.0, "K": 2.0}) == {"step_size": 1.0, "steps": 2.0}
    with pytest.raises(theory.OutOfDomain, match="step_size is given twice, once as 'α'"):
        named({"alpha": 1.0, "α": 2.0})


# ------------------------------------------------------------------------------------------------- parts


def test_symbols_are_those_that_occur_and_multipliers_those_that_are_free() -> None:
    t8 = theory.get("T8-optimum:asymmetric_linear")
    names = {row.name for row in quantities(t8)}
    assert {"tau", "saturation_bound", "max_delay", "gradient_norm"} <= names
    assert not {"symmetric", "max_symmetric", "microbatches"} & names  # put in for the device, or about something else
    free = {"multiplier", "split", "mean_multiplier", "error_multiplier", "descent_rate"}
    assert {row.name for row in multipliers(t8)} == free
    assert not multipliers(theory.get("T3"))


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("T1a", set()),
        ("T2", set()),
        ("T3", {"telescope"}),
        ("T5", {"telescope", "independence"}),
        ("T8", {"telescope", "jensen", "orthogonality", "shift"}),
        ("T8:ideal", {"telescope", "jensen", "orthogonality", "shift"}),
    ],
)
def test_axioms_are_the_rules_that_rest_on_more_than_algebra(name: str, rules: set[str]) -> None:
    found = axioms(theory.get(name).check())
    assert found.keys() == rules
    assert all(found[rule] == AXIOMS[rule] for rule in rules)


def test_rules_without_a_source_are_the_kernel_s_algebra() -> None:
    """A new rule is an axiom, with a source, or it belongs here with a reason."""
    algebra = {"assume", "square", "magnitude", "combine", "integrate", "rewrite", "specialise", "discharge"}
    assert RULES.keys() - AXIOMS.keys() == algebra | {"semidefinite"}  # a sum of squares with checked weights
    assert all(AXIOMS.values())


def test_a_proof_cites_statements_and_derives_the_rest() -> None:
    steps = proof(theory.get("T3"))
    cited = [step.how for step in steps if "(" not in step.how]
    assert cited == ["T2"]
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].fact is theory.get("T3").prove()
    assert proof(theory.get("T3:ideal"))[0].how == "T3"


def test_steps_come_after_their_premises_and_equal_facts_once() -> None:
    steps = steps_of(theory.get("T8").prove())
    known = set()
    for step in steps:
        for premise in facts_in(step.fact.arguments):
            assert (premise.relation, premise.expr, premise.assumptions) in known
        key = (step.fact.relation, step.fact.expr, step.fact.assumptions)
        assert key not in known
        known.add(key)


def test_steps_are_written_for_people() -> None:
    text = "\n".join(step.text() for step in proof(theory.get("T1b")))
    assert "specialise(#1, g_d' := h_d)" in text
    assert "integrate(E_k, #2)" in text
    assert "⊢ q_max" not in text
    assert " >= 0" not in text


def test_a_statement_of_a_user_cites_what_it_imports() -> None:
    again = replace(theory.get("T3-uniform"), id="mine", prove=theory.get("T3-uniform").prove)
    assert " T3\n" in describe(again)


def test_a_rejected_statement_shows_no_proof() -> None:
    wrong = describe(replace(theory.get("T3"), rhs_terms=theory.get("T3").rhs_terms[:2]))
    assert "Proof" not in wrong
    assert "Axioms" not in wrong
    assert "Kernel: REJECTED" in wrong


# --------------------------------------------------------------------------------------------- comparison


def test_counterparts_know_their_symbols_and_have_a_text() -> None:
    with pytest.raises(UnknownSymbol):
        Counterpart(source="s", text="t", rhs=Symbol("nobody", real=True))
    with pytest.raises(ValueError, match="needs a source and a text"):
        Counterpart(source="s", text="")


def test_comparison_at_the_same_numbers() -> None:
    counterpart = Counterpart(source="here", text="twice", rhs=4 * Delta / (alpha * K) + 2 * L)
    orders = Counterpart(source="there", text="orders only")
    statement = replace(theory.get("T3-noiseless:ideal"), counterparts=(counterpart, orders))
    compared = compare(statement, {"Δ": 1, "α": 0.5, "K": 8, "L": 1})
    assert (compared.value, compared.scalar) == (0.5, False)
    assert [value for _, value in compared.published] == [3.0, None]
    assert compared.lines() == [
        "Right-hand side: 0.5",
        "Published, not certified (here): 3, 6 times as large",
        "Published (there): no constants to compare with",
    ]


def test_sums_over_coordinates_have_a_value_for_one() -> None:
    compared = compare(theory.get("T1a"), {"F": 1, "G": -0.5, "g": 2, "other_signal": 0, "F_max": 1})
    assert (compared.value, compared.scalar) == (9.0, False)
    numbers = {"f": 1, "h": 2, "F": 1, "G": 0.5, "σ_d²": 1, "α": 0.1, "L": 1, "F_max": 1}
    assert compare(theory.get("T2"), numbers).scalar


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"K": 9, "wrong": 1}, "takes no 'wrong'"),
        ({"Delta": 1, "K": 9, "sigma": 1, "L": 1}, "needs a value for: saturation_bound"),
        ({"Delta": 1, "K": 9, "sigma": 1, "L": 1, "s_bar": 1.5}, "T3-worst:asymmetric_linear needs s̄ < 1"),
    ],
)
def test_numbers_are_checked(numbers: dict[str, float], message: str) -> None:
    with pytest.raises(theory.OutOfDomain, match=message):
        compare(theory.get("T3-worst:asymmetric_linear"), numbers)


def test_a_number_of_the_counterpart_alone_is_asked_for() -> None:
    other = replace(theory.get("T1b"), counterparts=(Counterpart(source="s", text="t", rhs=F**2 * G**2 * g**2),))
    with pytest.raises(theory.OutOfDomain, match="the published counterpart of T1b also needs: signal"):
        compare(other, {"F": 1, "G": 1, "noise_variance": 1})
    assert compare(other, {"F": 1, "G": 1, "noise_variance": 1, "g": 2}).published[0][1] == 4


def test_a_primed_symbol_can_be_squared_in_tex() -> None:
    assert latex(g_other**2) == "{g_d'}^{2}"
