"""The cache of executed notebooks: what is fresh, what must run, and the manifest that vouches for it."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reports.claims import MIME, Claim
from reports.errors import BuildError, UsageError
from reports.execution import Outcome
from reports.parameters import Value
from reports.project import digest, file_digest, versions
from reports.sources import INJECTED, Source, cell_id

_FIELDS = frozenset(
    (
        "key",
        "parts",
        "loaded",
        "title",
        "parameters",
        "claims",
        "seconds",
        "cpu_seconds",
        "peak_mb",
        "versions",
        "sha256",
    )
)

PARTIAL = ".partial"
"""Ending of a file that is being written; one that stays was left by a process that was killed."""


@dataclass(frozen=True, kw_only=True)
class Build:
    """One notebook that was executed to its end: the file, its claims, and what it cost."""

    name: str
    title: str
    key: str
    """Digest of all that it may depend on."""
    parts: Mapping[str, str]
    """Digests of all that it did depend on, by what they are of: while they stay, it is as good as new."""
    loaded: Collection[str]
    """Names of the project's own modules that it loaded."""
    parameters: Mapping[str, Value]
    claims: tuple[Claim, ...]
    path: Path
    seconds: float
    cpu_seconds: float
    peak_mb: float
    versions: Mapping[str, str]
    source: Source | None = None
    """The notebook as it is written now, if its code still is what was executed: its words count, not those of then."""

    def notebook(self) -> Any:
        """Return the executed notebook as a node, with the present words."""
        import nbformat  # noqa: PLC0415

        executed = nbformat.read(self.path, as_version=4)  # type: ignore[no-untyped-call]
        for cell in executed.cells:
            if cell.cell_type != "code":  # what execution notes about text, which a reworded notebook lacks
                cell.metadata.pop("papermill", None)
                if not cell.metadata.get("tags"):
                    cell.metadata.pop("tags", None)
        return executed if self.source is None else _reworded(executed, self.source.notebook())

    def told_by(self, source: Source) -> Build:
        """The build with title, prose and header of a source whose code cells are those that were executed."""
        return replace(self, source=source, title=source.title)


def _reworded(executed: Any, written: Any) -> Any:
    """The written notebook's text cells between the executed code cells, which keep their outputs."""
    code, cells = [cell for cell in executed.cells if cell.cell_type == "code"], []
    for cell in written.cells:
        if cell.cell_type != "code":
            cells.append(cell)
            continue
        cells.append(code.pop(0))
        while code and INJECTED in code[0].metadata.get("tags", ()):
            cells.append(code.pop(0))
    for number, cell in enumerate(cells):
        cell.id = cell_id(number, cell.source)
    executed.cells = cells
    executed.metadata.pop("aimc", None)
    executed.metadata.update({key: value for key, value in written.metadata.items() if key == "aimc"})
    return executed


def last_good(folder: Path, name: str) -> Build | None:
    """Return the last complete build of ``name``, or None if there is none or its files do not agree."""
    path = folder / name / f"{name}.ipynb"
    try:
        manifest = json.loads((folder / name / "manifest.json").read_text(encoding="utf-8"))
        if set(manifest) != _FIELDS or manifest.pop("sha256") != file_digest(path):
            return None
        claims = tuple(Claim.from_json(record) for record in manifest.pop("claims"))
    except (OSError, ValueError):
        return None
    return Build(name=name, path=path, claims=claims, **manifest)


def keep(folder: Path, outcome: Outcome, *, key: str, parts: Mapping[str, str], loaded: Collection[str]) -> Build:
    """Store a finished execution and return its build; raises BuildError if its claims are malformed.

    The manifest is written last: without it, or with one for other bytes, the build does not exist.
    """
    source = outcome.job.source
    claims = collect_claims(source.name, json.loads(outcome.notebook))
    target = folder / source.name
    write_atomic(target / f"{source.name}.ipynb", outcome.notebook)
    manifest = {
        "key": key,
        "parts": dict(parts),
        "loaded": sorted(loaded),
        "title": source.title,
        "parameters": dict(outcome.job.values),
        "claims": [claim.to_json() for claim in claims],
        "seconds": round(outcome.seconds, 3),
        "cpu_seconds": round(outcome.cpu_seconds, 3),
        "peak_mb": round(outcome.peak_mb, 1),
        "versions": versions(),
        "sha256": file_digest(target / f"{source.name}.ipynb"),
    }
    write_atomic(target / "manifest.json", to_json(manifest))
    build = last_good(folder, source.name)
    if build is None:
        raise BuildError(f"notebook {source.name}: its build could not be read back from {target}")
    return build


def collect_claims(name: str, notebook: Mapping[str, Any]) -> tuple[Claim, ...]:
    """Return the claims among the outputs of an executed notebook; each name may occur once."""
    found: dict[str, Claim] = {}
    for number, cell in enumerate(notebook["cells"], start=1):
        for output in cell.get("outputs", ()):
            if MIME not in output.get("data", {}):
                continue
            try:
                claim = Claim.from_json(output["data"][MIME])
            except ValueError as error:
                raise BuildError(f"notebook {name}, cell {number}: malformed claim: {error}") from None
            if claim.name in found:
                raise BuildError(f"notebook {name}, cell {number}: claim {claim.name!r} is recorded twice")
            found[claim.name] = claim
    return tuple(found.values())


def source_key(source: Source, values: Mapping[str, Value], fingerprint: str) -> str:
    """Return the key of ``source`` with ``values``; values it does not declare make it stale."""
    declared = {parameter.name for parameter in source.parameters}
    return source.key(values, fingerprint) if set(values) == declared else digest("stale")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the build folder alone; raises UsageError if another process does.

    An advisory lock ends with its process, so a killed run leaves nothing to clean up.
    """
    writable(folder)
    with (folder / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"another aimc report is running in {folder}") from None
        yield


def writable(folder: Path) -> None:
    """Make ``folder`` if need be; raises UsageError if no file can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"folder {folder} cannot be written: {error.strerror}") from None


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old or the new content, never a part.

    Raises UsageError naming the path if the file system refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", suffix=PARTIAL, delete=False
        ) as partial:
            try:
                partial.write(content)
                partial.close()
                Path(partial.name).chmod(0o644)
                os.replace(partial.name, path)  # noqa: PTH105
            except BaseException:
                Path(partial.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def to_json(data: object) -> bytes:
    """Return ``data`` as readable, strict, deterministic JSON; floats round-trip exactly."""
    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()
