"""Which of the project's own files a notebook may load: its imports, followed as they stand in the sources.

A top-level package brings in what its ``__init__`` imports; a package below it all of its folder, for such packages
are folders of cases that find their modules themselves.  Imports inside functions count like others.  What is found by
reading sources is more than what one run loads, never less: nothing imports by a name that it makes up but the
registries, and these look below their own folder.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


class Imports:
    """The import graph of some top-level packages, each file read once."""

    def __init__(self, packages: Mapping[str, Path]) -> None:
        """Take the folders of the packages, by name."""
        self._packages = packages
        self._next: dict[Path, frozenset[Path]] = {}
        self._named: dict[str, tuple[Path, ...]] = {}

    def reached(self, code: Iterable[str]) -> frozenset[Path]:
        """Every file that code with these cells may load."""
        found: set[Path] = set()
        waiting = {path for cell in code for path in self._of(cell, "")}
        while waiting:
            path = waiting.pop()
            found.add(path)
            waiting |= self._following(path) - found
        return frozenset(found)

    def _following(self, path: Path) -> frozenset[Path]:
        if path not in self._next:
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeError):  # whoever loads it will say so
                text = ""
            self._next[path] = frozenset(self._of(text, self._package(path)))
        return self._next[path]

    def _of(self, text: str, package: str) -> Iterator[Path]:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):  # a command of the notebook's shell, or an error: it may load anything
            for folder in self._packages.values():
                yield from folder.rglob("*.py")
            return
        for node in _statements(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._found(alias.name)
            elif isinstance(node, ast.ImportFrom):
                parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                base = ".".join([*parents, *([node.module] if node.module else [])])
                for alias in node.names:
                    yield from self._found(f"{base}.{alias.name}")

    def _found(self, dotted: str) -> tuple[Path, ...]:
        if dotted not in self._named:
            self._named[dotted] = tuple(self._files(dotted))
        return self._named[dotted]

    def _files(self, dotted: str) -> Iterator[Path]:
        """Files of a module and of the packages above it; of a name in a module, those of the module."""
        top, *rest = dotted.split(".")
        folder = self._packages.get(top)
        if folder is None:
            return
        yield folder / "__init__.py"
        for name in rest:
            if (folder / f"{name}.py").is_file():
                yield folder / f"{name}.py"
                return
            folder = folder / name
            if not folder.is_dir():
                return
            yield from folder.rglob("*.py")

    def _package(self, path: Path) -> str:
        """Dotted name of the package that a file is in."""
        for name, folder in self._packages.items():
            if path.is_relative_to(folder):
                return ".".join([name, *path.relative_to(folder).parts[:-1]])
        return ""


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement below a node; expressions, the most of a tree, hold none."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        for node in getattr(tree, name, ()):
            yield node
            yield from _statements(node)
