"""How to cite: one source, and it agrees with the rest of the project."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from reports import citation
from reports.errors import UsageError

ROOT = Path(__file__).parents[2]


def test_entries_name_this_version_and_every_paper_of_the_readme() -> None:
    entries = citation.read(ROOT)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"version = {{{version}}}" in entries["aimc_pipeline"]
    papers = set(re.findall(r"arXiv:(\d{4}\.\d{5})", (ROOT / "README.md").read_text()))
    assert papers
    assert papers == {number for entry in entries.values() for number in re.findall(r"eprint = \{(.*?)\}", entry)}


def test_an_entry_is_bibtex(tmp_path: Path) -> None:
    (tmp_path / citation.FILE).write_text(
        "{type: article, title: 'On the Rates of X', year: 2020,"
        " identifiers: [{type: other, value: 'arXiv:2001.00001'}],"
        " authors: [{given-names: Ada, family-names: De La Cruz}, {name: A Team}]}"
    )
    assert citation.files(tmp_path) == {
        "citation.bib": b"@misc{delacruz2020rates,\n  title = {{On the Rates of X}},\n"
        b"  author = {De La Cruz, Ada and {A Team}},\n  year = {2020},\n  eprint = {2001.00001},\n"
        b"  archiveprefix = {arXiv},\n}\n"
    }


def test_project_without_a_citation_file_has_none(tmp_path: Path) -> None:
    assert citation.files(tmp_path) == {}


@pytest.mark.parametrize("text", ["[", "title: no authors", "- a list", "{title: t, type: software, authors: 3}"])
def test_malformed_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / citation.FILE).write_text(text)
    with pytest.raises(UsageError, match=r"CITATION\.cff: not a citation file"):
        citation.read(tmp_path)
