"""What an execution loaded, and that nothing else makes it run again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from reports.build import last_good
from reports.cli import main
from reports.project import Project

Make = Callable[..., Project]
CELL = """
from simulation import devices
from reports import notebook as nb
nb.claim("c", statement="s", kind="certificate", measured=[devices.get("NAME").slope], bound=0, description="d");
"""
CASES = {
    "__init__.py": "",
    "devices/__init__.py": "import importlib\nget = lambda name: importlib.import_module('.' + name, __name__)",
    "devices/soft.py": "slope = 1",
    "devices/hard.py": "slope = 2",
}


def test_the_kernel_leaves_no_name_of_its_own(project_with: Make) -> None:
    project = project_with(one='assert not {"loaded", "watch"} & set(globals())')
    assert main(["report"], project=project) == 0


def test_a_changed_case_runs_only_the_notebooks_that_loaded_it(
    project_with: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    project = project_with(**{name: CELL.replace("NAME", name) for name in ("soft", "hard")})
    for name, text in CASES.items():
        path = project.root / "simulation" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert main(["report"], project=project) == 0
    (project.root / "simulation" / "devices" / "hard.py").write_text("slope = 3")
    capfd.readouterr()
    assert main(["report", "--dry-run"], project=project) == 0
    said = capfd.readouterr().out
    assert re.search("soft .* nothing changed", said)
    assert re.search("hard .* changed: code", said)
    before = {name: build for name in ("soft", "hard") if (build := last_good(project.build, name))}
    assert main(["report"], project=project) == 0
    after = {name: build for name in ("soft", "hard") if (build := last_good(project.build, name))}
    assert [before[name] == after[name] for name in ("soft", "hard")] == [True, False]
    assert after["hard"].claims[0].measured == (3.0,)
    # What the site says it was made from are the present files: a check of the claims finds nothing stale.
    assert main(["check", "--gate", "none"], project=project) == 1
    assert "another state of the code" not in "".join(capfd.readouterr())
    (project.root / "simulation" / "devices" / "new.py").write_text("")
    assert main(["report", "--dry-run"], project=project) == 0
    assert "nothing changed" not in capfd.readouterr().out
