"""``aimc simulate``: results and a picture, exit codes, and nothing written for a bad file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reports.cli import main
from simulation import _loop
from simulation.results import read_results
from tests.experiment_tables import TABLES

TEXT = (
    """
steps = 200
runs = 4
step_size = [0.02, 0.1]
"""
    + TABLES
)


def simulate(folder: Path, text: str) -> int:
    (folder / "mine.toml").write_text(text)
    return main(["simulate", str(folder / "mine.toml"), "--output", str(folder / "out")])


def test_an_experiment_leaves_results_and_a_picture(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert simulate(tmp_path, TEXT) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["results.nc", "results.svg"]
    assert read_results(tmp_path / "out" / "results.nc")["gradient_norm"].shape[1:] == (2, 4)
    assert "0 of 4" in capfd.readouterr().out
    assert "steps K" not in (tmp_path / "out" / "results.svg").read_text()  # text is drawn as paths
    assert "one curve a setting" in (tmp_path / "out" / "results.svg").read_text()


def test_a_run_that_diverges_is_reported_with_its_step(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert simulate(tmp_path, TEXT.replace("[0.02, 0.1]", "[0.02, 5.0]")) == 1
    lines = [line for line in capfd.readouterr().out.splitlines() if "of 4" in line]
    assert "0 of 4" in lines[0]
    assert "4 of 4" in lines[1]


@pytest.mark.parametrize(
    ("text", "message"),
    [(TEXT + "\nruns_ = 1\n", "'runs_' is not a key here"), (TEXT.replace("200", "0"), "steps must be")],
)
def test_a_bad_file_writes_nothing(text: str, message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert simulate(tmp_path, text) == 2
    assert message in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capfd.readouterr().err


def test_a_killed_run_goes_on_to_the_same_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert simulate(tmp_path, TEXT) == 0
    whole = (tmp_path / "out" / "results.nc").read_bytes()
    monkeypatch.setattr(_loop, "_SAVE_SECONDS", 0.0)
    advance, made = _loop.Loop._next, 0

    def killed(self: _loop.Loop) -> Any:
        nonlocal made
        made += 1
        if made == 100:
            raise KeyboardInterrupt
        return advance(self)

    monkeypatch.setattr(_loop.Loop, "_next", killed)
    other = tmp_path / "other"
    other.mkdir()
    assert simulate(other, TEXT) == 4
    assert [path.name for path in (other / "out").iterdir()] == ["unfinished"]
    assert simulate(other, TEXT.replace("200", "300")) == 2  # another experiment does not continue it
    assert made == 100
    assert simulate(other, TEXT) == 0
    assert made <= 100 + 200 - 98  # the step that was killed is made again, at most one before it, and the rest
    assert sorted(path.name for path in (other / "out").iterdir()) == ["results.nc", "results.svg"]
    assert (other / "out" / "results.nc").read_bytes() == whole
