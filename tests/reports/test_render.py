"""Pages and figures: offline, linked, accessible; and what the notebook helpers refuse."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from reports import notebook
from reports.cli import main
from reports.figures import INK, PALETTE, use_style
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
    assets = {f"assets/{name}" for name in ("site.css", "site.js", "STIXTwoMath.woff2", "STIXTwoMath-OFL.txt")}
    notebooks = {"rates.html", "rates.ipynb", "pulses.html", "pulses.ipynb"}
    figures = {
        f"figures/{name}.{end}"
        for name in ("rates-measured", "rates-predicted", "pulses-counts")
        for end in ("svg", "csv")
    }
    records = {"claims.json", "results.json", "provenance.json", "provenance.js"}
    assert names == {"index.html", "statements.html"} | records | assets | notebooks | figures
    assert set(pages) == {"index.html", "statements.html", "rates.html", "pulses.html"}


def test_figures_stand_beside_their_numbers(example: Project, pages: dict[str, Page]) -> None:
    figures = example.rendered / "figures"
    svg = (figures / "rates-measured.svg").read_text()
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert "A noisy line near one" in svg
    numbers = (figures / "rates-measured.csv").read_text().splitlines()
    assert numbers[0] == "panel,series,kind,x,y"
    assert len([line for line in numbers if line.startswith("Sixteen seeds,measured,line,")]) == 16
    assert {"figures/rates-measured.csv", "figures/rates-measured.svg", "figures/rates-predicted.csv"} <= set(
        pages["rates.html"].links
    )
    assert pages["rates.html"].ids["figure-predicted"] == 1


def test_start_page_shows_what_is_marked_for_it(example: Project, pages: dict[str, Page]) -> None:
    text = (example.rendered / "index.html").read_text()
    assert 'src="figures/rates-measured.svg"' in text
    assert "rates.html#figure-measured" in pages["index.html"].links
    assert "rates-predicted" not in text
    assert re.search(r"<strong>0\.9\d+</strong> is the mean of <math", text)


def test_chapters_stand_in_the_order_that_they_state(example: Project, pages: dict[str, Page]) -> None:
    # "pulses" comes first by name, but only "rates" states a place.
    order = [link for link in dict.fromkeys(pages["index.html"].links) if link in ("rates.html", "pulses.html")]
    assert order == ["rates.html", "pulses.html"]
    text = (example.rendered / "rates.html").read_text()
    assert re.findall(r'<a class="step" rel="(\w+)" href="([^"]+)"', text) == [
        ("prev", "index.html"),
        ("next", "pulses.html"),
    ]
    assert {"#What-is-measured", "#How"} <= set(pages["rates.html"].links)


def test_prose_takes_its_numbers_from_the_results(example: Project) -> None:
    record = json.loads((example.rendered / "results.json").read_text())["chapters"]["rates"]
    mean, claimed = record["results"]["mean_of_all"]["value"], record["claims"]["mean_small"]["measured"]
    said = f"The mean is {mean:.3f} after 100 steps, {claimed:.2f} of"
    assert said in (example.rendered / "rates.html").read_text()
    assert said in (example.rendered / "rates.ipynb").read_text()


def test_executed_notebook_refers_to_the_figures_of_the_site(example: Project) -> None:
    text = (example.rendered / "rates.ipynb").read_text()
    assert "<svg" not in text
    for source in re.findall(r'src=\\"([^"\\]+)', text):
        assert (example.rendered / source).is_file()


def test_pages_fetch_only_what_is_theirs(pages: dict[str, Page], example: Project) -> None:
    for page in pages.values():
        assert [one for one in page.fetched if not one.startswith("figures/")] == [
            "data:,",
            "assets/site.css",
            "provenance.js",
            "assets/site.js",
        ]
        assert page.tags["script"] == 2
    for name in ("site.css", "site.js"):
        assert "http" not in (example.rendered / "assets" / name).read_text()


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
    assert {"figure-measured", "figure-predicted", "claim-mean_small", "claim-mean_one"} <= set(page.ids)
    assert '<span class="badge holds">holds</span>' in text
    assert "steps = 100" in text
    assert "Title of T1:soft" in text
    assert " at 0x…" in text
    assert "$" not in re.sub(r"<annotation.*?</annotation>|<pre>.*?</pre>", "", text, flags=re.DOTALL)


def test_index_lists_every_claim(pages: dict[str, Page], example: Project) -> None:
    text = (example.rendered / "index.html").read_text()
    assert {"rates.html#claim-mean_small", "pulses.html#claim-count"} <= set(pages["index.html"].links)
    assert "shared\nby all 2 sampled claims" in text


def test_statements_have_a_page(pages: dict[str, Page], example: Project) -> None:
    text = (example.rendered / "statements.html").read_text()
    assert {"claim-theory-T1", "claim-theory-T1-soft"} <= set(pages["statements.html"].ids)
    assert "f is L-smooth" in text
    assert "<code>max_gain</code>" in text


def test_cost_is_in_the_provenance_alone(example: Project) -> None:
    provenance = json.loads((example.rendered / "provenance.json").read_text())
    assert set(provenance["notebooks"]["rates"]["cost"]) == {"seconds", "cpu_seconds", "peak_mb"}
    assert provenance["platform"]["cpus"]
    assert provenance["commit"]["id"] == "unknown"
    for path in example.rendered.glob("*.ipynb"):
        assert "start_time" not in path.read_text()
        assert str(example.root) not in path.read_text()


def test_unverifiable_statement_is_named_and_replaces_nothing(
    example: Project, theory: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = (example.rendered / "index.html").read_bytes()
    # The patches are in memory, where no digest sees them: what is on record of the statements must not be found.
    unrecorded = Project(root=example.root, notebooks=example.notebooks, build=tmp_path / "build")
    for source in ("rates", "pulses"):
        shutil.copytree(example.build / source, unrecorded.build / source)
    with monkeypatch.context() as patch:
        patch.setattr(theory.STATEMENTS["T1"], "latex", lambda: r"\nonsense")
        assert main(["report"], project=unrecorded) == 3
    assert "statement T1: formula '\\\\nonsense': Unknown command" in capfd.readouterr().err
    monkeypatch.setattr(theory.STATEMENTS["T1"], "verify", lambda: 1 / 0)
    (unrecorded.build / "certificates.json").unlink()
    assert main(["report"], project=unrecorded) == 3
    assert "statement T1: verification failed" in capfd.readouterr().err
    assert (example.rendered / "index.html").read_bytes() == before


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
        notebook.show(notebook.figure()[0], name="x", caption=caption, alt=alt)


@pytest.mark.parametrize("name", ["", "1", "A", "a b", "a_b"])
def test_a_name_that_cannot_be_a_figures_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name must be lower-case letters, digits and -, a letter first"):
        notebook.show(notebook.figure()[0], name=name, caption="c", alt="a")


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
