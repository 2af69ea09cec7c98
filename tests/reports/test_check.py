"""`aimc check`: verdicts come from the samples and the kernel, never from a file."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from reports.cli import main
from reports.outputs import OUTPUTS
from reports.project import Project


@pytest.fixture
def record(example: Project, tmp_path: Path) -> Callable[..., Path]:
    """Copy the example's claims.json, changed by a function, into a folder of its own."""

    def copy(change: Callable[[Any], None] = lambda data: None) -> Path:
        data = json.loads((example.rendered / "claims.json").read_text())
        change(data)
        (tmp_path / "claims.json").write_text(json.dumps(data))
        return tmp_path

    return copy


def run(project: Project, folder: Path, *more: str) -> int:
    written = [word for name, output in OUTPUTS.items() for word in (f"--{name}", str(folder / output.FILE))]
    return main(["check", "--from", str(folder), *written, *more], project=project)


def test_all_hold(example: Project, record: Callable[..., Path], capfd: pytest.CaptureFixture[str]) -> None:
    folder = record()
    assert run(example, folder) == 0
    assert "5 claims: 5 holds, 0 undecided, 0 violated (family-wise error 1 %)" in capfd.readouterr().out
    decisions = json.loads((folder / "check.json").read_text())
    assert decisions["level"] == 0.01
    names = {d["claim"]: d["verdict"] for d in decisions["claims"]}
    assert names == dict.fromkeys(["mean_small", "mean_one", "count", "theory-T1", "theory-T1-soft"], "holds")
    suite = ET.parse(folder / "junit.xml").getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("5", "0")


def test_defaults_are_in_the_build_folder(example: Project) -> None:
    assert main(["check"], project=example) == 0
    assert all((example.build / output.FILE).is_file() for output in OUTPUTS.values())


