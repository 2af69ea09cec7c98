"""How to cite the project and the papers it rests on: ``CITATION.cff``, and BibTeX made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reports.errors import UsageError

FILE = "CITATION.cff"


def read(root: Path) -> dict[str, str]:
    """Return citation key -> BibTeX entry, the software first; empty if the project has no ``CITATION.cff``.

    Raises UsageError naming the file and what it lacks.
    """
    path = root / FILE
    if not path.is_file():
        return {}
    import yaml  # noqa: PLC0415

    try:
        about = yaml.safe_load(path.read_text(encoding="utf-8"))
        return dict(_entry(work) for work in (about, *about.get("references", ())))
    except (OSError, ValueError, TypeError, AttributeError, KeyError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: not a citation file: {type(error).__name__}: {error}") from None


def files(root: Path) -> dict[str, bytes]:
    """Return the site's ``citation.bib``, if there is something to cite."""
    entries = read(root)
    return {"citation.bib": "\n".join(entries.values()).encode()} if entries else {}


def _entry(work: Mapping[str, Any]) -> tuple[str, str]:
    authors = " and ".join(_author(author) for author in work["authors"])
    fields = {"title": f"{{{work['title']}}}", "author": authors, **dict(_whereabouts(work))}
    kind, key = ("software", "aimc_pipeline") if work["type"] == "software" else ("misc", _key(work))
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return key, f"@{kind}{{{key},\n{lines}}}\n"


def _author(author: Mapping[str, str]) -> str:
    return f"{{{author['name']}}}" if "name" in author else f"{author['family-names']}, {author['given-names']}"


def _key(work: Mapping[str, Any]) -> str:
    """First author, year and first long word of the title."""
    word = next(word for word in re.findall(r"[a-z]+", work["title"].lower()) if len(word) > 4)
    return f"{re.sub(r'[^a-z]', '', work['authors'][0]['family-names'].lower())}{work['year']}{word}"


def _whereabouts(work: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("year", "version"):
        if name in work:
            yield name, str(work[name])
    for identifier in work.get("identifiers", ()):
        archive, _, number = identifier["value"].partition(":")
        yield from (("eprint", number), ("archiveprefix", archive))
