"""Pages and figures: offline, linked, accessible; and what the notebook helpers refuse."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from reports import notebook
from reports.cli import main
from reports.figures import INK, PALETTE, to_figure_html, use_style
from reports.project import Project


class Page(HTMLParser):
    """Ids, links and fetched addresses of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.tags: Counter[str] = Counter()
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids[values["id"]] += 1
        if tag == "a":
            self.links.append(values.get("href", ""))
        elif tag in ("script", "link", "img", "iframe"):
            self.fetched.append(values.get("src") or values.get("href", ""))


@pytest.fixture(scope="module")
def pages(example: Project) -> dict[str, Page]:
    return {path.name: Page(path) for path in example.rendered.glob("*.html")}


def test_site_is_complete(example: Project, pages: dict[str, Page]) -> None:
    names = {str(p.relative_to(example.rendered)) for p in example.rendered.rglob("*") if p.is_file()}
    assets = {f"assets/{name}" for name in ("site.css", "STIXTwoMath.woff2", "STIXTwoMath-OFL.txt")}
    notebooks = {"rates.html", "rates.ipynb", "pulses.html", "pulses.ipynb"}
    figures = {"figures/rates-1.svg", "figures/rates-2.svg", "figures/pulses-1.svg"}
    assert names == {"index.html", "claims.json", "provenance.json"} | assets | notebooks | figures
    assert set(pages) == {"index.html", "rates.html", "pulses.html"}


def test_figures_stand_alone_as_files(example: Project) -> None:
    svg = (example.rendered / "figures" / "rates-1.svg").read_text()
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert 'style="color:#1c1e22;background:#ffffff"' in svg
    assert "A noisy line near one" in svg


def test_pages_fetch_only_their_stylesheet(pages: dict[str, Page], example: Project) -> None:
    for page in pages.values():
        assert page.fetched == ["data:,", "assets/site.css"]
        assert page.tags["script"] == 0
    assert "http" not in (example.rendered / "assets" / "site.css").read_text()


def test_internal_links_resolve_and_ids_are_unique(pages: dict[str, Page], example: Project) -> None:
    for name, page in pages.items():
        assert not [key for key, count in page.ids.items() if count > 1]
        for link in page.links:
            target, _, anchor = link.partition("#")
            assert (example.rendered / (target or name)).is_file(), link
            assert not anchor or pages[target or name].ids[anchor], link


def test_page_shows_mathematics_figures_claims_and_parameters(pages: dict[str, Page], example: Project) -> None:
    text = (example.rendered / "rates.html").read_text()
    page = pages["rates.html"]
    assert page.tags["math"] >= 8
    assert page.tags["figure"] == 2
    assert {"figure-1", "figure-2", "claim-mean_small", "claim-mean_one"} <= set(page.ids)
    assert '<span class="badge holds">holds</span>' in text
    assert "steps = 100" in text
    assert "Title of T1:soft" in text
    assert " at 0x…" in text
    assert "$" not in re.sub(r"<annotation.*?</annotation>|<pre>.*?</pre>", "", text, flags=re.DOTALL)


def test_index_lists_every_claim_and_statement(pages: dict[str, Page], example: Project) -> None:
    text = (example.rendered / "index.html").read_text()
    for anchor in (
        "rates.html#claim-mean_small",
        "pulses.html#claim-count",
    ):
        assert anchor in pages["index.html"].links
    assert "f is L-smooth" in text
    assert "<code>max_gain</code>" in text
    assert "shared\nby all 2 sampled claims" in text


def test_cost_is_in_the_provenance_alone(example: Project) -> None:
    provenance = json.loads((example.rendered / "provenance.json").read_text())
    assert set(provenance["notebooks"]["rates"]["cost"]) == {"seconds", "cpu_seconds", "peak_mb"}
    assert provenance["platform"]["cpus"]
    assert provenance["commit"]["id"] == "unknown"
    for path in example.rendered.glob("*.ipynb"):
        assert "start_time" not in path.read_text()
        assert str(example.root) not in path.read_text()


def test_unverifiable_statement_is_named_and_replaces_nothing(
    example: Project, theory: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = (example.rendered / "index.html").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(theory.STATEMENTS["T1"], "latex", lambda: r"\nonsense")
        assert main(["report"], project=example) == 3
    assert "statement T1: formula '\\\\nonsense': Unknown command" in capfd.readouterr().err
    monkeypatch.setattr(theory.STATEMENTS["T1"], "verify", lambda: 1 / 0)
    assert main(["report"], project=example) == 3
    assert "statement T1: verification failed" in capfd.readouterr().err
    assert (example.rendered / "index.html").read_bytes() == before


def draw() -> Figure:
    figure, axes = notebook.figure()
    axes.plot([0, 1], [1, 2], label="a")
    axes.set_title(r"$\alpha$")
    axes.legend()
    return figure


def test_figure_takes_the_colour_of_the_page_and_repeats_exactly() -> None:
    first = to_figure_html(draw(), number=1, caption="c", alt='a "line" & <b>')
    assert first == to_figure_html(draw(), number=1, caption="c", alt='a "line" & <b>')
    assert "currentColor" in first
    assert INK not in first
    assert '<desc id="fig1-desc">a &quot;line&quot; &amp; &lt;b&gt;</desc>' in first
    assert not re.search(r"fill: #fff|<style|<metadata|<\?xml|DOCTYPE", first)


def test_ids_of_two_figures_do_not_clash() -> None:
    both = [to_figure_html(draw(), number=n, caption="c", alt="a") for n in (1, 2)]
    first, second = (set(re.findall(r'\bid="([^"]+)"', html)) for html in both)
    assert first
    assert not first & second
    for html, ids in zip(both, (first, second), strict=True):
        assert {ref for pair in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', html) for ref in pair if ref} <= ids


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_palette_is_readable_on_both_grounds() -> None:
    for number, colour in enumerate(PALETTE):
        on_white = 1.05 / (luminance(colour) + 0.05)
        on_black = (luminance(colour) + 0.05) / (luminance("#14161a") + 0.05)
        # Three to one is WCAG's contrast for graphics; the last two colours are reserves, told apart by dashes.
        assert min(on_white, on_black) >= (2.9 if number < 4 else 2.0), colour


@pytest.mark.parametrize(
    ("caption", "alt", "message"),
    [
        ("", "a", "caption must be a non-empty string, got ''"),
        ("c", "  ", "alt must be a non-empty string"),
        ("c", None, "alt must be a non-empty string, got None"),
        (r"$\nonsense$", "a", "Unknown command"),
    ],
)
def test_figure_without_words_is_refused(caption: str, alt: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        notebook.show(draw(), caption=caption, alt=alt)


def test_claim_is_validated_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        notebook.claim("c", statement="s", kind="tight", measured=[1.0], bound=1.0, description="d")
    with pytest.raises(ValueError, match="measured must be a sequence"):
        notebook.claim("c", statement="s", kind="upper", measured=3, bound=1.0, description="d")  # type: ignore[arg-type]


def test_unknown_statement_is_the_theory_s_error(theory: Any) -> None:
    with pytest.raises(theory.UnknownStatement):
        notebook.statement("T99")


def test_progress_is_silent_in_a_report(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(notebook.QUIET, "1")
    notebook.progress(3, "steps")(1, 3)
    assert capfd.readouterr().out == ""


def test_style_is_the_default_of_later_figures() -> None:
    import matplotlib as mpl

    with mpl.rc_context():
        use_style()
        assert mpl.rcParams["text.color"] == INK
        assert mpl.rcParams["axes.prop_cycle"].by_key()["color"] == list(PALETTE)
