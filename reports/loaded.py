"""Which of the project's own modules a kernel has loaded, told by the kernel itself after every cell.

IPython runs a file of its profile when it starts; the profile is one that a report makes for each execution, so that
what a user has set for IPython plays no part either.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

PACKAGES = ("theory", "simulation", "reports")
PROFILE = "ipython"
"""Folder of the profile, in that of an execution."""
_LIST = "loaded.json"
_STARTUP = """from reports import loaded
loaded.watch(get_ipython())
del loaded  # a notebook finds no name that it has not made
"""


def prepare(folder: Path) -> dict[str, str]:
    """Write the profile into the folder of an execution; return the environment variable that names it."""
    startup = folder / PROFILE / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text(_STARTUP)
    return {"IPYTHONDIR": str(folder / PROFILE)}


def watch(shell: object) -> None:
    """In the kernel: write the list after every cell."""
    target, seen = Path(os.environ["IPYTHONDIR"]).parent / _LIST, set[str]()

    def write() -> None:
        seen.update(_files())  # a module that is thrown out again has been loaded, too
        target.write_text(json.dumps(sorted(seen)))

    shell.events.register("post_execute", write)  # type: ignore[attr-defined]  # IPython's shell has no types


def _files() -> set[str]:
    own = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in PACKAGES]
    return {file for module in own if (file := getattr(module, "__file__", None))}


def read(folder: Path) -> frozenset[Path]:
    """The files of the modules that an execution loaded."""
    return frozenset(Path(path).resolve() for path in json.loads((folder / _LIST).read_text()))
