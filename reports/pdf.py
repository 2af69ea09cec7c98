"""The whole report as one PDF: all pages in the order of reading in one document, printed by an installed Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from reports.errors import BuildError, UsageError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_LIMIT = 600
"""Seconds that printing may take."""
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--allow-file-access-from-files")
_MAIN = re.compile(r'<main id="content"[^>]*>(.*?)</main>', re.DOTALL)
_DATES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")


def write(site: Path, target: Path) -> None:
    """Print the site in folder ``site`` to the file ``target``.

    Raises UsageError if no Chromium is installed, if there is no site, or for a place that cannot be written;
    BuildError if printing fails.
    """
    from reports.build import write_atomic  # noqa: PLC0415

    program, document = browser(), one_document(site)
    with tempfile.TemporaryDirectory(prefix="aimc-pdf-") as name:
        folder = Path(name)
        for part in ("assets", "figures"):
            if (site / part).is_dir():
                shutil.copytree(site / part, folder / part)
        (folder / "report.html").write_text(document, encoding="utf-8")
        write_atomic(target, _printed(program, folder))


def browser() -> str:
    """Return the path of an installed Chromium; raises UsageError naming what was looked for."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise UsageError(f"a PDF needs an installed Chromium; looked for {', '.join(BROWSERS)}")
    return found


def one_document(site: Path) -> str:
    """Return all pages of a site as one: the start page, its chapters as it lists them, and the statements.

    Anchors carry the name of their page, and links between pages become links within the document.
    Raises UsageError if there is no site.
    """
    try:
        start = (site / "index.html").read_text(encoding="utf-8")
        listed = re.search(r'<h2 id="pages">(.*?)<h2 ', start, re.DOTALL)
        chapters = re.findall(r'<li><a href="([a-z0-9_]+)\.html"', listed[1] if listed else "")
        names = ["index", *chapters, "statements"]
        bodies = [_body(site / f"{name}.html") for name in names]
    except OSError as error:
        raise UsageError(f"{error.filename}: no site to print: {error.strerror}") from None
    parts = (_section(name, body, names) for name, body in zip(names, bodies, strict=True))
    return start[: start.index("<body>")] + "<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"


def _body(page: Path) -> str:
    found = _MAIN.search(page.read_text(encoding="utf-8"))
    if found is None:
        raise UsageError(f"{page}: not a page of a report; make it anew with: aimc report")
    return found[1]


def _section(name: str, body: str, names: Sequence[str]) -> str:
    def link(found: re.Match[str]) -> str:
        page, anchor = found[1] or name, found[2] or ""
        return f'href="#{page}{"--" + anchor if anchor else ""}"' if page in names else found[0]

    body = re.sub(r' id="([^"]+)"', rf' id="{name}--\1"', body)
    body = re.sub(r'aria-labelledby="([^"]+)"', rf'aria-labelledby="{name}--\1"', body)
    body = re.sub(r'href="(?:([a-z0-9_]+)\.html)?(?:#([^"]+))?"', link, body)
    body = re.sub(r' href="(?!#|https?:)[^"]*"', "", body)  # files of the site, which the PDF does not have
    return f'<main class="chapter" id="{name}">\n{body}\n</main>'


def _printed(program: str, folder: Path) -> bytes:
    """Print ``report.html``; the dates, the one thing that differs between two runs, become blanks."""
    target = folder / "report.pdf"
    command = [program, *_FLAGS, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}"]
    try:
        page = (folder / "report.html").as_uri()
        done = subprocess.run([*command, page], capture_output=True, check=False, timeout=_LIMIT)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise BuildError(f"printing to PDF took more than {_LIMIT} s") from None
    if not target.is_file():
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise BuildError(f"printing to PDF failed: {said[-1] if said else f'exit code {done.returncode}'}")
    return _DATES.sub(lambda date: b" " * len(date[0]), target.read_bytes())
