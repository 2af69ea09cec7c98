"""The report as one document, and as a PDF."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from reports import pdf
from reports.cli import main
from reports.errors import BuildError, UsageError
from reports.project import Project


def test_one_document_holds_every_page_in_order_with_links_inside(example: Project) -> None:
    text = pdf.one_document(example.rendered)
    chapters = re.findall(r'<main class="chapter" id="(\w+)">', text)
    assert chapters == ["index", "rates", "pulses", "statements"]
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    content = text[text.index("<body>") :]
    links = re.findall(r'href="([^"]*)"', content)
    assert {"#rates", "#rates--claim-mean_small", "#rates--figure-measured"} <= set(links)
    assert {link.removeprefix("#") for link in links} <= set(ids)
    labels = {label for labels in re.findall(r'aria-labelledby="([^"]+)"', content) for label in labels.split()}
    assert labels <= set(ids)


def test_no_site_no_pdf(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"index\.html: no site to print"):
        pdf.one_document(tmp_path)
    for name in ("index", "statements"):
        (tmp_path / f"{name}.html").write_text("<body>something else")
    with pytest.raises(UsageError, match=r"index\.html: not a page of a report"):
        pdf.one_document(tmp_path)


def test_without_chromium_nothing_is_executed(
    example: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["report", "--pdf", str(tmp_path / "a.pdf")], project=example) == 2
    told = capfd.readouterr()
    assert "a PDF needs an installed Chromium; looked for chromium" in told.err
    assert "cached" not in told.out
    assert not list(tmp_path.iterdir())


def test_browser_that_fails_is_reported(example: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(BuildError, match="printing to PDF failed: no display"):
        pdf.write(example.rendered, tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.browser
def test_pdf_is_printed_twice_alike(example: Project, tmp_path: Path) -> None:
    if not shutil.which("chromium"):
        pytest.fail("no Chromium: install one, e.g. apt-get install chromium")
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    for target in (first, second):
        pdf.write(example.rendered, target)
    content = first.read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", content)) >= 4  # each chapter starts a page
    assert content == second.read_bytes()
