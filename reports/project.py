"""Where things are, their digests, and the state of the sources."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_VERSIONED = ("numpy", "scipy", "sympy", "matplotlib", "papermill", "ipykernel", "nbconvert", "math-core")


@dataclass(frozen=True, kw_only=True)
class Project:
    """The folders of one checkout: its root, its notebooks, and where executed notebooks are kept."""

    root: Path
    notebooks: Path
    build: Path

    @classmethod
    def locate(cls, environ: Mapping[str, str] = os.environ) -> Project:
        """Find the project around this package; AIMC_NOTEBOOKS and AIMC_BUILD move the two folders."""
        root = Path(__file__).resolve().parent.parent
        return cls(
            root=root,
            notebooks=Path(environ.get("AIMC_NOTEBOOKS", root / "notebooks")).resolve(),
            build=Path(environ.get("AIMC_BUILD", root / "build")).resolve(),
        )

    @property
    def rendered(self) -> Path:
        """Default folder of the published site."""
        return self.root / "reports" / "rendered"

    def at(self, scale: str) -> Project:
        """The same project with what is executed at another scale than the default kept apart."""
        return self if scale == "default" else replace(self, build=self.build / scale)

    def site(self, scale: str) -> Path:
        """Folder of the site at a scale; what is committed lies below reports."""
        return {"default": self.rendered, "full": self.root / "reports" / "full"}.get(
            scale, self.at(scale).build / "site"
        )

    def named(self, path: Path) -> str:
        """Name of a file that does not depend on where the project lies."""
        for name, folder in (("notebooks", self.notebooks), ("reports", Path(__file__).parent), ("", self.root)):
            if path.is_relative_to(folder):
                return f"{name}/{path.relative_to(folder).as_posix()}"
        return path.as_posix()


def folder_digest(folder: Path) -> str:
    """Return a digest of all files in a folder and below, or "" if the path names none."""
    if folder == Path() or not folder.is_dir():
        return ""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return digest({path.relative_to(folder).as_posix(): file_digest(path) for path in files})


def digest(data: object) -> str:
    """Return the SHA-256 of ``data`` in canonical JSON."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def versions() -> dict[str, str]:
    """Return name -> version of Python and the packages that shape numbers or pages."""
    found = {"python": platform.python_version()}
    for name in _VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


@dataclass(frozen=True, kw_only=True)
class Commit:
    """The state of the sources: commit id ("unknown" outside git), its time, uncommitted changes."""

    id: str
    time: int
    dirty: bool

    @classmethod
    def read(cls, root: Path, *, ignore: Path) -> Commit:
        """Ask git about ``root``; changes below ``ignore`` (the site itself) do not count as dirty."""
        head = _git(root, "log", "-1", "--format=%H %ct")
        if not re.fullmatch(r"[0-9a-f]{40,64} \d+", head):
            return cls(id="unknown", time=0, dirty=False)
        paths = ["."]
        if ignore.is_relative_to(root):
            paths.append(f":(exclude){ignore.relative_to(root).as_posix()}")
        status = _git(root, "status", "--porcelain", "--", *paths)
        return cls(id=head.split()[0], time=int(head.split()[1]), dirty=bool(status))


def _git(root: Path, *arguments: str) -> str:
    try:
        command = ["git", "-C", str(root), *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (fixed words)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""
