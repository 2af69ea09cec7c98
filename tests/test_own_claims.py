"""`aimc check CLAIMS.toml` and the fixture `aimc_check`: a user's claims hold, fail and are refused as they should."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import theory
from reports import own_claims
from reports.cli import main
from tests.experiment_tables import TABLES

EXPERIMENT = """
steps = 300
runs = 16
step_size = 0.1
""" + TABLES.replace("gaussian", "two_point")
CLAIM = """
[[claim]]
name = "mine"
statement = "T3:asymmetric_linear"
experiment = "experiment.toml"
"""
SCHEDULE = '\n[schedule]\nname = "asynchronous_1f1b"\nstages = 2\n'


def check(folder: Path, claims: str = CLAIM, *more: str, experiment: str = EXPERIMENT) -> int:
    (folder / "experiment.toml").write_text(experiment)
    (folder / "claims.toml").write_text(claims)
    files = [word for name in ("json", "junit", "sarif", "markdown") for word in (f"--{name}", str(folder / name))]
    return main(["check", str(folder / "claims.toml"), *files, *more])


def decisions(folder: Path) -> dict[str, dict[str, Any]]:
    return {claim["claim"]: claim for claim in json.loads((folder / "json").read_text())["claims"]}


def test_an_experiment_within_its_bound_holds(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path) == 0
    assert "1 claims: 1 holds" in capfd.readouterr().out
    found = decisions(tmp_path)["mine"]
    assert 1 < (found["ratio"] or 0) < 10
    assert "claims.toml" in (tmp_path / "sarif").read_text()


def test_the_bound_is_the_statements_own(tmp_path: Path) -> None:
    from simulation.experiment import Experiment

    check(tmp_path)
    trace = Experiment.read(tmp_path / "experiment.toml").run()
    averages = {name: float(getattr(trace, name)[-1, 0].mean()) for name in ("gain_variance", "drift_variance")}
    gap = 0.5 * (1.0 + 0.5) * 0.4**2
    bound = theory.get("T3:asymmetric_linear").bound(
        step_size=0.1, steps=300, smoothness=1.0, initial_gap=gap, **averages
    )
    assert decisions(tmp_path)["mine"]["bound"] == pytest.approx(bound, rel=1e-12)  # roundings of two equal sums


def test_a_bound_that_is_too_small_is_violated(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tight = CLAIM + "[claim.numbers]\ninitial_gap = 1e-6\ndrift_variance = 1e-9\ngain_variance = 0.001\n"
    assert check(tmp_path, tight, "--annotate") == 1
    out = capfd.readouterr().out
    assert "violated: mine: mean of measured" in out
    assert "--only mine" in out
    assert "::error file=" in out


def test_every_setting_is_a_claim_and_can_be_chosen(tmp_path: Path) -> None:
    two = EXPERIMENT.replace("step_size = 0.1", "step_size = [0.05, 0.1]")
    assert check(tmp_path, experiment=two) == 0
    both = decisions(tmp_path)
    assert set(both) == {"mine-1", "mine-2"}
    assert check(tmp_path, CLAIM, "--only", "*-2", experiment=two) == 0
    assert decisions(tmp_path) == {"mine-2": both["mine-2"]}
    assert check(tmp_path, CLAIM, "--only", "nobody", experiment=two) == 5


def test_more_seeds_narrow_the_interval(tmp_path: Path) -> None:
    check(tmp_path)
    few = decisions(tmp_path)["mine"]
    check(tmp_path, CLAIM, "--seeds", "256")
    many = decisions(tmp_path)["mine"]
    assert many["high"] - many["low"] < (few["high"] - few["low"]) / 2


def test_too_few_seeds_and_lost_runs_are_undecided(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, CLAIM, "--seeds", "4") == 1
    assert decisions(tmp_path)["mine"]["verdict"] == "undecided"
    # A range of twice the optimum, and steps so large that some runs leave it.
    wild = EXPERIMENT.replace("step_size = 0.1", "step_size = 0.9").replace("tau = 1.0", "tau = 0.85")
    assert check(tmp_path, experiment=wild) == 1
    assert decisions(tmp_path)["mine"]["verdict"] == "undecided"
    assert check(tmp_path, experiment=EXPERIMENT.replace("tau = 1.0", "tau = 0.02")) == 1
    assert "every run of experiment left the model" in capfd.readouterr().err


def test_delays_come_from_the_schedule(tmp_path: Path) -> None:
    staged = CLAIM.replace("T3:asymmetric_linear", "T8:asymmetric_linear")
    scheduled = EXPERIMENT + SCHEDULE
    assert check(tmp_path, staged, experiment=scheduled) == 2  # a quadratic does not tell L_Φ
    given = "[claim.numbers]\nstaleness_lipschitz = 1.0\nyoung = 1.0\ndelayed_variance = 0.2\n"
    assert check(tmp_path, staged + given, experiment=scheduled) == 0
    # The delay of two stages is 1; with one of 3 the statement would forbid this step size.
    assert check(tmp_path, staged + given + "max_delay = 3\n", experiment=scheduled) == 2


def test_a_statement_that_is_not_proved_decides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    statement = theory.get("T3:asymmetric_linear")
    rejected = SimpleNamespace(accepted=False, reason="step 2 does not follow")
    monkeypatch.setattr(type(statement), "verify", lambda self: rejected)
    assert check(tmp_path) == 2
    assert "is not proved: step 2 does not follow" in capfd.readouterr().err
    assert not (tmp_path / "json").exists()


BAD = [
    ("claim = 3", r"must hold \[\[claim\]\] tables"),
    (CLAIM + "\nx = 1", "'x' is not a key here"),
    (CLAIM.replace("name =", "nam ="), "'nam' is not a key here; did you mean 'name'"),
    (CLAIM.replace('statement = "T3:asymmetric_linear"', ""), "claim 1: statement must be given"),
    (CLAIM.replace("T3:asymmetric_linear", "T99"), "claim 'mine': .*T99"),
    (CLAIM.replace("experiment.toml", "none.toml"), "claim 'mine': .*none.toml"),
    (CLAIM + 'measured = "loss"', "measured must be one of gradient_norm, .*, got 'loss'"),
    (CLAIM + 'kind = "certificate"', "kind must be one of upper, equal, sharp, rate, got 'certificate'"),
    (CLAIM + "margin = 0.1", "margin must be None for kind 'upper'"),
    (CLAIM + "[claim.numbers]\nstep_size = 5.0", "claim 'mine': .*step_size"),
    (CLAIM + CLAIM, "claim 'mine' is there twice"),
    ("[[claim", "not valid TOML"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_bad_claims_are_refused_and_nothing_written(
    text: str, message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import re

    assert check(tmp_path, text) == 2
    assert re.search(message, capfd.readouterr().err.replace("\n", " "))
    assert not (tmp_path / "json").exists()


def test_options_of_a_report_are_refused(tmp_path: Path) -> None:
    assert check(tmp_path, CLAIM, "--allow-stale") == 2
    assert check(tmp_path, CLAIM, "--seeds", "0") == 2
    assert check(tmp_path, CLAIM, "--workers", "0") == 2


def test_the_documented_example_holds() -> None:
    example = Path(__file__).parents[1] / "docs" / "examples" / "claims" / "my_claims.toml"
    rows = own_claims.judge_file(example, only=None, level=0.01, seeds=16)
    assert len(rows) == 2
    assert not any(row.failed for row in rows)


SUITE = """
def test_holds(aimc_check):
    assert [row.claim.name for row in aimc_check("claims.toml")] == ["mine"]

def test_fails(aimc_check):
    aimc_check("claims.toml", seeds=4)
"""


def test_the_fixture_gates_a_suite_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "experiment.toml").write_text(EXPERIMENT)
    (tmp_path / "claims.toml").write_text(CLAIM)
    (tmp_path / "test_mine.py").write_text(SUITE)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "mine is undecided: 4 independent seeds are too few" in done.stdout
