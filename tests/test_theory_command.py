"""``aimc theory`` and ``aimc mutants`` with the real theory: what a reader gets, and what bad input gets."""

import json
from pathlib import Path

import pytest

import theory
from reports import verdicts
from reports.cli import main
from reports.project import Project

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = Project.locate({}).root
    return Project(root=root, notebooks=root / "notebooks", build=tmp_path / "build")


def test_one_statement_in_full(capfd: Capture) -> None:
    assert main(["theory", "T8"]) == 0
    out = capfd.readouterr().out
    order = [
        "T8  Convergence through",
        "Symbols",
        "Assumptions",
        "Multipliers",
        "Proof: ",
        "   1. ",
        "Axioms",
        "Sharpness: ",
        "Published, not certified here",
        "Source: ",
        "Referee: assumptions met in 20",
        "Kernel: accepted",
    ]
    positions = [out.find(part) for part in order]
    assert positions == sorted(positions)
    assert positions[0] >= 0
    assert "u  young  > 0" in out
    assert "orthogonality: increments of a martingale are orthogonal (Williams" in out
    assert ". T7\n" in out  # a lemma is cited, not derived again


@pytest.mark.parametrize(
    ("at", "lines"),
    [
        (  # 2√2·0.01/(1−0.5) + 0.25/0.75; 0.04/0.75 + c·0.25/0.75 with c = 2 and 4
            "T3-worst:asymmetric_linear Delta=1 K=10000 L=1 sigma=1 s_bar=0.5",
            ["Right-hand side: 0.389902", "eq. (21)): 0.72, 1.847 times", "Theorem 2): 1.38667, 3.556 times"],
        ),
        ("T4:asymmetric_linear w_d=0.5 tau=1 noise_variance=2", ["Right-hand side: 0.5", "2, 4 times as large"]),
        (  # −0.0375 + 0.0125 + 0.01125; −0.0375 + 0.01 + 0.025 − 0.028125
            "T2 f=0 h=1 F=1 G=0.5 noise_variance=1 step_size=0.1 L=1 F_max=1",
            ["Right-hand side (one coordinate): -0.01375", "eq. (72)): -0.030625"],
        ),
    ],
)
def test_at_numbers_beside_what_is_published(at: str, lines: list[str], capfd: Capture) -> None:
    name, *numbers = at.split()
    assert main(["theory", name, "--at", *numbers]) == 0
    out = capfd.readouterr().out
    for line in lines:
        assert line in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["theory", "T9-nope"], "no statement 'T9-nope'; did you mean"),
        (["theory", "--at", "alpha=1"], "--at needs the ID of a statement"),
        (["theory", "T3", "--at", "alpha"], "--at takes NAME=VALUE with a number, got 'alpha'"),
        (["theory", "T3", "--at", "alpha=1", "step_size=1"], "step_size is given twice, once as 'step_size'"),
        (["theory", "T3", "--at", "alhpa=1"], "T3 takes no 'alhpa'"),
        (["theory", "T3", "--at", "alpha=0.1"], "T3 needs a value for: drift_variance"),
        (
            ["theory", "T3-rate:asymmetric_linear", "--at", "Delta=1", "K=9", "L=1", "sigma=1", "drift_variance=1"],
            "needs a value for: saturation_bound",
        ),
        (["theory", "T11a", "--at", "alpha=1"], "T11a has no value at numbers"),
        (["mutants", "T0"], "no statement 'T0'"),
        (["mutants", "T3:ideal"], "T3:ideal has no file of its own: it is a corollary of T3"),
        (["mutants", "T4", "--jobs", "0"], "--jobs must be >= 1, got 0"),
    ],
)
def test_bad_input_is_one_line_and_nothing_else(arguments: list[str], message: str, capfd: Capture) -> None:
    assert main(arguments) == 2
    out, err = capfd.readouterr()
    assert err.startswith("aimc: error: ")
    assert message in err
    assert not out


# --------------------------------------------------------------------------------------------- the list


def test_the_list_asks_the_kernel_once_for_the_same_sources(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    few = [theory.get(name) for name in ("T1a", "T4")]
    asked: list[str] = []

    def ask(statement: theory.Statement) -> tuple[bool, str]:
        asked.append(statement.id)
        return True, "yes"

    monkeypatch.setattr(verdicts, "_asked", ask)
    for expected in (2, 2):
        assert verdicts.verdicts(project, few) == {"T1a": (True, "yes"), "T4": (True, "yes")}
        assert len(asked) == expected
    monkeypatch.setattr(verdicts, "_key", lambda project: "other sources")
    verdicts.verdicts(project, few)
    assert len(asked) == 4
    verdicts.verdicts(project, few[:1])  # another selection
    assert len(asked) == 5


@pytest.mark.parametrize(
    "content", ["", "[]", '{"key": 1}', '{"key": "k", "verdicts": {"T1a": 1, "T4": [true]}}', "[1"]
)
def test_a_record_that_is_none_is_not_believed(content: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "_key", lambda project: "k")
    project.build.mkdir()
    (project.build / "verdicts.json").write_text(content)
    assert verdicts.verdicts(project, [theory.get("T1a")])["T1a"][0]


def test_a_rejected_statement_makes_the_list_fail(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    monkeypatch.setattr(verdicts, "_asked", lambda statement: (statement.id != "T4", "no identity"))
    assert main(["theory"], project=project) == 1
    out = capfd.readouterr().out
    assert "rejected: no identity" in out
    assert "T11c-vanishing" in out
    assert main(["theory"], project=project) == 1  # the record says so, too


def test_every_source_of_a_verdict_is_in_its_key(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "theory" / "theorems").mkdir(parents=True)
    source = root / "theory" / "theorems" / "t.py"
    keys = set()
    for content in ("1", "2"):
        source.write_text(content)
        keys.add(verdicts._key(Project(root=root, notebooks=root, build=root)))
    (root / "theory" / "kernel.py").write_text("")
    keys.add(verdicts._key(Project(root=root, notebooks=root, build=root)))
    assert len(keys) == 3


# ------------------------------------------------------------------------------------------- the mutants


def test_mutants_prints_the_score_and_writes_every_outcome(tmp_path: Path, capfd: Capture) -> None:
    assert main(["mutants", "T1a", "T4", "--json", str(tmp_path / "m.json")]) == 0
    out = capfd.readouterr().out
    assert "score 100 %" in out
    assert "T1a: 20 mutants" in out
    outcomes = json.loads((tmp_path / "m.json").read_text())
    assert {o["statement"] for o in outcomes} == {"T1a", "T4"}
    assert all(o["label"] and o["reason"] for o in outcomes)


def test_a_missed_mutant_is_named_and_fails(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """With one job the mutants are judged in this process, where the fault is planted."""
    monkeypatch.setattr("theory.kernel.is_zero", lambda expr: True)
    assert main(["mutants", "T1a", "--jobs", "1"]) == 1
    out = capfd.readouterr().out
    assert "missed: T1a, line " in out
    assert "score 100 %" not in out
