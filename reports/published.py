"""What a site is made of, and the record of the last one: if neither has changed, it need not be made again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from reports.build import Build, to_json, write_atomic
from reports.claims import Claim
from reports.project import Commit, Project, digest, file_digest, versions
from reports.sources import Source

_MAKERS = ("*.py", "templates/**/*", "assets/*")
"""What of this package shapes the pages."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What a site is made of."""

    builds: Sequence[Build]
    certificates: Sequence[Claim]
    known: frozenset[str]
    """All notebooks there are; pages of others are removed."""
    stale: frozenset[str]
    """Notebooks whose build belongs to an earlier state of the code."""
    failed: Mapping[str, str]
    """How the last execution ended, of those that failed."""
    commit: Commit
    level: float


@dataclass(frozen=True, kw_only=True)
class Publication:
    """The record of the site in one folder."""

    record: Path
    output: Path
    key: str

    @classmethod
    def of(cls, project: Project, output: Path, edition: Edition, every: Iterable[Source]) -> Publication:
        """The record for a folder, and the key of an edition with the notebooks as they are written now."""
        made = {
            "builds": {b.name: file_digest(b.path.with_name("manifest.json")) for b in edition.builds},
            "stale": sorted(edition.stale),
            "failed": dict(edition.failed),
            "notebooks": {source.name: source.text for source in every},
            "makers": _makers(project),
            "versions": versions(),
            "commit": asdict(edition.commit),
        }
        name = f"published-{digest(str(output))[:12]}.json"
        return cls(record=project.build / name, output=output, key=digest(made))

    @property
    def intact(self) -> bool:
        """Whether the site in the folder is what would be made now, to the last byte."""
        try:
            data = json.loads(self.record.read_text(encoding="utf-8"))
            files = data["files"] if data["key"] == self.key else {}
            return bool(files) and all(file_digest(self.output / name) == found for name, found in files.items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False

    def note(self, files: Mapping[str, str]) -> None:
        """Record the digests of the files just put in place."""
        write_atomic(self.record, to_json({"key": self.key, "files": dict(files)}))


def _makers(project: Project) -> dict[str, str]:
    own = Path(__file__).parent
    files = {path.relative_to(own).as_posix(): path for pattern in _MAKERS for path in own.glob(pattern)}
    files |= {path.as_posix(): path for path in (project.root / "theory").rglob("*.py")}
    files |= {name: project.root / name for name in ("CITATION.cff", "requirements.lock")}
    return {name: file_digest(path) for name, path in files.items() if path.is_file()}
