"""Executing: caching, crashes, dead kernels, time limits, and that nothing half-written is left."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import reports.fingerprints
from reports.build import last_good, locked
from reports.cli import main
from reports.errors import UsageError
from reports.execution import Runner
from reports.fingerprints import of as fingerprint
from reports.parameters import SCALES
from reports.project import Commit, Project, file_digest
from reports.sameness import CHANGING, differences
from reports.sources import discover

Make = Callable[..., Project]
CLAIM = """
from reports import notebook as nb
nb.claim("c", statement="s", kind="certificate", measured=[seed], bound=0, description="d");
"""


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_second_run_executes_nothing_and_changes_no_byte(example: Project, capfd: pytest.CaptureFixture[str]) -> None:
    before = files(example.root)
    assert main(["report"], project=example) == 0
    out = capfd.readouterr().out
    assert "rates: cached" in out
    assert "pulses: cached" in out
    assert "running" not in out
    assert files(example.root) == before


def test_two_builds_give_the_same_bytes(example: Project, tmp_path: Path) -> None:
    again = Project(root=example.root, notebooks=example.notebooks, build=tmp_path / "build")
    assert main(["report", "--output", str(tmp_path / "site")], project=again) == 0
    first, second = files(example.rendered), files(tmp_path / "site")
    for changing in CHANGING:
        del first[changing], second[changing]
    assert first == second
    assert differences(tmp_path / "site", example.rendered) == []
    assert not [name for name in second if "partial" in name or Path(name).name.startswith(".")]


def test_the_bytes_depend_neither_on_the_commit_nor_on_the_number_of_workers(
    project_with: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_with(one=CLAIM, two=CLAIM.replace('"c"', '"other"'))
    sites = []
    for number, jobs in enumerate(("1", "2")):
        commit = Commit(id=f"{number}" * 40, time=1_600_000_000 + number, dirty=bool(number))
        monkeypatch.setattr(Commit, "read", classmethod(lambda cls, root, *, ignore, commit=commit: commit))
        sites.append(project.build / f"site{number}")
        assert main(["report", "--force", "--jobs", jobs, "--output", str(sites[-1])], project=project) == 0
    assert differences(*sites) == []
    assert (sites[0] / "provenance.js").read_bytes() != (sites[1] / "provenance.js").read_bytes()


def test_check_names_every_file_that_is_not_what_the_sources_make(
    example: Project, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    site = shutil.copytree(example.rendered, tmp_path / "site")
    arguments = ["report", "--check", "--output", str(site)]
    assert main(arguments, project=example) == 0
    (site / "provenance.json").write_text("{}")
    assert main(arguments, project=example) == 0
    (site / "rates.html").write_text("edited by hand")
    (site / "pulses.ipynb").unlink()
    (site / "old.html").write_text("of a notebook that is no more")
    before = files(site)
    assert main(arguments, project=example) == 1
    out = capfd.readouterr().out
    for line in ("rates.html differs", "pulses.ipynb is missing", "old.html is not of these sources"):
        assert f"site/{line}" in out
    assert files(site) == before


def test_new_words_are_those_of_a_fresh_build_and_execute_nothing(
    project_with: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    project = project_with(one=CLAIM)
    assert main(["report", "-p", "seed", "0"], project=project) == 0
    notebook = project.notebooks / "one.py"
    text = notebook.read_text().replace("# # Title", "# # Another title\n#\n# Words that came later.")
    notebook.write_text(
        "# ---\n# jupyter:\n#   aimc: {place: 3, part: Found}\n# ---\n\n" + text + "\n# %% [markdown]\n# At the end.\n"
    )
    capfd.readouterr()
    assert main(["report"], project=project) == 0
    assert "one: cached" in capfd.readouterr().out
    page = (project.rendered / "one.html").read_text()
    for words in ("Another title", "Words that came later.", "At the end."):
        assert words in page
    assert "Found" in (project.rendered / "index.html").read_text()
    assert main(["report", "--force", "--output", str(project.build / "fresh")], project=project) == 0
    assert differences(project.build / "fresh", project.rendered) == []


def test_a_dry_run_says_what_would_run_and_why_and_does_nothing(
    project_with: Make, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # each reason on one line
    project = project_with(one=CLAIM)
    dry = ["report", "--dry-run"]
    assert main(dry, project=project) == 0
    assert "never executed here" in capfd.readouterr().out
    assert not project.rendered.exists()
    assert main(["report"], project=project) == 0
    for change, reason in (
        ([], "nothing changed"),
        (["-p", "seed", "3"], "changed: its parameters"),
    ):
        capfd.readouterr()
        assert main([*dry, *change], project=project) == 0
        assert reason in capfd.readouterr().out
    notebook = project.notebooks / "one.py"
    notebook.write_text(notebook.read_text().replace("# Title", "# Another title"))
    assert main(dry, project=project) == 0
    assert "nothing changed" in capfd.readouterr().out
    notebook.write_text(notebook.read_text() + "\nimport simulation\n")
    assert main(dry, project=project) == 0
    said = " ".join(capfd.readouterr().out.split())
    assert "changed: its code cells, code, data, dependencies or Python" in said


def test_manifest_records_cost_and_claims(example: Project) -> None:
    build = last_good(example.build, "rates")
    assert build is not None
    assert build.seconds > 0
    assert build.cpu_seconds > 0
    assert build.peak_mb > 30
    assert [claim.name for claim in build.claims] == ["mean_small", "mean_one"]
    assert build.parameters == {"steps": 100, "alpha": 0.1, "device": "soft", "seed": 0}
    assert build.versions["math-core"] == "0.9.0"


def test_build_without_matching_manifest_does_not_exist(example: Project, tmp_path: Path) -> None:
    source = example.build / "rates"
    target = tmp_path / "rates"
    for name in ("manifest.json", "rates.ipynb"):
        target.mkdir(exist_ok=True)
        (target / name).write_bytes((source / name).read_bytes())
    assert last_good(tmp_path, "rates") is not None
    (target / "rates.ipynb").write_bytes(b"{}")
    assert last_good(tmp_path, "rates") is None
    (target / "manifest.json").write_text("{")
    assert last_good(tmp_path, "rates") is None


def test_crash_keeps_the_earlier_page_and_publishes_the_others(
    project_with: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    project = project_with(good=CLAIM, other=CLAIM)
    assert main(["report"], project=project) == 0
    before = files(project.rendered)
    bad = project.notebooks / "good.py"
    bad.write_text(bad.read_text() + '\n# %%\nx = 1\nraise ValueError(f"alpha must be > 0, got {-x}")\n')
    other = project.notebooks / "other.py"
    other.write_text(other.read_text() + "\n# %%\nprint('new output')\n")
    assert main(["report"], project=project) == 3
    out, err = capfd.readouterr()
    assert "notebook good, cell 4: ValueError: alpha must be > 0, got -1" in err
    assert 'at: raise ValueError(f"alpha must be > 0, got {-x}")' in err
    assert "\x1b" not in out + err
    assert "other: done" in out
    after = files(project.rendered)
    assert "new output" in after["other.html"].decode()
    page = after["good.html"].decode()
    told = re.search(r'<section class="failed".*?</section>\n', page, flags=re.DOTALL)
    assert told is not None
    assert "notebook good, cell 4: ValueError: alpha must be &gt; 0, got -1" in told[0]
    assert page.replace(told[0], "").encode() == before["good.html"]
    assert after["good.ipynb"] == before["good.ipynb"]
    assert "good" in json.loads(after["claims.json"])["notebooks"]
    assert "its last execution failed" in after["index.html"].decode()
    bad.write_text(bad.read_text().replace("raise ValueError", "print"))
    assert main(["report"], project=project) == 0
    mended = files(project.rendered)
    assert not [name for name in ("good.html", "index.html") if b"failed" in mended[name]]


def test_a_chapter_of_an_earlier_state_says_so_itself(project_with: Make) -> None:
    project = project_with(one=CLAIM, two="import simulation\n" + CLAIM.replace('"c"', '"other"'))
    assert main(["report"], project=project) == 0
    (project.root / "simulation" / "__init__.py").write_text("changed = True\n")
    assert main(["report", "--only", "one"], project=project) == 0
    said = {name: "earlier state of the code" in (project.rendered / f"{name}.html").read_text() for name in PAGES}
    assert said == {"one": False, "two": True, "index": True}


PAGES = ("one", "two", "index")
DEATHS = {
    "exits": "import os\nos._exit(3)\n",
    "killed": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
}


def test_dead_kernels_end_with_4_and_leave_no_build(project_with: Make, capfd: pytest.CaptureFixture[str]) -> None:
    project = project_with(**DEATHS)
    assert main(["report"], project=project) == 4
    err = capfd.readouterr().err
    for name in DEATHS:
        assert f"notebook {name}, cell 3: the kernel died" in err
        assert not (project.build / name).exists()
    assert "Traceback" not in err
    assert not list(project.rendered.glob("*.ipynb"))
    start = (project.rendered / "index.html").read_text()
    for name in DEATHS:
        assert f"{name} was never executed to its end" in start
        assert f"notebook {name}, cell 3: the kernel died" in start


def test_too_little_memory_is_told_like_any_failure(project_with: Make, capfd: pytest.CaptureFixture[str]) -> None:
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))\n"  # bytes of addresses
    project = project_with(large=f"{limit}b = bytearray(2**34)\n", other=CLAIM)
    assert main(["report"], project=project) == 3
    out, err = capfd.readouterr()
    assert "notebook large, cell 3: MemoryError" in err
    assert "other: done" in out
    assert "notebook large, cell 3: MemoryError" in (project.rendered / "index.html").read_text()


def test_time_limit_ends_with_4_and_with_the_kernel(
    project_with: Make, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    project = project_with(slow=f"import os, time\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n")
    begin = time.monotonic()
    # The limit counts the kernel's start too, which may take seconds where all processors are at work.
    assert main(["report", "--timeout", "10"], project=project) == 4
    assert time.monotonic() - begin < 60  # far from the 600 s of the cell
    assert "notebook slow, cell 3: " in (err := capfd.readouterr().err)
    assert "time limit" in err
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and alive(int(pid.read_text())):
        time.sleep(0.1)
    assert not alive(int(pid.read_text()))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_malformed_claims_and_formulas_are_build_errors(project_with: Make, capfd: pytest.CaptureFixture[str]) -> None:
    title = '# %% [markdown]\n# # Title with $\\wrong$\n\n# %% tags=["parameters"]\nseed: int = 0  # [0, 9] seed\n'
    fetching = "from IPython.display import HTML\nHTML('<img src=\"https://example.org/x.png\">')\n"
    project = project_with(twice=CLAIM + CLAIM, formula=title, fetching=fetching)
    assert main(["report"], project=project) == 3
    err = capfd.readouterr().err
    assert "notebook twice, cell 3: claim 'c' is recorded twice" in err
    assert r"notebook formula: formula '\\wrong': Unknown command" in err
    assert "notebook fetching: the page would run or fetch something" in err
    assert sorted(p.name for p in project.rendered.glob("*.html")) == ["index.html", "statements.html"]
    assert json.loads((project.rendered / "claims.json").read_text())["notebooks"] == {}


def test_parameters_reach_the_notebook_and_the_cells_keep_their_numbers(
    project_with: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    project = project_with(demo=CLAIM + "\n# %%\nif seed == 5:\n    raise RuntimeError('five')\n")
    assert main(["report", "-p", "seed", "3"], project=project) == 0
    build = last_good(project.build, "demo")
    assert build is not None
    assert build.parameters == {"seed": 3}
    assert build.claims[0].measured == (3.0,)
    assert main(["report", "-p", "seed", "5"], project=project) == 3
    assert "notebook demo, cell 4: RuntimeError: five" in capfd.readouterr().err


def test_only_one_report_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(UsageError, match="another aimc report is running"), locked(tmp_path):
        pass


def test_runner_needs_a_lane() -> None:
    with pytest.raises(ValueError, match="jobs must be >= 1, got 0"):
        Runner(jobs=0)


def test_page_of_a_removed_notebook_goes_with_it(project_with: Make) -> None:
    project = project_with(demo=CLAIM, gone=CLAIM)
    assert main(["report"], project=project) == 0
    (project.rendered / "mine.html").write_text("not ours")
    (project.notebooks / "gone.py").unlink()
    assert main(["report"], project=project) == 0
    pages = {"demo.html", "index.html", "mine.html", "statements.html"}
    assert {p.name for p in project.rendered.glob("*.html")} == pages
    assert not (project.rendered / "gone.ipynb").exists()


def test_a_cell_that_leaves_early_is_a_crash(project_with: Make, capfd: pytest.CaptureFixture[str]) -> None:
    project = project_with(early="import sys\nsys.exit(0)\n\n# %%\nprint('never')")
    assert main(["report"], project=project) == 3
    assert "the notebook ended early; cell" in capfd.readouterr().err


@pytest.mark.parametrize(("variable", "below"), [("AIMC_MNIST_DIR", "."), ("AIMC_DATA", "."), ("AIMC_DATA", "mnist")])
def test_data_given_from_outside_belong_to_the_key(
    project_with: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, below: str
) -> None:
    project = project_with(one=CLAIM)
    given = tmp_path / "given"
    (given / below).mkdir(parents=True, exist_ok=True)
    before = fingerprint(project, ("import simulation",))
    monkeypatch.setenv(variable, str(given))
    empty = fingerprint(project, ("import simulation",))
    (given / below / "data").write_text("1")
    assert len({before, empty, fingerprint(project, ("import simulation",))}) == 3


@pytest.mark.parametrize("name", ["notebook.py", "figures.py", "claims.py"])
def test_what_notebooks_import_of_this_package_belongs_to_the_key(
    project_with: Make, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    project = project_with(one=CLAIM)
    code = ("from reports.notebook import claim, figure",)
    before, own = fingerprint(project, code), Path(reports.fingerprints.__file__).parent / name
    monkeypatch.setattr(reports.fingerprints, "file_digest", lambda path: "" if path == own else file_digest(path))
    assert fingerprint(project, code) != before
    assert fingerprint(project, ("x = 1",)) == fingerprint(project, ("x = 2",))


def test_a_scale_has_its_values_its_cache_and_its_site(project_with: Make) -> None:
    project = project_with(one=CLAIM)
    notebook = project.notebooks / "one.py"
    notebook.write_text(notebook.read_text().replace("# [0, 9] seed", "# [0, 9] seed; full: 7"))
    assert main(["report", "--scale", "full"], project=project) == 0
    assert main(["report"], project=project) == 0
    made = {scale: last_good(project.at(scale).build, "one") for scale in ("default", "full")}
    assert {scale: build and build.parameters for scale, build in made.items()} == {
        "default": {"seed": 0},
        "full": {"seed": 7},
    }
    assert project.site("full") == project.root / "reports" / "full"
    assert len({project.at(scale).build for scale in SCALES}) == len({project.site(scale) for scale in SCALES}) == 3
    assert all((project.site(scale) / "one.html").is_file() for scale in made)


def test_folder_named_by_a_parameter_counts_with_its_contents(project_with: Make, tmp_path: Path) -> None:
    (source,) = discover(project_with(one=CLAIM).notebooks)
    (tmp_path / "data").write_text("1")
    first = source.key({"folder": str(tmp_path)}, "code")
    (tmp_path / "data").write_text("2")
    assert source.key({"folder": str(tmp_path)}, "code") != first


def test_worker_ends_with_the_process_that_started_it() -> None:
    """A killed report must not leave its notebooks running; the watch looks once a second."""
    watch = "from reports import worker; worker._follow_parent()"
    child = f"import os, time; {watch}; print(os.getpid(), flush=True); time.sleep(60)"
    parent = (
        "import subprocess, sys; "
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE, start_new_session=True); "
        "print(p.stdout.readline().decode().strip(), flush=True)"
    )
    pid = int(subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, check=True).stdout)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()
