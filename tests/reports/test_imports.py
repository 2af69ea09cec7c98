"""Which of the project's files a notebook may load, and that its fingerprint follows just these."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from reports.fingerprints import Fingerprints
from reports.imports import Imports
from reports.project import Project

FILES = {
    "simulation/__init__.py": "",
    "simulation/engine.py": "def run():\n    from simulation import devices\n",
    "simulation/alone.py": "",
    "simulation/devices/__init__.py": "from ..shared import x\n",
    "simulation/devices/soft.py": "",
    "simulation/shared.py": "x = 1\n",
    "theory/__init__.py": "",
}


def written(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def reached(root: Path, *code: str) -> set[str]:
    imports = Imports({name: root / name for name in ("simulation", "theory")})
    return {path.relative_to(root).as_posix() for path in imports.reached(code)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import numpy", set()),
        ("import simulation", {"__init__"}),
        ("from simulation import alone", {"__init__", "alone"}),
        ("from simulation.shared import x", {"__init__", "shared"}),
        ("import simulation.engine", {"__init__", "engine", "devices/__init__", "devices/soft", "shared"}),
    ],
)
def test_imports_are_followed_and_folders_of_cases_taken_whole(tmp_path: Path, code: str, expected: set[str]) -> None:
    assert reached(written(tmp_path, FILES), code) == {f"simulation/{name}.py" for name in expected}


@pytest.mark.parametrize("cell", ["%run something", "x = ("])
def test_a_cell_that_is_not_python_may_load_anything(tmp_path: Path, cell: str) -> None:
    assert reached(written(tmp_path, FILES), "import numpy", cell) == set(FILES)


def test_a_module_that_is_not_python_may_load_anything(tmp_path: Path) -> None:
    root = written(tmp_path, {**FILES, "simulation/alone.py": "x = ("})
    assert reached(root, "import simulation.alone") == set(FILES)


@pytest.mark.parametrize(
    ("changed", "users"),
    [
        ("simulation/devices/soft.py", {"engine"}),
        ("simulation/devices/new.py", {"engine"}),
        ("simulation/alone.py", {"alone"}),
        ("theory/__init__.py", set()),
        ("notebooks/data/record.json", {"record"}),
        ("notebooks/data/record.py", set()),
        ("requirements.lock", {"engine", "alone", "record"}),
    ],
)
def test_a_change_renews_only_the_fingerprints_of_its_users(tmp_path: Path, changed: str, users: set[str]) -> None:
    root = written(tmp_path, FILES)
    project = Project(root=root, notebooks=root / "notebooks", build=root / "build")
    code = {name: [f"import simulation.{name}"] for name in ("engine", "alone")}
    code["record"] = ['open("notebooks/data/record.json")']
    before = Fingerprints(project, code)
    written(root, {changed: "y = 2\n"})
    after = Fingerprints(project, code)
    assert {name for name in code if before.whole(name) != after.whole(name)} == users


SOFT, ENGINE = "/simulation/devices/soft.py", "/simulation/engine.py"


@pytest.mark.parametrize(
    ("changed", "users"),
    [
        ("simulation/devices/soft.py", {SOFT}),  # only who loaded it
        ("simulation/devices/new.py", {SOFT, ENGINE}),  # whoever looks into the folder may find it
        ("simulation/engine.py", {ENGINE}),
        ("simulation/alone.py", set()),
        ("notebooks/data/record.json", set()),
        ("requirements.lock", {SOFT, ENGINE}),
    ],
)
def test_what_was_not_loaded_plays_no_part(tmp_path: Path, changed: str, users: set[str]) -> None:
    root = written(tmp_path, FILES)
    project = Project(root=root, notebooks=root / "notebooks", build=root / "build")
    before = Fingerprints(project, {"one": ["import simulation.engine"]})
    written(root, {changed: FILES.get(changed, "") + "y = 2\n"})
    after = Fingerprints(project, {"one": ["import simulation.engine"]})
    assert {one for one in (SOFT, ENGINE) if before.narrowed("one", {one}) != after.narrowed("one", {one})} == users


def test_loading_more_is_another_fingerprint(tmp_path: Path) -> None:
    root = written(tmp_path, FILES)
    prints = Fingerprints(
        Project(root=root, notebooks=root / "notebooks", build=root / "build"), {"one": ["import simulation.engine"]}
    )
    assert len({prints.narrowed("one", loaded) for loaded in ((), (SOFT,), (ENGINE,), (SOFT, ENGINE))}) == 4
