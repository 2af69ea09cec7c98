"""The example of a laboratory's own repository: the steps of its workflow, run as they stand there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "laboratory"


def steps(folder: Path) -> list[str]:
    """The commands of the workflow, but those that install."""
    workflow = yaml.safe_load((folder / "check.yml").read_text(encoding="utf-8"))
    commands = [step["run"] for step in workflow["jobs"]["bounds"]["steps"] if "run" in step]
    return [command for command in commands if not command.startswith("pip install")]


def outcome(folder: Path) -> list[int]:
    """Exit code of each step."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    return [
        subprocess.run(["bash", "-ec", step], cwd=folder, env=environment, capture_output=True, check=False).returncode
        for step in steps(folder)
    ]


@pytest.fixture
def laboratory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "our-device", ignore=shutil.ignore_patterns("__pycache__", ".*")))


def test_every_step_of_the_workflow_passes(laboratory: Path) -> None:
    assert outcome(laboratory) == [0, 0]
    assert "2 claims: 2 holds" in (laboratory / "summary.md").read_text(encoding="utf-8")
    assert '"version": "2.1.0"' in (laboratory / "check.sarif").read_text(encoding="utf-8")


def test_a_device_that_breaks_a_bound_turns_every_step_red(laboratory: Path) -> None:
    claims = laboratory / "claims.toml"
    text = claims.read_text(encoding="utf-8")
    assert "gain_bound = 1.28" in text
    claims.write_text(text.replace("gain_bound = 1.28", "gain_bound = 0.28\ninitial_gap = 1e-6"), encoding="utf-8")
    assert outcome(laboratory) == [1, 1]
    assert "is violated" in (laboratory / "summary.md").read_text(encoding="utf-8")
