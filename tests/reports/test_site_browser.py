"""The site in a real Chromium, network off: what a reader sees, in light, dark and on a phone."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from matplotlib.image import imread
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from reports.project import Project

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "reports" / "rendered"
SITES = ["example", *(["rendered"] if (PUBLISHED / "index.html").is_file() else [])]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("no Chromium: install one, e.g. apt-get install chromium")
    with sync_playwright() as driver, driver.chromium.launch(executable_path=program, args=FLAGS) as started:
        yield started


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest, example: Project) -> Path:
    return example.rendered if request.param == "example" else PUBLISHED


def opened(browser: Browser, path: Path, *, scheme: str = "light", width: int = 1100) -> tuple[Page, list[str]]:
    """Open a page; return it and everything that went wrong or left the folder."""
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
        offline=True,
    )
    page, faults = context.new_page(), []

    def requested(request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            faults.append(f"requested {request.url}")

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"console: {message.text}")

    page.on("request", requested)
    page.on("requestfailed", lambda request: faults.append(f"failed {request.url}"))
    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(f"error {error}"))
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    return page, faults


def pages_of(site: Path) -> list[Path]:
    return sorted(site.glob("*.html"))


def test_pages_load_alone(browser: Browser, site: Path) -> None:
    for path in pages_of(site):
        page, faults = opened(browser, path)
        assert not faults
        assert page.title()
        page.context.close()


def test_mathematics_is_drawn_with_its_font(browser: Browser, site: Path) -> None:
    for path in pages_of(site):
        page, _ = opened(browser, path)
        # What is folded away has no size; unfold it first.
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        sizes = page.evaluate(
            "[...document.querySelectorAll('math')].map(m => [m.getBoundingClientRect().width,"
            " m.getBoundingClientRect().height, m.textContent])"
        )
        assert all(width > 0 and height > 0 for width, height, _ in sizes)
        if sizes:
            loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
            assert [family.strip('"') for family in loaded] == ["STIX Two Math"]
        page.context.close()


def test_tall_operators_stretch(browser: Browser, example: Project) -> None:
    page, _ = opened(browser, example.rendered / "rates.html")
    heights = page.evaluate(
        "[...document.querySelectorAll('math[display=block] mo')].filter(m => m.textContent === '{')"
        ".map(m => m.getBoundingClientRect().height)"
    )
    plain = page.evaluate("parseFloat(getComputedStyle(document.querySelector('math')).fontSize)")
    assert heights
    assert min(heights) > 1.8 * plain
    page.context.close()


def test_figures_have_size_and_words(browser: Browser, site: Path) -> None:
    for path in pages_of(site):
        page, _ = opened(browser, path)
        for figure in page.query_selector_all("figure svg"):
            box = figure.bounding_box()
            assert box is not None
            assert box["width"] > 200
            assert box["height"] > 80
            assert figure.get_attribute("role") == "img"
            labels = str(figure.get_attribute("aria-labelledby")).split()
            words = [page.inner_html(f"#{label}") for label in labels]
            assert len(words) == 2
            assert all(words)
        page.context.close()


def test_light_and_dark_differ_and_show_something(browser: Browser, site: Path) -> None:
    for path in pages_of(site):
        shots = {}
        for scheme in ("light", "dark"):
            page, _ = opened(browser, path, scheme=scheme)
            shots[scheme] = imread(io.BytesIO(page.screenshot()))[..., :3]
            page.context.close()
        assert shots["light"].mean() > 0.8
        assert shots["dark"].mean() < 0.3
        assert all(shot.std() > 0.02 for shot in shots.values())


def test_nothing_overflows_a_phone(browser: Browser, site: Path) -> None:
    for path in pages_of(site):
        page, _ = opened(browser, path, width=390)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path.name
        page.context.close()


def test_internal_links_open(browser: Browser, site: Path) -> None:
    for path in pages_of(site):
        page, _ = opened(browser, path)
        for link in set(page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")):
            if not link.startswith("file:"):
                continue
            target, _, anchor = link.removeprefix("file://").partition("#")
            assert Path(target).is_file(), link
            if anchor and target == str(path):
                assert page.evaluate("id => document.getElementById(decodeURIComponent(id)) !== null", anchor), link
        page.context.close()
