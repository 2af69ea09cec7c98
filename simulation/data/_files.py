"""Files of data sets: found plain or gzipped, held against checksums, recorded for provenance."""

import gzip
import hashlib
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

SUMS = "SHA256SUMS"
"""File that lists the SHA-256 of a folder's files as they are stored; also looked for one folder up."""


class DataError(ValueError):
    """A data file is missing, damaged or not the one expected; names file, finding and expectation."""


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """Provenance of one file that was read."""

    name: str
    """File name, with .gz if it is stored so."""
    size: int
    """Length as stored [bytes]."""
    sha256: str
    """SHA-256 of the file as stored."""
    content_sha256: str
    """SHA-256 of the uncompressed content, the same however it was compressed."""
    checked: str
    """What it was held against: "SHA256SUMS", "known checksum" or, where none is known, "complete size"."""


def read_file(
    folder: Path, name: str, *, known: Collection[str] = (), complete: int | None = None
) -> tuple[bytes, StoredFile]:
    """Return the uncompressed content of `folder`/`name` (or name.gz) and its provenance.

    A file that a SHA256SUMS file is responsible for must match it. Any other must have a known checksum or,
    if `complete` is given, the length of the complete set's file; so that a subset, or a download that
    stopped early, is never taken for the whole.

    Args:
        folder: where the file lies.
        name: its standard name, without .gz.
        known: published SHA-256 of the file, as stored or uncompressed; the first is named in errors.
        complete: length of the complete set's uncompressed file [bytes]; None: only checksums count.

    Raises:
        DataError: if the file is missing, not a complete gzip file, or neither listed, known nor complete.
    """
    path = _find(folder, name)
    stored = path.read_bytes()
    digest = hashlib.sha256(stored).hexdigest()
    listed = _matches_sums(path, digest, len(stored))
    content = _uncompressed(stored, path, complete)
    content_digest = digest if content is stored else hashlib.sha256(content).hexdigest()
    if listed:
        checked = SUMS
    elif {digest, content_digest} & set(known):
        checked = "known checksum"
    else:
        _require_complete(path, len(content), content_digest, known, complete)
        checked = "complete size"
    record = StoredFile(name=path.name, size=len(stored), sha256=digest, content_sha256=content_digest, checked=checked)
    return content, record


def read_sums(folder: Path) -> dict[str, str]:
    """Return name → SHA-256 of a folder's SHA256SUMS file, empty if it has none.

    Raises:
        DataError: if a line is not a checksum and a name.
    """
    path = folder / SUMS
    if not path.is_file():
        return {}
    entries = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line]
    if any(len(entry) != 2 for entry in entries):
        raise DataError(f"{path}: every line must be 'checksum  name'")
    return {name.lstrip("*"): digest for digest, name in entries}


def listed_files(folder: Path) -> dict[str, str]:
    """Return name → SHA-256 of the files of `folder` by its own SHA256SUMS, or else by that one folder up."""
    prefix = f"{folder.resolve().name}/"
    above = read_sums(folder.resolve().parent)
    return read_sums(folder) or {
        name.removeprefix(prefix): digest for name, digest in above.items() if name.startswith(prefix)
    }


def _find(folder: Path, name: str) -> Path:
    path = next((p for p in (folder / f"{name}.gz", folder / name) if p.is_file()), None)
    if path is None:
        raise DataError(f"{folder}: must hold {name}.gz or {name}, found neither")
    return path


def _matches_sums(path: Path, digest: str, size: int) -> bool:
    """Whether checksums are listed for the folder; DataError if this file does not match them."""
    sums = listed_files(path.parent)
    if sums and sums.get(path.name) != digest:
        listed = sums.get(path.name, "no entry")
        raise DataError(f"{path}: SHA-256 must be {listed} ({SUMS} of its folder), got {digest} of {size} bytes")
    return bool(sums)


def _require_complete(path: Path, size: int, digest: str, known: Collection[str], complete: int | None) -> None:
    vouch = f"unless the folder has a {SUMS} file"
    if complete is None:
        expected = next(iter(known))
        raise DataError(f"{path}: uncompressed SHA-256 must be {expected} (complete set) {vouch}, got {digest}")
    if size != complete:
        raise DataError(f"{path}: must have {complete} bytes uncompressed (complete set) {vouch}, got {size}")


def _uncompressed(stored: bytes, path: Path, complete: int | None) -> bytes:
    if path.suffix != ".gz":
        return stored
    try:
        return gzip.decompress(stored)
    except (OSError, EOFError, zlib.error) as error:
        whole = "" if complete is None else f" of {complete} bytes uncompressed"
        raise DataError(f"{path}: must be a complete gzip file{whole}, got {len(stored)} bytes: {error}") from error
