"""The kernel's verdicts on the general statements, kept beside the digest of everything that they follow from.

The kernel is deterministic, so a verdict holds for as long as nothing of the theory, its solver or its algebra changes.
``aimc check`` does not read these records: it asks the kernel again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from reports.build import to_json, write_atomic
from reports.claims import Claim
from reports.project import Project, digest, file_digest, versions

Verdicts = dict[str, tuple[bool, str]]
"""Accepted or not, and the reason, by id."""
_TRUSTED = ("sympy", "z3-solver")


def verdicts(project: Project, statements: Sequence[Any]) -> Verdicts:
    """What the kernel says of each statement, from the record if it is about exactly these sources."""
    record, key = project.build / "verdicts.json", _key(project)
    known = _read(record, key)
    if known.keys() != {statement.id for statement in statements}:
        known = {statement.id: _asked(statement) for statement in statements}
        write_atomic(record, json.dumps({"key": key, "verdicts": known}, ensure_ascii=False, indent=1).encode())
    return known


def certificates(project: Project, ask: Callable[[], Sequence[Claim]]) -> tuple[Claim, ...]:
    """The certificate of every statement and corollary, from the record if it is about exactly these sources."""
    found = kept(project, "certificates", lambda: [claim.to_json() for claim in ask()])
    return tuple(Claim.from_json(one) for one in found)


def kept(project: Project, name: str, make: Callable[[], Any], makers: Iterable[Path] = ()) -> Any:
    """What `make` makes of the theory, as JSON, from the record of that name if it is about exactly these sources.

    ``makers`` are files that shape it besides the theory's.
    """
    record = project.build / f"{name}.json"
    key = digest([_key(project), versions(), [file_digest(path) for path in makers]])
    try:
        data = json.loads(record.read_text(encoding="utf-8"))
        if data["key"] == key:
            return data["made"]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no such record, or it is not one: it is written anew
    made = make()
    write_atomic(record, to_json({"key": key, "made": made}))
    return made


def _asked(statement: Any) -> tuple[bool, str]:
    verdict = statement.verify()
    return bool(verdict.accepted), str(verdict.reason)


def _key(project: Project) -> str:
    sources = sorted((project.root / "theory").rglob("*.py"))
    digests = {path.relative_to(project.root).as_posix(): file_digest(path) for path in sources}
    return digest([digests, {name: _version(name) for name in _TRUSTED}])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _read(record: Path, key: str) -> Verdicts:
    """The verdicts recorded under that key; none if there is no such record, or it is not one."""
    try:
        data = json.loads(record.read_text(encoding="utf-8"))
        if data["key"] == key:
            return {name: (accepted is True, str(reason)) for name, (accepted, reason) in data["verdicts"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {}


def devices(ids: Mapping[str, Any]) -> dict[str, list[str]]:
    """The devices that a statement has corollaries for: those of the ids 'statement:device'."""
    found: dict[str, list[str]] = {}
    for name in ids:
        general, colon, device = name.partition(":")
        if colon:
            found.setdefault(general, []).append(device)
    return found
