"""Discovery of notebooks: every ``*.py`` of the notebook folder is one, or an error that says why not."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.errors import NothingSelected, UsageError, nearest
from reports.parameters import Parameter, Value, override, parse_cell
from reports.project import digest, folder_digest

TAG = "parameters"
INJECTED = "injected-parameters"
"""Tag of the cell that execution adds after the parameters."""
_RESERVED = ("index", "statements", "assets", "figures")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One notebook as it is written: name (its file name), title, declared parameters, text."""

    name: str
    path: Path
    title: str
    parameters: tuple[Parameter, ...]
    text: str
    code: tuple[str, ...]
    """Sources of the code cells, in order."""
    cells: int
    """Number of all cells."""

    def parts(self, values: Mapping[str, Value], fingerprint: str) -> dict[str, str]:
        """What the outputs depend on, and nothing else (no prose, no times): a digest of each kind, by its name.

        A text parameter that names a folder counts with the contents of that folder.
        """
        folders = {name: folder_digest(Path(value)) for name, value in values.items() if isinstance(value, str)}
        return {
            "its code cells": digest(list(self.code)),
            "its parameters": digest([sorted(values.items()), folders]),
            "code, data, dependencies or Python": fingerprint,
        }

    def key(self, values: Mapping[str, Value], fingerprint: str) -> str:
        """Return the cache key: the digest of all parts."""
        return digest(self.parts(values, fingerprint))

    def notebook(self) -> Any:
        """Return an unexecuted notebook node whose cell ids follow from the content alone."""
        return _read(self.text)


def discover(folder: Path) -> tuple[Source, ...]:
    """Read every notebook of ``folder``; raises UsageError naming the file and line at fault."""
    if not folder.is_dir():
        raise UsageError(f"the notebook folder {folder} does not exist")
    return tuple(load(path) for path in sorted(folder.glob("*.py")))


def load(path: Path) -> Source:
    """Read and check one notebook; raises UsageError naming the notebook and the line."""
    if not re.fullmatch(r"[a-z0-9_]+", path.stem) or path.stem in _RESERVED:
        raise UsageError(f"notebook {path.name}: the name must be lower-case letters, digits and _, no more")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise UsageError(f"notebook {path.name} cannot be read: {error}") from None
    cells = _read(text).cells
    code = tuple(str(cell.source) for cell in cells if cell.cell_type == "code")
    return Source(
        name=path.stem,
        path=path,
        title=_title(path.name, cells),
        parameters=_parameters(path.name, text, cells),
        text=text,
        code=code,
        cells=len(cells),
    )


def select(sources: Sequence[Source], patterns: Iterable[str] | None) -> tuple[Source, ...]:
    """Return the sources whose name matches any pattern (all if None), in their order.

    Raises NothingSelected if a pattern matches none, naming the nearest known name.
    """
    wanted = None if patterns is None else list(patterns)
    names = [source.name for source in sources]
    for pattern in wanted or ():
        if not fnmatch.filter(names, pattern):
            raise NothingSelected(f"no notebook matches {pattern}; {nearest(pattern, names)}")
    if wanted is not None:
        sources = [s for s in sources if any(fnmatch.fnmatchcase(s.name, pattern) for pattern in wanted)]
    if not sources:
        raise NothingSelected("no notebook in the notebook folder")
    return tuple(sources)


def assign(sources: Sequence[Source], given: Mapping[str, str], scale: str = "default") -> dict[str, dict[str, Value]]:
    """Return notebook -> parameter -> value at a scale; every given name must be declared by some source.

    Raises UsageError for an unknown name (with the nearest one), a wrong type or a value out of range.
    """
    known = {parameter.name for source in sources for parameter in source.parameters}
    for name in given:
        if name not in known:
            raise UsageError(f"parameter {name!r} is declared by no selected notebook; {nearest(name, known)}")
    values = {}
    for source in sources:
        try:
            values[source.name] = override(source.parameters, given, scale)
        except UsageError as error:
            raise UsageError(f"notebook {source.name}: {error}") from None
    return values


def _read(text: str) -> Any:
    import jupytext  # noqa: PLC0415  (slow to import; only commands that read notebooks pay)

    notebook = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(notebook.cells):
        cell.id = cell_id(number, cell.source)
    return notebook


def cell_id(number: int, source: str) -> str:
    """Name of a cell that follows from its place and content alone."""
    return f"{number:03d}-{digest(source)[:8]}"


def _title(name: str, cells: Sequence[Any]) -> str:
    first = cells[0] if cells else None
    match = re.match(r"# (\S.*)", first.source) if first and first.cell_type == "markdown" else None
    if match is None:
        raise UsageError(f"notebook {name}, line 1: the first cell must be markdown with the title, '# # Title'")
    return match[1].strip()


def _parameters(name: str, text: str, cells: Sequence[Any]) -> tuple[Parameter, ...]:
    tagged = [c for c in cells if c.cell_type == "code" and TAG in c.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise UsageError(
            f"notebook {name}: exactly one code cell must be tagged, '# %% tags=[\"{TAG}\"]', got {len(tagged)}"
        )
    try:
        return parse_cell(tagged[0].source)
    except ValueError as error:
        message, line = error.args
        raise UsageError(f"notebook {name}, line {_first_line(text) + line - 1}: {message}") from None


def _first_line(text: str) -> int:
    """Return the 1-based number of the first line of the tagged cell's source."""
    lines = text.splitlines()
    marker = next(i for i, line in enumerate(lines) if re.match(rf'# %%.*"{TAG}"', line))
    return next(i for i, line in enumerate(lines[marker + 1 :], start=marker + 2) if line.strip())
