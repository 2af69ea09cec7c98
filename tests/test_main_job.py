"""The whole path as a user runs it: report, check, planted faults that must turn the check red, and bad input."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEFT_OUT = shutil.ignore_patterns(".*", "build", "rendered", "*.egg-info", "__pycache__")
QUICK = ["-p", "steps", "100", "-p", "sharp_steps", "20000"]
FAULTS = {
    "asymptotic constant halved": (
        "theory/theorems/t3_convergence.py",
        "alpha * L * gain_variance, drift_variance)",
        "alpha * L * gain_variance, drift_variance / 2)",
        {"sharp-upper", "theory-T3"},
    ),
    "drift dropped from the update": (
        "simulation/update.py",
        "- np.abs(change) * asymmetric",
        "- 0 * np.abs(change) * asymmetric",
        {"sharp-equality"},
    ),
}


def aimc(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on the tree at `root`, whatever is installed."""
    environment = {**os.environ, "PYTHONPATH": str(root), "AIMC_MNIST_DIR": "", "AIMC_DATA": ""}
    command = [sys.executable, "-m", "reports", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def copy_of_the_project(target: Path) -> Path:
    """The project with one notebook, so that a run takes seconds."""
    shutil.copytree(ROOT, target, ignore=LEFT_OUT)
    for notebook in (target / "notebooks").glob("*.py"):
        if notebook.name != "analog_sgd.py":
            notebook.unlink()
    return target


def without_the_other_devices(root: Path) -> Path:
    """The theory with the two devices of that notebook only: the kernel has nothing else to prove here."""
    for response in (root / "theory" / "responses").glob("[!_]*.py"):
        if response.stem not in {"ideal", "asymmetric_linear"}:
            response.unlink()
    return root


def verdicts(root: Path) -> dict[str, str]:
    rows = json.loads((root / "build" / "check.json").read_text())["claims"]
    return {row["claim"]: row["verdict"] for row in rows}


def test_report_and_check_pass_on_the_project_as_it_is(tmp_path: Path) -> None:
    root = copy_of_the_project(tmp_path / "p")
    report = aimc(root, "report", *QUICK)
    assert report.returncode == 0, report.stderr
    assert "open " + str(root / "reports" / "rendered" / "index.html") in report.stdout
    check = aimc(root, "check", "--only", "sharp-*", "theory-*", "T3-ideal-vanilla", "T2-*-one-update")
    assert check.returncode == 0, check.stdout
    assert set(verdicts(root).values()) == {"holds"}
    assert {"sharp-upper", "sharp-equality", "theory-T3", "T3-ideal-vanilla", "T2-power-one-update"} <= set(
        verdicts(root)
    )
    assert "<testsuite" in (root / "build" / "junit.xml").read_text()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_turns_the_check_red(fault: str, tmp_path: Path) -> None:
    file, old, new, caught = FAULTS[fault]
    root = without_the_other_devices(copy_of_the_project(tmp_path / "p"))
    source = (root / file).read_text()
    assert source.count(old) == 1
    (root / file).write_text(source.replace(old, new))
    assert aimc(root, "report", *QUICK).returncode == 0
    assert aimc(root, "check", "--gate", "none").returncode == 1
    assert {claim for claim, verdict in verdicts(root).items() if verdict == "violated"} >= caught


def test_a_statement_is_printed_with_its_certificate_and_its_value_at_numbers() -> None:
    at = ["initial_gap=1", "steps=800", "smoothness=8", "noise_deviation=0.5"]
    shown = aimc(ROOT, "theory", "t3-rate:IDEAL", "--at", *at)
    assert shown.returncode == 0, shown.stderr
    assert "Kernel: accepted" in shown.stdout
    assert "Right-hand side: 0.141421" in shown.stdout  # 2√2 · 0.5 · √(8/800) by hand


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["T3-rate:ideal", "--at", "steps=many"], "--at takes NAME=VALUE with a number, got 'steps=many'"),
        (["T3-rate:ideal", "--at", "steps=-1"], "needs a value for: initial_gap"),
        (["T9-unheard"], "no statement 'T9-unheard'"),
        (["--at", "steps=1"], "--at needs the ID"),
    ],
)
def test_bad_statements_and_numbers_are_refused(arguments: list[str], message: str) -> None:
    refused = aimc(ROOT, "theory", *arguments)
    assert refused.returncode == 2
    assert message in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-p", "mnist_dir", "no/such/folder"], "no/such/folder"),
        (["-p", "step_factor", "1000"], "needs step size α ≤ 1/(L F_max); got"),
        (["-p", "step_factor", "fast"], "step_factor"),
        (["-p", "tau", "-1"], "tau must be float in [0.1, 100], got -1"),
        (["-p", "taus", "1"], "did you mean 'tau'"),
    ],
)
def test_bad_input_is_refused_in_one_paragraph(arguments: list[str], message: str, tmp_path: Path) -> None:
    refused = aimc(ROOT, "report", "--only", "real_data", "--output", str(tmp_path / "site"), *arguments)
    assert refused.returncode == 2
    assert message in refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.rglob("*.html"))
