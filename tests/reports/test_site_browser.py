"""The site in a real Chromium, network off: what a reader sees or hears, in light, dark, on a phone and on paper."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from matplotlib.image import imread
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from reports.project import Project

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PUBLISHED = Path(os.environ.get("AIMC_SITE", ROOT / "reports" / "rendered")).resolve()
SITES = ["example", *(["rendered"] if (PUBLISHED / "index.html").is_file() else [])]
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
PAPER = {"width": 718, "height": 1047}
"""A4 less margins of 1 cm [CSS pixels]."""
AUDITED = """() => {
    [...document.querySelectorAll('details')].forEach((one, n) => n < 40 ? one.open = true : one.remove());
    document.querySelectorAll('math').forEach(one => one.replaceChildren());
}"""
"""What is folded repeats a few patterns, hundreds of times on the page of theorems; the audit takes milliseconds for
each element, also for those inside of formulas, for which it has no rule."""
UNFOLD = "document.querySelectorAll('details').forEach(d => d.open = true)"
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


def test_every_page_says_which_commit_and_machine_made_it(browser: Browser, site: Path) -> None:
    record = json.loads((site / "provenance.json").read_text(encoding="utf-8"))
    commit = record["commit"]["id"]
    for path in pages_of(site):
        page, _ = opened(browser, path)
        said = page.locator("[data-provenance]").inner_text()
        assert ("no commit known" if commit == "unknown" else commit[:12]) in said
        assert f"{record['platform']['cpus']} CPUs" in said
        assert ("executed in" in said) == (path.stem in record["notebooks"])
        page.context.close()


def test_mathematics_is_drawn_with_its_font(browser: Browser, site: Path) -> None:
    for path in pages_of(site):
        page, _ = opened(browser, path)
        # What is folded away has no size; unfold it first.
        page.evaluate(UNFOLD)
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
        for figure in page.query_selector_all("figure img"):
            box = figure.bounding_box()
            assert box is not None
            assert box["width"] > 200
            assert box["height"] > 80
            assert figure.evaluate("image => image.complete && image.naturalWidth > 0")
            assert len(str(figure.get_attribute("alt"))) > 10
        page.context.close()


def test_figures_follow_the_page_into_the_dark(browser: Browser, example: Project) -> None:
    corners = []
    for scheme in ("light", "dark"):
        page, _ = opened(browser, example.rendered / "rates.html", scheme=scheme)
        figure = page.query_selector("figure img")
        assert figure is not None
        shot = imread(io.BytesIO(figure.screenshot()))[..., :3]
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert [round(255 * value) for value in shot[0, 0]] == [int(n) for n in paper[4:-1].split(",")]
        corners.append(shot[0, 0].mean())
        page.context.close()
    assert corners[0] - corners[1] > 0.8


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
        page.evaluate(UNFOLD)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path.name
        page.context.close()


def test_internal_links_open(browser: Browser, site: Path) -> None:
    links: dict[Path, set[str]] = {}
    anchors: dict[Path, set[str]] = {}
    for path in pages_of(site):
        page, _ = opened(browser, path)
        links[path] = set(page.eval_on_selector_all("a[href]", "links => links.map(a => decodeURIComponent(a.href))"))
        anchors[path] = set(page.eval_on_selector_all("[id]", "all => all.map(one => one.id)"))
        page.context.close()
    for link in set().union(*links.values()):
        if link.startswith("file:"):
            target, _, anchor = link.removeprefix("file://").partition("#")
            assert Path(target).is_file(), link
            assert not anchor or anchor in anchors[Path(target)], link


def column(page: Page, table: int, number: int) -> list[str]:
    rows = page.query_selector_all("table")[table].query_selector_all("tbody tr")
    return [row.query_selector_all("th, td")[number].inner_text().strip() for row in rows]


def test_tables_sort_by_number_and_from_the_keyboard(browser: Browser, example: Project) -> None:
    page, faults = opened(browser, example.rendered / "pulses.html")
    rising = ["−0.5", "3e−2", "1.25", "7", "9", "20", "1,000", "—"]
    assert column(page, 0, 1) != rising
    button = page.get_by_role("button", name="weight")
    button.focus()
    page.keyboard.press("Enter")
    assert column(page, 0, 1) == rising
    button.click()
    assert column(page, 0, 1) == [*rising[-2::-1], "—"]  # what has no value stays last
    assert page.eval_on_selector_all("th[aria-sort]", "all => all.map(one => one.ariaSort)") == ["descending"]
    assert not faults
    page.context.close()


def test_every_long_table_sorts_and_keeps_its_rows(browser: Browser, site: Path) -> None:
    for path in pages_of(site):
        page, faults = opened(browser, path)
        page.evaluate(UNFOLD)
        lost = page.evaluate("""() => [...document.querySelectorAll('table')].filter(t => t.querySelector('th button'))
            .filter(table => {
                const rows = () => [...table.tBodies[0].rows];
                const [before, button] = [rows(), table.querySelector('th button')];
                button.click();
                return button.closest('th').ariaSort !== 'ascending' || before.length !== rows().length
                    || !before.every(row => rows().includes(row));
            }).length""")
        assert lost == 0, path.name
        assert not faults
        page.context.close()


def test_paper_cuts_nothing(browser: Browser, site: Path) -> None:
    for path in pages_of(site):
        page, _ = opened(browser, path)
        page.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"], path.name
        for figure in page.query_selector_all("figure"):
            box = figure.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PAPER["width"]
            assert box["height"] <= PAPER["height"], path.name  # and its style forbids a break inside
            assert figure.evaluate("one => getComputedStyle(one).breakInside") == "avoid"
        page.context.close()


@pytest.mark.parametrize(
    ("scheme", "rules"),
    # In the dark nothing but colours differs.
    [("light", "{}"), ("dark", "{runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}}")],
)
def test_accessibility_audit_has_no_serious_finding(browser: Browser, site: Path, scheme: str, rules: str) -> None:
    found = []
    for path in pages_of(site):
        page, _ = opened(browser, path, scheme=scheme)
        page.evaluate(AUDITED)
        page.evaluate(AXE)
        report: dict[str, Any] = page.evaluate(f"axe.run({{exclude: [['math']]}}, {rules})")
        assert report["testEngine"]["name"] == "axe-core"
        for one in report["violations"]:
            if one["impact"] in ("serious", "critical"):
                found.append((path.name, one["id"], len(one["nodes"]), one["nodes"][0]["html"][:200]))
        page.context.close()
    assert not found


def test_audit_would_find_a_picture_without_words(browser: Browser, example: Project) -> None:
    page, _ = opened(browser, example.rendered / "rates.html")
    page.evaluate("document.querySelector('figure img').removeAttribute('alt')")
    page.evaluate(AXE)
    report = page.evaluate("axe.run()")
    assert "image-alt" in {one["id"] for one in report["violations"] if one["impact"] == "critical"}
    page.context.close()


def test_first_view(browser: Browser, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How long it takes belongs to the machine: it is printed, and only that something is drawn is required."""
    times = {}
    for path in pages_of(site):
        page, _ = opened(browser, path)
        times[path.name] = page.evaluate("""() => new Promise(done => new PerformanceObserver(list => {
            const paint = list.getEntriesByName('first-contentful-paint')[0];
            if (paint) done(paint.startTime / 1000);
        }).observe({type: 'paint', buffered: true}))""")
        page.context.close()
    with capsys.disabled():
        print("\nfirst view [s]:", ", ".join(f"{name} {time:.2f}" for name, time in times.items()))  # noqa: T201
    assert all(time > 0 for time in times.values())
