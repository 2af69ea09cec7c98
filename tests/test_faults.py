"""Planted faults: each can be undone, a few are caught, and one that nobody notices is told."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import _patch

import pytest

import theory
from reports import fault_check
from reports.claims import Claim, decide
from reports.cli import main
from reports.errors import ExitCode
from reports.faults import Fault, Outcome, _outcome, catalogue, tried
from reports.faults._fault import restated, scaled
from reports.project import Project

FAULTS = catalogue()
QUICK = ("interval_of_one_run", "problem_smoothness_halved", "t7_delay_off_by_one", "kernel_concludes_anything")
"""Of statistics, simulation, statements and kernel: those that take seconds."""


def claim(name: str, measured: float) -> Claim:
    given = {"name": name, "statement": "s", "kind": "certificate", "description": "d"}
    return Claim(**given, measured=(measured,), bound=1.0)  # type: ignore[arg-type]


def test_there_are_as_many_as_were_promised() -> None:
    assert len(FAULTS) >= 25
    assert len({fault.title for fault in FAULTS.values()}) == len(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_changes_something_and_undoes_it(name: str) -> None:
    def state() -> list[object]:
        kept: list[object] = [dict(theory.STATEMENTS._made)]
        planted = FAULTS[name].planted()
        if isinstance(planted, _patch):
            kept.append(vars(planted.getter()).get(planted.attribute))
        kept.append(dict(getattr(planted, "in_dict", {})))  # of patch.dict
        return kept

    before = state()
    with FAULTS[name].planted():
        assert state() != before
    assert state() == before


def test_a_fault_that_raises_is_undone() -> None:
    before = theory.STATEMENTS["T3"]

    def fail() -> None:
        with restated("T3", rhs_terms=scaled(0, 2)):
            assert theory.STATEMENTS["T3"].rhs_terms[0] == 2 * before.rhs_terms[0]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert theory.STATEMENTS["T3"] is before


def test_a_fault_that_nothing_need_catch_is_refused() -> None:
    with pytest.raises(ValueError, match="red must name at least one claim"):
        Fault(title="t", planted=FAULTS[QUICK[0]].planted, red=())


def test_chosen_faults_are_caught() -> None:
    outcomes = {o.fault: o for o in tried({name: FAULTS[name] for name in QUICK}, seed=3, workers=2)}
    assert all(outcome.caught for outcome in outcomes.values())
    assert "deterministic values" in outcomes["problem_smoothness_halved"].red[0].reason
    assert outcomes["t7_delay_off_by_one"].red[0].claim == "theory-T7"
    assert "proves another statement" in outcomes["t7_delay_off_by_one"].red[0].reason


def outcome(planted: float, sound: float) -> Outcome:
    fault = Fault(title="t", planted=FAULTS[QUICK[0]].planted, red=("a-*",))
    held = {"a-b"} if decide(claim("a-b", sound)).verdict == "holds" else set()
    return _outcome("f", fault, {"a-b": claim("a-b", planted)}, held, 0.01)


def test_a_fault_that_nobody_notices_is_missed() -> None:
    missed = outcome(planted=1.0, sound=1.0)
    assert not missed.caught
    assert missed.missed == ("a-*",)
    assert fault_check.complaints(missed) == ["missed: f: no claim of 'a-*' turned red"]


def test_a_claim_that_fails_anyway_catches_nothing() -> None:
    unsound = outcome(planted=2.0, sound=2.0)
    assert not unsound.caught
    assert not unsound.red
    assert fault_check.complaints(unsound) == ["unsound: f: a-b fails without the fault"]


def test_a_fault_that_turns_its_claim_red_is_caught() -> None:
    caught = outcome(planted=2.0, sound=1.0)
    assert caught.caught
    assert [red.verdict for red in caught.red] == ["violated"]


def test_a_name_that_no_claim_has_is_an_error() -> None:
    fault = Fault(title="t", planted=FAULTS[QUICK[0]].planted, red=("no-such-*",))
    with pytest.raises(ValueError, match=r"fault 'f': red names no claim: 'no-such-\*'"):
        tried({"f": fault})


def test_the_command_prints_and_writes_what_caught_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fault_check, "tried", lambda faults, **_: [outcome(2.0, 1.0), outcome(1.0, 1.0)])
    given = {"only": None, "level": 0.01, "size": "ci", "seed": 0, "workers": 1}
    assert fault_check.run(tmp_path, **given) == ExitCode.NOT_HELD  # type: ignore[arg-type]
    told = json.loads((tmp_path / "faults.json").read_text())
    assert [fault["caught"] for fault in told["faults"]] == [True, False]
    assert told["faults"][0]["red"][0]["claim"] == "a-b"
    assert (told["level"], told["size"], told["seed"]) == (0.01, "ci", 0)
    assert "1 of 2 planted faults caught" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--only", "t3_gap_halfed"], 5, "no fault matches t3_gap_halfed; did you mean 't3_gap_halved'"),
        (["--gate", "none"], 2, "--faults is about the gate"),
        (["--workers", "0"], 2, "--workers must be at least 1, got 0"),
    ],
)
def test_bad_input(arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--faults", *arguments], project=Project.locate()) == code
    assert message in capsys.readouterr().err
