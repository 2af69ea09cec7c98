"""Discovery: what a notebook must look like, and errors that say where it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reports.errors import NothingSelected, UsageError
from reports.fingerprints import of as fingerprint
from reports.project import Project, folder_digest
from reports.sources import assign, discover, load, select

GOOD = '# %% [markdown]\n# # A title\n\n# %% tags=["parameters"]\nseed: int = 0  # [0, 9] seed\n\n# %%\nx = seed\n'


def write(folder: Path, text: str, name: str = "demo.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_notebook_is_read(tmp_path: Path) -> None:
    source = load(write(tmp_path, GOOD))
    assert (source.name, source.title) == ("demo", "A title")
    assert [p.name for p in source.parameters] == ["seed"]
    assert source.code[-1] == "x = seed"
    assert [c.id for c in source.notebook().cells] == [c.id for c in source.notebook().cells]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("# # A title", "# A title"), "line 1: the first cell must be markdown with the title"),
        (GOOD.replace(' tags=["parameters"]', ""), r"exactly one code cell must be tagged.* got 0"),
        (GOOD + '\n# %% tags=["parameters"]\n', "got 2"),
        (GOOD.replace("= 0  #", "= 12  #"), r"demo.py, line 5: seed must be int in \[0, 9\], got 12"),
        (GOOD.replace("seed: int", "k: int = 1  # [0, 2] k\nseed ="), "demo.py, line 6: .*does not read"),
        ("", "line 1"),
    ],
)
def test_bad_notebook_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load(write(tmp_path, text))


@pytest.mark.parametrize("name", ["index.py", "Upper.py", "with-dash.py", "_hidden.py ".strip().upper()])
def test_bad_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="the name must be lower-case"):
        load(write(tmp_path, GOOD, name))


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere does not exist"):
        discover(tmp_path / "nowhere")


def test_selection_and_its_suggestion(tmp_path: Path) -> None:
    for name in ("rates", "rates_async", "pulses"):
        write(tmp_path, GOOD, f"{name}.py")
    every = discover(tmp_path)
    assert [s.name for s in select(every, ["rates*"])] == ["rates", "rates_async"]
    assert [s.name for s in select(every, None)] == ["pulses", "rates", "rates_async"]
    with pytest.raises(NothingSelected, match="did you mean 'rates'"):
        select(every, ["rate"])
    with pytest.raises(NothingSelected, match="no notebook in the notebook folder"):
        select([], None)


def test_values_are_assigned_where_declared(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("seed", "steps"), "other.py")
    sources = discover(tmp_path)
    assert assign(sources, {"seed": "3"}) == {"demo": {"seed": 3}, "other": {"steps": 0}}
    with pytest.raises(UsageError, match="parameter 'sed' is declared by no selected notebook; did you mean 'seed'"):
        assign(sources, {"sed": "3"})
    with pytest.raises(UsageError, match="notebook demo: parameter seed must be"):
        assign(sources, {"seed": "10"})


USES = """import theory.a
from simulation.deep import b
from simulation import data
record = "data/d.json"
"""


def test_key_follows_what_outputs_depend_on(project_with: Callable[..., Project], tmp_path: Path) -> None:
    project = project_with(demo=USES + "x = seed\n")
    (project.root / "simulation" / "data").mkdir()
    (project.root / "simulation" / "data" / "__init__.py").write_text("")

    def key(text: str | None = None, seed: int = 0) -> str:
        source = load(write(tmp_path, text, "other.py") if text else project.notebooks / "demo.py")
        return source.key({"seed": seed}, fingerprint(project, source.code))

    base = (project.notebooks / "demo.py").read_text()
    first = key()
    assert key(base.replace("Title", "Another title") + "\n# %% [markdown]\n# prose\n") == first
    assert key(seed=1) != first
    assert key(base.replace("x = seed", "x = -seed")) != first
    seen = {first}
    for path, text in (("theory/a.py", "1"), ("theory/a.py", "2"), ("simulation/deep/b.py", ""),
                       ("simulation/data/d.csv", "1"), ("notebooks/data/d.json", "1"),
                       ("requirements.lock", "x")):  # fmt: skip
        target = project.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        assert key() not in seen, path
        seen.add(key())
    (project.root / "theory" / "__pycache__").mkdir()
    (project.root / "theory" / "__pycache__" / "a.pyc").write_text("")
    assert key() in seen


def test_a_folder_counts_with_everything_below_it(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    before = folder_digest(tmp_path)
    (deep / "file").write_text("1")
    after = folder_digest(tmp_path)
    (deep / "file").write_text("2")
    assert len({before, after, folder_digest(tmp_path)}) == 3
    (deep / "file").rename(tmp_path / "file")
    assert folder_digest(tmp_path) not in (before, after)
    assert folder_digest(tmp_path / "none") == folder_digest(Path()) == ""
