"""Making a report again: after a kill, when nothing has changed, when something has, and whenever something does."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from reports import verdicts
from reports.build import PARTIAL, last_good
from reports.claims import Claim
from reports.cli import main
from reports.pipeline import Request, run
from reports.progress import Remaining, watching
from reports.project import Commit, Project, file_digest
from reports.published import Edition, Publication
from reports.sameness import differences
from reports.sources import discover

Make = Callable[..., Project]
CLAIM = """
from reports import notebook as nb
nb.claim("{name}", statement="s", kind="certificate", measured=[seed], bound=0, description="d");
"""
PATIENCE = 120
"""Seconds; two notebooks take some ten where all processors are at work."""


def program(project: Project, *words: str) -> subprocess.Popen[bytes]:
    """The command on a project whose packages stand in for the real ones, in a process of its own."""
    where = f"root=Path({str(project.root)!r}), notebooks=Path({str(project.notebooks)!r})"
    code = (
        f"import sys; sys.path.insert(0, {str(project.root)!r})\n"
        "from pathlib import Path; from reports.cli import main; from reports.project import Project\n"
        f"sys.exit(main({list(words)!r}, project=Project({where}, build=Path({str(project.build)!r}))))"
    )
    environ = {**os.environ, "AIMC_TRACEBACK": "1"}
    return subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def await_(there: Callable[[], bool], running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < deadline
        assert running.poll() is None, running.communicate()[0].decode()
        time.sleep(0.002)


def any_file(folder: Path) -> bool:
    return folder.is_dir() and any(path.is_file() for path in folder.rglob("*"))


MOMENTS: dict[str, Callable[[Project], bool]] = {
    "while a notebook runs": lambda project: (project.root / "begun").exists(),
    "between two notebooks": lambda project: (project.build / "one" / "manifest.json").exists(),
    "while files are put in place": lambda project: any_file(project.rendered),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_report_started_again_gives_the_same_site(moment: str, project_with: Make, tmp_path: Path) -> None:
    begun = f"from pathlib import Path\nPath({str(tmp_path / 'p' / 'begun')!r}).touch()\nimport time\ntime.sleep(0.5)\n"
    project = project_with(one=begun + CLAIM.format(name="one"), two=CLAIM.format(name="two"))
    killed = program(project, "report", "--jobs", "1")
    await_(lambda: MOMENTS[moment](project), killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    again = program(project, "report", "--jobs", "1")
    out = again.communicate(timeout=PATIENCE)[0].decode()
    assert again.returncode == 0, out
    undisturbed = Project(root=project.root, notebooks=project.notebooks, build=tmp_path / "other")
    assert main(["report", "--output", str(tmp_path / "site")], project=undisturbed) == 0
    assert differences(tmp_path / "site", project.rendered) == []
    if moment != "while a notebook runs":
        assert "one: cached" in out


def test_what_a_killed_report_left_half_written_is_removed(project_with: Make) -> None:
    project = project_with(one=CLAIM.format(name="one"))
    left = project.rendered / "figures" / f".one-x.svg.abc123{PARTIAL}"
    left.parent.mkdir(parents=True)
    left.write_text("<sv")
    assert main(["report"], project=project) == 0
    assert not left.exists()


def test_where_nothing_changed_nothing_is_made(project_with: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_with(one=CLAIM.format(name="one"))
    assert main(["report"], project=project) == 0
    with monkeypatch.context() as patch:
        patch.setattr("reports.site.publish", never)
        patch.setattr("reports.pipeline.certificates", never)
        assert main(["report"], project=project) == 0


def never(*_: object) -> None:
    raise AssertionError("made again")


def damaged_page(project: Project) -> None:
    (project.rendered / "one.html").write_text("something else")


def removed_figure(project: Project) -> None:
    (project.rendered / "assets" / "site.css").unlink()


def other_words(project: Project) -> None:
    path = project.notebooks / "one.py"
    path.write_text(path.read_text().replace("# # Title", "# # Another title"))


def other_theory(project: Project) -> None:
    path = project.root / "theory" / "__init__.py"
    path.write_text(path.read_text() + "# changed\n")


@pytest.mark.parametrize("change", [damaged_page, removed_figure, other_words, other_theory])
def test_what_changed_is_made_again(change: Callable[[Project], None], project_with: Make, tmp_path: Path) -> None:
    project = project_with(one=CLAIM.format(name="one"))
    assert main(["report"], project=project) == 0
    change(project)
    assert main(["report"], project=project) == 0
    fresh = Project(root=project.root, notebooks=project.notebooks, build=tmp_path / "fresh")
    assert main(["report", "--output", str(tmp_path / "site")], project=fresh) == 0
    assert differences(tmp_path / "site", project.rendered) == []


def edition(project: Project, **changes: Any) -> Edition:
    builds = [build for build in (last_good(project.build, "one"),) if build]
    commit = Commit(id="unknown", time=0, dirty=False)
    made = Edition(builds=builds, certificates=(), known=frozenset(("one",)), stale=frozenset(), failed={},
                   commit=commit, level=0.01)  # fmt: skip
    return replace(made, **changes)


def test_everything_that_pages_are_made_of_counts_for_whether_they_are_made_again(
    project_with: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_with(one=CLAIM.format(name="one"))
    assert main(["report"], project=project) == 0

    def key(**changes: Any) -> str:
        every = discover(project.notebooks)
        return Publication.of(project, project.rendered, edition(project, **changes), every).key

    keys = [key(), key(stale=frozenset(("one",))), key(failed={"one": "why"}), key(builds=[])]
    keys.append(key(commit=Commit(id="a" * 40, time=1, dirty=True)))
    assert key() == keys[0]
    with monkeypatch.context() as patch:
        patch.setattr("reports.published.versions", lambda: {"python": "4"})
        keys.append(key())
    page = Path(main.__code__.co_filename).with_name("templates") / "page.html.j2"
    with monkeypatch.context() as patch:
        patch.setattr("reports.published.file_digest", lambda path: "" if path == page else file_digest(path))
        keys.append(key())
    for change in (other_theory, other_words):
        change(project)
        keys.append(key())
    (project.root / "CITATION.cff").write_text("cff-version: 1.2.0\n")
    keys.append(key())
    assert len(set(keys)) == len(keys) == 10


CERTIFICATE = Claim(
    name="theory-T1", statement="T", kind="certificate", measured=(1.0,), bound=1.0, margin=None, description="replayed"
)


def test_certificates_are_asked_for_anew_when_the_theory_changes(project_with: Make) -> None:
    project = project_with(one="")
    asked: list[int] = []

    def ask() -> tuple[Claim]:
        asked.append(1)
        return (CERTIFICATE,)

    for _ in range(2):
        assert verdicts.certificates(project, ask) == (CERTIFICATE,)
    assert len(asked) == 1
    other_theory(project)
    assert verdicts.certificates(project, ask) == (CERTIFICATE,)
    assert len(asked) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"key": 1}', '{"key": "other", "made": [1]}', '{"key": "k"}'])
def test_a_record_of_certificates_that_is_none_is_not_believed(
    content: str, project_with: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_with(one="")
    monkeypatch.setattr(verdicts, "digest", lambda data: "k")
    project.build.mkdir()
    (project.build / "certificates.json").write_text(content)
    assert verdicts.certificates(project, lambda: (CERTIFICATE,)) == (CERTIFICATE,)
    assert json.loads((project.build / "certificates.json").read_text())["key"] == "k"


def test_watching_makes_it_again_after_a_change_until_interrupted(project_with: Make) -> None:
    project = project_with(one=CLAIM.format(name="one"))
    # The process that watches starts others, which have the real packages: a plan is enough, and asks no kernel.
    environ = {**os.environ, "AIMC_NOTEBOOKS": str(project.notebooks), "AIMC_BUILD": str(project.build)}
    code = f"from reports.watch import repeat; from reports.project import Project; repeat(Project.locate(), {WORDS!r})"
    # A test that runs in the background of a shell inherits that interrupts are ignored.
    code = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {code}"
    command = [sys.executable, "-u", "-c", code]
    log = project.root / "log"
    with log.open("wb") as out:
        running = subprocess.Popen(command, env=environ, stdout=out, stderr=out, start_new_session=True)
    try:
        await_(lambda: log.read_text().count("waiting for a change") == 1, running)
        assert "one" in log.read_text()
        (project.notebooks / "two.py").write_text((project.notebooks / "one.py").read_text())
        await_(lambda: log.read_text().count("waiting for a change") == 2, running)
        assert "two" in log.read_text()
    finally:
        os.killpg(running.pid, signal.SIGINT)
    assert running.wait(timeout=PATIENCE) == 0
    assert "Traceback" not in log.read_text()


WORDS = ["report", "--dry-run"]


@pytest.mark.parametrize("other", ["--check", "--dry-run"])
def test_watching_excludes_what_ends_by_itself(
    other: str, project_with: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--watch", other], project=project_with(one="")) == 2
    assert "--watch cannot be combined with --check or --dry-run" in capfd.readouterr().err


def test_remaining_time_is_that_of_the_lanes_and_of_the_longest() -> None:
    clock = Remaining(2)
    for name, seconds in (("a", 30.0), ("b", 10.0), ("c", 20.0)):
        clock.note(name, "waiting", seconds)
    assert clock.count == 3
    assert clock.seconds == pytest.approx(30, abs=0.1)  # a while
    clock.note("a", "running", 30.0)
    clock.note("b", "running", 10.0)
    clock.note("b", "done", 10.0)
    clock.note("c", "running", 20.0)
    assert clock.seconds == pytest.approx(30, abs=1)  # what passed since
    clock.note("a", "failed", 30.0)
    assert str(clock) == "(about 20 s left)"
    clock.note("c", "done", 20.0)
    assert str(clock) == ""


def test_nobody_knows_how_long_a_new_notebook_takes() -> None:
    clock = Remaining(1)
    clock.note("old", "waiting", 100.0)
    assert str(clock) == "(about 2 min left)"
    clock.note("new", "waiting", 0.0)
    assert clock.seconds is None
    assert str(clock) == ""


def test_a_terminal_sees_a_bar_for_each_notebook_and_the_rest_elsewhere_a_line() -> None:
    told = {}
    for terminal in (True, False):
        out = io.StringIO()
        console = Console(file=out, force_terminal=terminal, width=100)
        with watching(console, 2) as watch:
            for state, number in (("waiting", 40.0), ("running", 40.0), ("at", 0.5), ("done", 39.0)):
                watch("demo", cast(Any, state), number)
                time.sleep(0.3)  # bars are drawn ten times a second
        told[terminal] = out.getvalue()
    assert told[False].splitlines() == ["demo: running (about 40 s left)", "demo: done"]
    assert "demo: done" in told[True]
    assert "50%" in told[True]
    assert "left)" in told[True]


def test_a_notebook_says_at_which_cell_it_is(project_with: Make) -> None:
    project = project_with(slow="import time\ntime.sleep(2)\n")
    seen: list[tuple[str, float]] = []
    request = Request(only=None, given={}, force=False, jobs=1, timeout=PATIENCE, output=project.rendered)
    run(project, request, lambda name, state, number: seen.append((state, number)))
    assert [state for state, _ in seen if state != "at"] == ["waiting", "running", "done"]
    assert ("at", 1.0) in seen  # the last of its three cells


def test_a_new_checkout_knows_from_the_site_how_long_each_takes_and_begins_with_the_longest(project_with: Make) -> None:
    project = project_with(**{name: CLAIM.format(name=name) for name in ("long", "short")})
    assert main(["report"], project=project) == 0
    provenance = project.rendered / "provenance.json"
    for costs in ({"long": 7.0, "short": 3.0}, {"long": 3.0, "short": 7.0}, None):
        shutil.rmtree(project.build)
        record = json.loads(provenance.read_text())
        for name, seconds in (costs or {}).items():
            record["notebooks"][name]["cost"]["seconds"] = seconds
        provenance.write_text(json.dumps(record) if costs else '{"notebooks": []}')
        begun: dict[str, float] = {}

        def note(name: str, state: str, seconds: float, begun: dict[str, float] = begun) -> None:
            if state == "running":
                begun[name] = seconds

        asked = Request(only=None, given={}, force=False, jobs=1, timeout=60, output=project.rendered)
        assert not run(project, asked, note).failures
        wanted = sorted((costs or {"long": 0.0, "short": 0.0}).items(), key=lambda pair: -pair[1])
        assert list(begun.items()) == wanted
