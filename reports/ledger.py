"""Every claim of a run, decided together; and ``claims.json``, the record they are decided from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.build import Build, to_json
from reports.claims import KINDS, Claim, Decision, decide_all
from reports.errors import BuildError, UsageError

SCHEMA = 1
_ENTRY = {"title", "key", "parameters", "claims"}
_ORDER = ("violated", "undecided", "holds")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A claim, where it was recorded (a notebook, "theory" or "gate") and its decision."""

    origin: str
    claim: Claim
    decision: Decision
    file: str = ""
    """Where the claim is made, if neither in a notebook of the project nor by its theory."""
    repeat: str = ""
    """The command that measures and decides it alone, if it is made there."""

    @property
    def anchor(self) -> str:
        """Link target of the claim on the site."""
        page = "statements" if self.origin == "theory" else self.origin
        return f"{page}.html#claim-{self.claim.name}"

    @property
    def failed(self) -> bool:
        """Whether the claim is violated or undecided."""
        return self.decision.verdict != "holds"

    @property
    def detail(self) -> str:
        """Why, in a sentence: the kernel's reason, or the numbers."""
        return self.claim.description if self.origin == "theory" else self.decision.reason

    @property
    def source(self) -> str:
        """Where the claim is made, relative to the project or as the user named it."""
        if self.file:
            return self.file
        if self.origin == "gate":
            return "reports/gate/claims"
        return "theory/theorems" if self.origin == "theory" else f"notebooks/{self.origin}.py"

    @property
    def command(self) -> str:
        """What measures and decides this claim alone, anew."""
        if self.repeat:
            return self.repeat
        again = f"aimc check --only {self.claim.name}"
        return again if self.origin in ("theory", "gate") else f"aimc report --force --only {self.origin} && {again}"

    def to_json(self) -> dict[str, Any]:
        """Return the decision as strict JSON (undefined numbers are null)."""
        decision = {k: v if v == v else None for k, v in vars(self.decision).items()}  # noqa: PLR0124 (NaN)
        names = {"origin": self.origin, "claim": self.claim.name, "kind": self.claim.kind}
        return {**names, "statement": self.claim.statement, **decision}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the record holds of one notebook."""

    title: str
    key: str
    parameters: Mapping[str, Any]
    claims: tuple[Claim, ...]


def write_record(builds: Iterable[Build]) -> bytes:
    """Return ``claims.json``: every claim with its raw samples, no verdicts."""
    notebooks = {
        build.name: {
            "title": build.title,
            "key": build.key,
            "parameters": dict(build.parameters),
            "claims": [claim.to_json() for claim in build.claims],
        }
        for build in builds
    }
    return to_json({"schema": SCHEMA, "notebooks": notebooks})


def read_record(path: Path) -> dict[str, Entry]:
    """Read ``claims.json``; raises UsageError naming the file and the field at fault."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist; make it with: aimc report") from None
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not readable as JSON: {error}") from None
    try:
        _fields("the record", data, {"schema", "notebooks"})
        if data["schema"] != SCHEMA:
            raise ValueError(f"field 'schema' must be {SCHEMA}, got {data['schema']!r}")
        _object("notebooks", data["notebooks"])
        return {name: _entry(name, entry) for name, entry in data["notebooks"].items()}
    except ValueError as error:
        raise UsageError(f"{path}: {error}; make it anew with: aimc report") from None


def decided(
    notebooks: Mapping[str, Sequence[Claim]],
    certificates: Sequence[Claim],
    level: float,
    *,
    gate: Sequence[Claim] = (),
    others: int = 0,
) -> list[Row]:
    """Decide all claims together at family-wise ``level``; notebooks first, in the order given.

    ``others`` counts claims of the family that were not measured: they keep their share of the error.
    """
    named = [(name, claim) for name, claims in notebooks.items() for claim in claims]
    named += [("theory", claim) for claim in certificates] + [("gate", claim) for claim in gate]
    decisions = decide_all([claim for _, claim in named], level=level, others=others)
    return [Row(origin=o, claim=c, decision=d) for (o, c), d in zip(named, decisions, strict=True)]


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """Sort by verdict, then by how close the bound is."""

    def rank(row: Row) -> tuple[int, float]:
        ratio = row.decision.ratio if KINDS[row.claim.kind].sampled else None
        return _ORDER.index(row.decision.verdict), abs(ratio) if ratio is not None else float("inf")

    return sorted(rows, key=rank)


def certificate_name(identifier: str) -> str:
    """Return the claim name of a theory statement's certificate."""
    return "theory-" + re.sub(r"[^\w-]+", "-", identifier).strip("-")


def certificates() -> tuple[Claim, ...]:
    """Have the theory's kernel verify every statement, now; one certificate claim each.

    Raises BuildError naming the statement if verification itself fails.
    """
    import theory  # noqa: PLC0415  (imports a computer algebra system)

    return tuple(certificate(statement) for statement in theory.STATEMENTS.values())


def certificate(statement: Any) -> Claim:
    """What the kernel says of one statement. Raises BuildError naming it if verification itself fails."""
    try:
        verdict = statement.verify()
    except Exception as error:
        raise BuildError(f"statement {statement.id}: verification failed: {error}") from error
    return Claim(
        name=certificate_name(statement.id),
        statement=statement.title,
        kind="certificate",
        measured=(float(verdict.accepted),),
        bound=1.0,
        description=verdict.reason or "the kernel gave no reason",
    )


def _entry(name: str, entry: Any) -> Entry:
    if not re.fullmatch(r"[a-z0-9_]+", name):  # names become file names
        raise ValueError(f"notebook names must be lower-case letters, digits and _, got {name!r}")
    _fields(f"notebook {name!r}", entry, _ENTRY)
    _object("parameters", entry["parameters"])
    if not isinstance(entry["claims"], list):
        raise ValueError(f"notebook {name!r}: field 'claims' must be a list")
    claims = []
    for number, record in enumerate(entry["claims"]):
        try:
            claims.append(Claim.from_json(record))
        except ValueError as error:
            raise ValueError(f"notebook {name!r}, claims[{number}]: {error}") from None
    names = [claim.name for claim in claims]
    if repeated := {claim for claim in names if names.count(claim) > 1}:
        raise ValueError(f"notebook {name!r}: claim {min(repeated)!r} is recorded twice")
    return Entry(**{**entry, "claims": tuple(claims)})


def _fields(what: str, data: Any, names: set[str]) -> None:
    _object(what, data)
    for name in sorted(names ^ set(data)):
        raise ValueError(f"{what}: field {name!r} is {'missing' if name in names else 'unknown'}")


def _object(what: str, data: Any) -> None:
    if not isinstance(data, dict):
        raise ValueError(f"{what} must be an object, got {type(data).__name__}")
