"""``aimc trial``: verdicts, exit codes, bad files, and the record for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.cli import main
from reports.mathml import to_mathml
from theory import trial

SOURCE = """
from theory.symbols import F, M
from theory.trial import Published

CLAIM = Published(id="mine", title="t", source="a draft", text="M ≤ F²", lhs={lhs}, rhs={rhs})
"""


def write(folder: Path, lhs: str, rhs: str) -> str:
    path = folder / "my_statement.py"
    path.write_text(SOURCE.format(lhs=lhs, rhs=rhs))
    return str(path)


def test_a_published_statement_is_judged(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", "c10"]) == 0
    text = capfd.readouterr().out
    for part in ("Verdict: proved after repair", "What is wrong: a misprint", "violated at", "Certificate: accepted"):
        assert part in text


@pytest.mark.parametrize(("lhs", "rhs", "code", "verdict"), [("M", "F**2", 0, "proved"), ("F**2", "M", 1, "refuted")])
def test_ones_own_statement_decides_the_exit_code(
    lhs: str, rhs: str, code: int, verdict: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["trial", write(tmp_path, lhs, rhs)]) == code
    assert f"Verdict: {verdict}" in capfd.readouterr().out


def test_the_record_holds_the_exact_counterexample(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "verdict.json"
    assert main(["trial", write(tmp_path, "F**2", "M"), "--json", str(record)]) == 1
    (judged,) = json.loads(record.read_text())
    numbers = judged["counterexamples"][0]["numbers"]
    assert (judged["id"], judged["verdict"]) == ("mine", "refuted")
    assert float(numbers["symmetric"]) > 0
    assert float(numbers["asymmetric"]) != 0
    assert "refuted" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (lambda folder: "C99", "no published statement 'C99'"),
        (lambda folder: str(folder / "none.py"), "must be an existing Python file"),
        (lambda folder: write(folder, "M", "unheard_of"), "NameError"),
    ],
)
def test_bad_input_has_its_own_message(
    argument: Callable[[Path], str], message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["trial", argument(tmp_path)]) == 2
    out, err = capfd.readouterr()
    assert message in err
    assert err.startswith("aimc: error: ")
    assert not out


@pytest.mark.parametrize("name", trial.CLAIMS)
def test_every_formula_on_trial_is_understood(name: str) -> None:
    claim = trial.CLAIMS[name]
    formulas = [trial.tex(claim), *([claim.repair.statement.latex()] if claim.repair else [])]
    assert all(to_mathml(formula, display=True).startswith("<math") for formula in formulas)
