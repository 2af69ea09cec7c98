"""The fingerprint of everything that an executed notebook depends on, its own cells and parameters apart."""

from __future__ import annotations

import os
import platform
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from reports.imports import Imports
from reports.project import Project, digest, file_digest, folder_digest

SCHEMA = 1
"""Raise it whenever execution itself changes meaning: all earlier builds then count as stale."""
DATA_FOLDERS = ("AIMC_MNIST_DIR", "AIMC_DATA")
"""Environment variables through which notebooks are given other data than the packaged ones."""


class Fingerprints:
    """Digests of own modules, data, locked dependencies and Python, for the cells of some notebooks.

    Modules are those that the cells may load (`reports.imports`). The notebooks' data count if a cell speaks of data,
    the packaged ones if a module beside them may be loaded. Files are read when this is made: what changes later
    counts as a change.
    """

    def __init__(self, project: Project, notebooks: Mapping[str, Sequence[str]]) -> None:
        """Read what the notebooks, given by name with the sources of their code cells, may depend on."""
        own = Path(__file__).parent
        top = {"theory": project.root / "theory", "simulation": project.root / "simulation", "reports": own}
        imports, read = Imports(top), dict[Path, str]()
        data = {name: os.environ.get(name, "") for name in DATA_FOLDERS}
        given = [folder_digest(Path(folder)) for folder in data.values()]
        self._shared = [SCHEMA, platform.python_version(), data, given]
        self._modules: dict[str, dict[str, str]] = {}
        self._others: dict[str, dict[str, str]] = {}
        for name, code in notebooks.items():
            modules = imports.reached(code)
            for kept, paths in ((self._modules, modules), (self._others, _data(project, code, modules))):
                found = [path for path in paths if path.is_file()]
                read.update({path: file_digest(path) for path in found if path not in read})
                kept[name] = {project.named(path): read[path] for path in found}

    def whole(self, name: str) -> str:
        """Of all that a notebook may load: known without executing it."""
        return digest([*self._shared, self._modules[name] | self._others[name]])

    def narrowed(self, name: str, loaded: Collection[str]) -> str:
        """Of what an execution did load, by the names of `Project.named`, and of which other modules there are.

        As long as all of this stays, the same cells load the same modules: what one of the others says plays no part.
        """
        modules = self._modules[name]
        used = {module: modules[module] for module in modules if module in loaded}
        return digest([*self._shared, sorted(modules), used | self._others[name]])


def of(project: Project, code: Sequence[str]) -> str:
    """All that code with these cells may load."""
    return Fingerprints(project, {"": code}).whole("")


def _data(project: Project, code: Sequence[str], modules: Iterable[Path]) -> Iterable[Path]:
    if any("data" in cell for cell in code):
        yield from _records(project.notebooks / "data")
    yield project.root / "requirements.lock"
    packaged = project.root / "simulation" / "data"
    if any(path.is_relative_to(packaged) for path in modules):
        yield from _records(packaged)


def _records(folder: Path) -> Iterable[Path]:
    """Files of a folder that are no programs: what made a record is told in it, if that matters."""
    return (path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))
