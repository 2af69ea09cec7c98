"""The mutation score: every false mutant is caught, and a kernel that accepts too much is."""

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

import theory
from theory import kernel, mutants
from theory.assumptions import STALE_STEP, STEP_SIZE, UNBIASED, UNSATURATED
from theory.kernel import Assumption
from theory.mutants import Outcome, counted, files, judged, score
from theory.mutants.again import found_again
from theory.mutants.refute import counterexample
from theory.mutants.source import Mutant, notation_without
from theory.statement import Statement, Verdict
from theory.symbols import SEQUENCES, TABLE, G, alpha, h, unfold

SMALL = ("T1a", "T1c-gap", "T4")
ACCEPTED = Verdict(accepted=True, reason="whatever it is")


def outcomes(*names: str) -> list[Outcome]:
    return [outcome for name in names for outcome in judged(files()[name])]


def test_every_false_mutant_is_caught() -> None:
    found = outcomes(*SMALL)
    assert score(found) == 100
    for counts in counted(found).values():
        assert counts["true"]
        assert counts["refuted"] >= 8
        assert not counts["missed"] + counts["broken"]


def test_a_kernel_whose_combinations_prove_anything_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "is_zero", lambda expr: True)
    assert score(outcomes("T1a")) < 100


def test_a_verdict_that_is_always_yes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Statement, "verify", lambda self: ACCEPTED)
    found = outcomes(*SMALL)
    assert score(found) < 50
    assert {outcome.became for outcome in found} <= {"true", "missed", "refused"}


def test_an_accepted_mutant_without_a_world_is_missed() -> None:
    never = replace(UNSATURATED, name="never", expr=-UNSATURATED.expr)
    vacuous = replace(theory.get("T1a"), assumptions=(UNSATURATED, never))
    became, reason = mutants._accepted(theory.get("T1a"), vacuous)
    assert became == "missed"
    assert "none of 400 random worlds" in reason


def test_without_a_false_mutant_there_is_no_score() -> None:
    true = Outcome(statement="T0", label="", became="true", reason="")
    with pytest.raises(ValueError, match="no mutant is false"):
        score([true])
    assert score([true, replace(true, became="missed")]) == 0
    assert score([replace(true, became="missed"), replace(true, became="refuted"), true, true]) == 50


# ------------------------------------------------------------------------------------------- the source


