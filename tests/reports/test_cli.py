"""The command line: every kind of bad input has its exit code and message, before anything runs."""

from __future__ import annotations

import fnmatch
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.cli import _EXAMPLES, main
from reports.errors import ExitCode
from reports.project import Commit, Project
from reports.sources import discover

Make = Callable[..., Project]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "a command is needed"),
        (["reprot"], 2, "invalid choice: 'reprot'"),
        (["report", "--onyl", "x"], 2, "unrecognized arguments: --onyl"),
        (["report", "--only", "demos"], 5, "no notebook matches demos; did you mean 'demo'"),
        (["report", "-p", "sead", "1"], 2, "parameter 'sead' is declared by no selected notebook; did you mean 'seed'"),
        (["report", "-p", "seed", "10"], 2, "notebook demo: parameter seed must be int in [0, 9], got 10"),
        (["report", "-p", "seed", "1", "-p", "seed", "2"], 2, "parameter 'seed' is given 2 times"),
        (["report", "--jobs", "0"], 2, "--jobs must be >= 1, got 0"),
        (["report", "--jobs", "two"], 2, "argument --jobs: invalid int value: 'two'"),
        (["report", "--timeout", "-1"], 2, "--timeout must be finite and > 0 seconds, got -1"),
        (["report", "--timeout", "nan"], 2, "--timeout must be finite and > 0 seconds, got nan"),
        (["report", "--output", "/dev/null/site"], 2, "folder /dev/null/site cannot be written"),
        (["check"], 2, "claims.json does not exist; make it with: aimc report"),
        (["theory", "T2"], 2, "no statement 'T2'; did you mean 'T1'"),
    ],
)
def test_bad_input(
    arguments: list[str], code: int, message: str, project_with: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    project = project_with(demo="raise SystemExit\n")
    assert main(arguments, project=project) == code
    out, err = capfd.readouterr()
    assert err.startswith("aimc: error: ")
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert not out
    assert not project.build.exists()


def test_bad_notebook_names_file_and_line(project_with: Make, capfd: pytest.CaptureFixture[str]) -> None:
    project = project_with(demo="")
    path = project.notebooks / "demo.py"
    path.write_text(path.read_text().replace("= 0  #", "= 0.5  #"))
    assert main(["report"], project=project) == 2
    assert "notebook demo.py, line 5: seed must be int in [0, 9], got 0.5" in capfd.readouterr().err


def test_empty_folder_selects_nothing(project_with: Make) -> None:
    assert main(["report"], project=project_with()) == ExitCode.NOTHING


@pytest.mark.parametrize("command", ["", "report", "check", "theory"])
def test_help_has_examples(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command.split(), "--help"])
    assert stopped.value.code == 0
    assert "examples:\n  aimc " in capfd.readouterr().out


def test_module_and_version() -> None:
    command = [sys.executable, "-m", "reports", "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert run.stdout.startswith("aimc 0.")


def test_theory_lists_and_describes(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["theory"]) == 0
    rows = [line for line in capfd.readouterr().out.splitlines() if "accepted" in line]
    assert len(rows) == 1  # the corollary is named beside its general statement
    assert "T1" in rows[0]
    assert "soft" in rows[0]
    assert main(["theory", "T1:soft"]) == 0
    assert capfd.readouterr().out == "T1:soft: Title of T1:soft\n"


def test_interruption_is_one_line(project_with: Make, monkeypatch: pytest.MonkeyPatch,
                                  capfd: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.pipeline.run", interrupted)
    assert main(["report"], project=project_with(demo="")) == ExitCode.STOPPED
    assert capfd.readouterr().err == "aimc: interrupted; what had finished is kept\n"


def test_folders_come_from_the_environment(tmp_path: Path) -> None:
    moved = Project.locate({"AIMC_NOTEBOOKS": str(tmp_path / "n"), "AIMC_BUILD": str(tmp_path / "b")})
    assert (moved.notebooks, moved.build) == (tmp_path / "n", tmp_path / "b")
    assert Project.locate({}).notebooks == moved.root / "notebooks"


def test_commit_is_read_and_the_site_itself_is_not_dirt(tmp_path: Path) -> None:
    assert Commit.read(tmp_path, ignore=tmp_path) == Commit(id="unknown", time=0, dirty=False)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e"]
    (tmp_path / "a").write_text("1")
    for arguments in (["init", "-q"], ["add", "a"], ["commit", "-qm", "m"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("")
    clean = Commit.read(tmp_path, ignore=site)
    assert len(clean.id) == 40
    assert clean.time > 0
    assert not clean.dirty
    (tmp_path / "a").write_text("2")
    assert Commit.read(tmp_path, ignore=site).dirty


def test_unforeseen_errors_are_one_line_and_a_crash(
    example: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reports.check.certificates", lambda: 1 / 0)
    assert main(["check"], project=example) == 3
    message = "aimc: crashed: ZeroDivisionError: division by zero (set AIMC_TRACEBACK=1 to see where)\n"
    assert capfd.readouterr().err == message
    monkeypatch.setenv("AIMC_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main(["check"], project=example)


def test_examples_of_the_help_name_things_that_exist() -> None:
    sources = {source.name: source for source in discover(Project.locate({}).notebooks)}
    words = _EXAMPLES["report"].split()
    patterns = [words[i + 1].strip("'") for i, word in enumerate(words) if word == "--only"]
    parameters = [words[i + 1] for i, word in enumerate(words) if word == "-p"]
    assert all(fnmatch.filter(sources, pattern) for pattern in patterns)
    assert set(parameters) <= {parameter.name for parameter in sources["analog_sgd"].parameters}
    assert patterns
    assert parameters
