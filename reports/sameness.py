"""Whether two folders hold the same site: every file, byte for byte, but what says when and where it was built."""

from __future__ import annotations

from pathlib import Path

CHANGING = frozenset(("provenance.json", "provenance.js"))
"""Commit, machine and durations: they differ between builds of the same sources."""


def differences(fresh: Path, kept: Path) -> list[str]:
    """One line for each file that is not the same in both folders, by its path below them."""
    found = {folder: _files(folder) for folder in (fresh, kept)}
    told = [f"{name} is missing" for name in found[fresh] - found[kept]]
    told += [f"{name} is not of these sources" for name in found[kept] - found[fresh]]
    both = found[fresh] & found[kept] - CHANGING
    told += [f"{name} differs" for name in both if (fresh / name).read_bytes() != (kept / name).read_bytes()]
    return sorted(told)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