def test_violated_claim_comes_first_and_fails(
    example: Project, record: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    def halve(data: Any) -> None:
        data["notebooks"]["rates"]["claims"][0]["bound"] = 0.75

    folder = record(halve)
    assert run(example, folder) == 1
    worst = json.loads((folder / "check.json").read_text())["claims"][0]
    assert (worst["claim"], worst["verdict"]) == ("mean_small", "violated")
    out = capfd.readouterr().out
    assert out.index("mean_small") < out.index("mean_one")
    failure = ET.parse(folder / "junit.xml").getroot().find(".//testcase[@name='mean_small']/failure")
    assert failure is not None
    assert failure.get("type") == "violated"
    assert "standard error, 16 seeds" in str(failure.get("message"))
    assert run(example, folder, "--only", "mean_one") == 0


def test_too_few_seeds_fail(example: Project, record: Callable[..., Path]) -> None:
    def shorten(data: Any) -> None:
        del data["notebooks"]["rates"]["claims"][0]["measured"][7:]

    folder = record(shorten)
    assert run(example, folder) == 1
    worst = json.loads((folder / "check.json").read_text())["claims"][0]
    assert worst["verdict"] == "undecided"
    assert worst["low"] is None


def test_rejected_certificate_fails(
    example: Project, record: Callable[..., Path], theory: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected = SimpleNamespace(accepted=False, reason="step 2 does not follow")
    monkeypatch.setattr(theory.STATEMENTS["T1"], "verify", lambda: rejected)
    folder = record()
    assert run(example, folder) == 1
    assert json.loads((folder / "check.json").read_text())["claims"][0]["claim"] == "theory-T1"
    assert "step 2 does not follow" in (folder / "junit.xml").read_text()


def test_selection_keeps_the_family(example: Project, record: Callable[..., Path]) -> None:
    folder = record()
    assert run(example, folder) == 0
    every = {d["claim"]: d for d in json.loads((folder / "check.json").read_text())["claims"]}
    assert run(example, folder, "--only", "mean_*") == 0
    for decision in json.loads((folder / "check.json").read_text())["claims"]:
        assert decision == every[decision["claim"]]


def test_nothing_selected(example: Project, record: Callable[..., Path], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(example, record(), "--only", "mean_smal") == 5
    assert "no claim matches mean_smal; did you mean 'mean_small'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(schema=9), "field 'schema' must be 1, got 9"),
        (
            lambda d: d["notebooks"].update({"../x": {}}),
            "notebook names must be lower-case letters, digits and _, got '../x'",
        ),
        (lambda d: d.pop("notebooks"), "field 'notebooks' is missing"),
        (lambda d: d["notebooks"]["rates"].pop("claims"), "notebook 'rates': field 'claims' is missing"),
        (lambda d: d["notebooks"]["rates"].update(verdict=1), "field 'verdict' is unknown"),
        (lambda d: d["notebooks"]["rates"].update(claims={}), "field 'claims' must be a list"),
        (lambda d: d["notebooks"]["rates"].update(parameters=3), "parameters must be an object, got int"),
        (
            lambda d: d["notebooks"]["rates"]["claims"][1].update(bound=None),
            "notebook 'rates', claims[1]: bound must be a sequence of numbers, got",
        ),
        (
            lambda d: d["notebooks"].pop("pulses"),
            "no entry for notebook pulses; make it with: aimc report --only pulses",
        ),
    ],
)
def test_corrupted_record_is_refused(
    example: Project,
    record: Callable[..., Path],
    change: Callable[[Any], None],
    message: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder = record(change)
    assert run(example, folder) == 2
    assert message in capfd.readouterr().err
    assert not (folder / "check.json").exists()


def test_text_that_is_no_json_is_refused(example: Project, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "claims.json").write_text("{")
    assert run(example, tmp_path) == 2
    assert "claims.json is not readable as JSON" in capfd.readouterr().err


def test_level_is_checked(example: Project, record: Callable[..., Path], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(example, record(), "--level", "1") == 2
    assert "level must be in (0, 1), got 1" in capfd.readouterr().err


def test_record_of_other_code_decides_nothing_unless_it_may(
    example: Project, record: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = record(lambda data: data["notebooks"]["rates"].update(key="0" * 64))
    assert run(example, folder) == 1
    assert "the claims of rates in" in capfd.readouterr().err
    assert not (folder / "check.json").exists()
    assert run(example, folder, "--allow-stale") == 0
    assert "note: the claims of rates were recorded by another state of the code" in capfd.readouterr().out


def test_entry_of_an_unknown_notebook_decides_nothing(example: Project, record: Callable[..., Path]) -> None:
    folder = record(lambda data: data["notebooks"].update(gone=data["notebooks"]["rates"]))
    assert run(example, folder) == 1


def test_notebook_without_claims_decides_nothing(
    example: Project, record: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(example, record(lambda data: data["notebooks"]["rates"].update(claims=[]))) == 1
    assert "notebook rates records no claim" in capfd.readouterr().err


def test_every_pattern_must_match_a_claim(example: Project, record: Callable[..., Path]) -> None:
    assert run(example, record(), "--only", "mean_*", "count") == 0
    assert run(example, record(), "--only", "mean_*", "nope") == 5


def test_other_parameters_than_the_defaults_are_noted(
    example: Project, record: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = record(lambda data: data["notebooks"]["rates"]["parameters"].update(steps=7))
    assert run(example, folder, "--allow-stale") == 0
    assert "note: rates was run with steps = 7" in capfd.readouterr().out


# -- other formats


def halve(data: Any) -> None:
    data["notebooks"]["rates"]["claims"][0]["bound"] = 0.75


def test_sarif_has_one_result_a_claim_and_fails_what_does_not_hold(
    example: Project, record: Callable[..., Path]
) -> None:
    folder = record(halve)
    assert run(example, folder) == 1
    sarif = json.loads((folder / "check.sarif").read_text())
    assert sarif["version"] == "2.1.0"
    (only,) = sarif["runs"]
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    results = only["results"]
    assert [result["ruleId"] for result in results] == rules == [rules[result["ruleIndex"]] for result in results]
    assert [(r["kind"], r["level"]) for r in results] == [("fail", "error"), *[("pass", "none")] * 4]
    assert "Repeat: aimc report --force --only rates && aimc check --only mean_small" in results[0]["message"]["text"]
    places = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results]
    assert places[0] == "notebooks/rates.py"
    assert "theory/theorems" in places


def test_sarif_fails_what_is_undecided(example: Project, record: Callable[..., Path]) -> None:
    def shorten(data: Any) -> None:
        del data["notebooks"]["rates"]["claims"][0]["measured"][7:]

    folder = record(shorten)
    assert run(example, folder) == 1
    worst = json.loads((folder / "check.sarif").read_text())["runs"][0]["results"][0]
    assert (worst["ruleId"], worst["kind"], worst["level"]) == ("mean_small", "fail", "error")


def test_markdown_tells_failures_first_and_how_to_repeat_them(example: Project, record: Callable[..., Path]) -> None:
    folder = record(halve)
    assert run(example, folder) == 1
    text = (folder / "check.md").read_text()
    assert text.startswith("## 5 claims: 4 holds, 0 undecided, 1 violated")
    assert text.index("aimc check --only mean_small") < text.index("| claim | verdict |")
    assert "| mean\\_small | violated |" in text
    assert "2 proofs are accepted" in text


def test_annotations_are_printed_when_asked_for(
    example: Project, record: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = record(halve)
    run(example, folder)
    assert "::error" not in capfd.readouterr().out
    run(example, folder, "--annotate")
    (line,) = [line for line in capfd.readouterr().out.splitlines() if line.startswith("::error")]
    assert line.startswith("::error file=notebooks/rates.py,title=mean_small is violated::")
    assert "%0Arepeat%3A aimc report" in line


def test_a_failure_prints_the_numbers_and_the_command(
    example: Project, record: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    run(example, record(halve))
    out = capfd.readouterr().out
    assert "violated: mean_small: mean of measured − bound is" in out
    assert "standard error, 16 seeds" in out
    assert "repeat: aimc report --force --only rates && aimc check --only mean_small" in out


# -- baseline


def scaled(name: str, factor: float, offset: float = 0.0) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        (claim,) = [c for c in data["notebooks"]["rates"]["claims"] if c["name"] == name]
        claim["measured"] = [factor * value + offset for value in claim["measured"]]

    return change


@pytest.fixture
def baseline(example: Project, record: Callable[..., Path], tmp_path: Path) -> Path:
    run(example, record())
    path = tmp_path / "before.json"
    path.write_bytes((tmp_path / "check.json").read_bytes())
    return path


def test_the_same_measurement_is_no_worse(example: Project, record: Callable[..., Path], baseline: Path) -> None:
    assert run(example, record(), "--baseline", str(baseline)) == 0


def test_a_measurement_that_came_nearer_to_its_bound_fails(
    example: Project, record: Callable[..., Path], baseline: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = record(scaled("mean_small", 1.3))
    assert run(example, folder) == 0
    assert run(example, folder, "--baseline", str(baseline)) == 1
    assert "worse than the baseline: mean_small: measured/bound is in [" in capfd.readouterr().out
    assert run(example, record(scaled("mean_small", 0.5)), "--baseline", str(baseline)) == 0
    assert run(example, record(scaled("mean_small", 1.0001)), "--baseline", str(baseline)) == 0


def test_an_agreement_that_got_worse_fails(
    example: Project, record: Callable[..., Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # A hundredth of the spread, so that a shift within the margin of 0.2 is far outside the intervals.
    folder, before = record(scaled("mean_one", 0.01, 0.99)), tmp_path / "before.json"
    assert run(example, folder) == 0
    before.write_bytes((folder / "check.json").read_bytes())
    folder = record(scaled("mean_one", 0.01, 1.08))
    assert run(example, folder) == 0
    assert run(example, folder, "--baseline", str(before), "--annotate") == 1
    out = capfd.readouterr().out
    assert "mean_one: distance from the value is in [" in out
    assert "::error title=worse than the baseline::mean_one%3A distance" in out


def test_a_claim_that_is_gone_fails_unless_a_selection_is_judged(
    example: Project, record: Callable[..., Path], baseline: Path
) -> None:
    def drop(data: Any) -> None:
        data["notebooks"]["rates"]["claims"].pop(0)

    folder = record(drop)
    assert run(example, folder, "--baseline", str(baseline)) == 1
    assert run(example, folder, "--baseline", str(baseline), "--only", "mean_one") == 0


@pytest.mark.parametrize("text", ["{", "[]", '{"claims": [{"claim": "x"}]}', '{"claims": 3}'])
def test_a_baseline_that_is_none_is_refused(
    text: str, example: Project, record: Callable[..., Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.json").write_text(text)
    assert run(example, record(), "--baseline", str(tmp_path / "bad.json")) == 2
    assert "bad.json is no record that aimc check --json wrote" in capfd.readouterr().err
    assert run(example, record(), "--baseline", str(tmp_path / "none.json")) == 2
    assert not (tmp_path / "check.json").exists()