SOURCE = """
from theory.assumptions import STEP_SIZE, VARIANCE
from theory.kernel import Assumption, signed
from theory.statement import Statement
from theory.symbols import alpha, define, h, sigma

twice = define("twice_step", "2α", "2\\\\alpha", "for this test", sign="positive", definition=2 * alpha)
OWN = Assumption(name="own", relation=">=", expr=h - 3 * twice, text="")
STATEMENT = Statement(
    id="test", title="t", kind="upper", source="s", assumptions=(OWN, STEP_SIZE), lhs=h, rhs_terms=(twice / 5, -sigma),
    prove=lambda: signed(OWN.expr if OWN else STEP_SIZE.expr),
)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(theory.symbols, "TABLE", TABLE)
    made = ModuleType("made_for_a_test")
    made.__file__ = str(tmp_path / "made.py")
    Path(made.__file__).write_text(SOURCE)
    exec(compile(SOURCE, made.__file__, "exec"), made.__dict__)  # noqa: S102  (the source above)
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


@pytest.fixture
def mutant(module: ModuleType) -> dict[str, Mutant]:
    return {m.label.rpartition(": ")[2]: m for m in mutants.source.mutants(module)}


def test_each_constant_is_halved_and_doubled_and_each_relation_turned(mutant: dict[str, Mutant]) -> None:
    assert set(mutant) == {
        *(f"{n} {word}" for n in (2, 3, 5) for word in ("halved", "doubled")), "sides swapped", "kind changed",
        "own turned round", "own dropped", "S step turned round", "S step dropped",
    }  # fmt: skip


def loaded(mutant: Mutant, module: ModuleType) -> Statement:
    with notation_without(mutant.redefines):
        return mutant.load(module)


def test_mutants_say_what_their_label_says(mutant: dict[str, Mutant], module: ModuleType) -> None:
    original: Statement = module.STATEMENT
    assert loaded(mutant["3 halved"], module).assumptions[0].expr == h - 3 * alpha
    assert loaded(mutant["5 doubled"], module).rhs_terms[0] == original.rhs_terms[0] / 2
    assert loaded(mutant["sides swapped"], module).lhs == original.rhs
    assert loaded(mutant["kind changed"], module).kind == "equality"
    turned = loaded(mutant["own turned round"], module)
    assert turned.assumptions[0].expr == 6 * alpha - h
    assert turned.prove.__globals__["OWN"] == turned.assumptions[0]  # where the proof names it, it is turned, too
    assert [a.name for a in loaded(mutant["S step dropped"], module).assumptions] == ["own"]
    assert loaded(mutant["S step turned round"], module).assumptions == (
        original.assumptions[0],
        replace(STEP_SIZE, expr=-STEP_SIZE.expr),
    )


def test_a_definition_is_changed_for_its_mutant_only(mutant: dict[str, Mutant], module: ModuleType) -> None:
    row, twice = TABLE["twice_step"], TABLE["twice_step"].symbol
    with notation_without(mutant["2 doubled"].redefines):
        statement = mutant["2 doubled"].load(module)
        assert unfold(twice) == 4 * alpha
        assert statement.assumptions[0].expr == h - 12 * alpha
    assert TABLE["twice_step"] is row
    assert unfold(twice) == 2 * alpha
    assert mutant["3 doubled"].redefines == ""


def test_mutants_leave_the_theory_as_it_is() -> None:
    def state() -> object:
        return list(theory.STATEMENTS), dict(TABLE), dict(SEQUENCES), {name: id(m) for name, m in sys.modules.items()}

    before, proved = state(), theory.get("T4-run").prove()
    assert outcomes("T4-run")
    assert before == state()
    assert theory.get("T4-run").prove() is proved


# ------------------------------------------------------------------------------------- true all the same


def changed(name: str, **fields: object) -> tuple[Statement, Statement]:
    original = theory.get(name)
    return original, replace(original, **fields)  # type: ignore[arg-type]  # whatever the test changes


@pytest.mark.parametrize(
    ("original", "weaker"),
    [
        changed("T1b", rhs_terms=(2 * theory.get("T1b").rhs,)),
        changed("T1a", lhs=theory.get("T1a").lhs / 2),
        changed("T4", kind="upper"),
        changed("T4", lhs=theory.get("T4").rhs, rhs_terms=(theory.get("T4").lhs,)),
        changed("T3", assumptions=tuple(STALE_STEP if a == STEP_SIZE else a for a in theory.get("T3").assumptions)),
    ],
)
def test_a_weaker_statement_is_proved_again(original: Statement, weaker: Statement) -> None:
    fact = found_again(original, weaker)
    assert fact is not None
    assert replace(weaker, prove=lambda: fact, assumptions=tuple(fact.assumptions)).verify().accepted


def halves_the_last_term(name: str) -> tuple[Statement, Statement]:
    terms = theory.get(name).rhs_terms
    return changed(name, rhs_terms=(*terms[:-1], terms[-1] / 2))


def longer_step(name: str) -> tuple[Statement, Statement]:
    """α ≤ 2/(L F_max) in the place of α ≤ 1/(L F_max)."""
    longer: Assumption = replace(STEP_SIZE, expr=(1 + STEP_SIZE.expr) / 2)
    return changed(name, assumptions=tuple(longer if a == STEP_SIZE else a for a in theory.get(name).assumptions))


@pytest.mark.parametrize(
    ("original", "stronger"),
    [
        halves_the_last_term("T1b"),
        halves_the_last_term("T3"),
        longer_step("T3"),
        changed("T1c", kind="equality"),
        changed("T4", assumptions=tuple(a for a in theory.get("T4").assumptions if a != UNBIASED)),
    ],
)
def test_a_stronger_statement_is_not(original: Statement, stronger: Statement) -> None:
    assert found_again(original, stronger) is None


@pytest.mark.parametrize("name", ["T1a", "T4"])
def test_counterexamples_meet_the_assumptions_and_violate_the_conclusion(name: str) -> None:
    original, halved = halves_the_last_term(name)
    world = counterexample(original, halved)
    assert world is not None
    assert theory.referee.meets(halved, world)
    assert not theory.referee.survives(halved, world)
    assert counterexample(original, original) is None


def test_a_counterexample_is_found_for_what_is_no_longer_assumed() -> None:
    original, stronger = changed("T1b", assumptions=())
    world = counterexample(original, stronger)
    assert world is not None
    assert not theory.referee.meets(original, world)


def test_g_is_not_taken_for_positive() -> None:
    """The check of 'still true' rests on the notation table's signs, which G has not."""
    original, mutant = changed("T1b", rhs_terms=(theory.get("T1b").rhs, G))
    assert found_again(original, mutant) is None
