"""Discovery of cases, look-up by name, and the public front door."""

import doctest
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import simulation
from simulation import DEVICES, NOISES, PROBLEMS, lookup
from simulation._registry import discover

GOOD = """
from dataclasses import dataclass

@dataclass(frozen=True, kw_only=True)
class Case:
    size: int

    def act(self):
        return self.size
"""
COUNTER = itertools.count()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / f"cases_{next(COUNTER)}"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]


def found(folder: Path) -> dict[str, type]:
    return dict(discover(folder.name, [str(folder)], "Case", ("size", "act")))


def test_every_module_without_underscore_is_a_case(package: Path) -> None:
    (package / "one.py").write_text(GOOD)
    (package / "two.py").write_text(GOOD)
    (package / "_base.py").write_text("raise RuntimeError('never imported by discovery')")
    cases = found(package)
    assert list(cases) == ["one", "two"]
    assert cases["one"](size=3).act() == 3


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "must define a class Case"),
        ("Case = 3", "must define a class Case, found 3"),
        (GOOD.replace("frozen=True, ", ""), "must be a frozen dataclass"),
        (GOOD.replace(", kw_only=True", ""), "must be keyword-only"),
        (GOOD.replace("def act", "def other"), r"lacks \['act'\]"),
        (GOOD.replace("size: int", "length: int"), r"lacks \['size'\]"),
    ],
)
def test_a_bad_case_raises_when_it_is_asked_for(package: Path, source: str, message: str) -> None:
    (package / "good.py").write_text(GOOD)
    (package / "bad.py").write_text(source)
    with pytest.raises(ImportError, match=message):
        found(package)


def test_a_case_is_imported_when_it_is_asked_for(package: Path) -> None:
    (package / "good.py").write_text(GOOD)
    (package / "other.py").write_text(GOOD)
    cases = discover(package.name, [str(package)], "Case", ("size", "act"))
    assert (list(cases), len(cases)) == (["good", "other"], 2)
    assert "other" in cases
    assert "another" not in cases
    assert cases["good"] is cases["good"]
    assert {name for name in sys.modules if name.startswith(package.name)} == {package.name, f"{package.name}.good"}
    with pytest.raises(KeyError):
        cases["another"]


def test_an_abstract_case_raises(package: Path) -> None:
    abstract = GOOD.replace("    def act", "    @abstractmethod\n    def act").replace("Case:", "Case(ABC):")
    (package / "bad.py").write_text("from abc import ABC, abstractmethod\n" + abstract)
    with pytest.raises(ImportError, match=r"leaves \['act'\] abstract"):
        found(package)


def test_a_case_that_does_not_import_raises(package: Path) -> None:
    (package / "bad.py").write_text("1/0")
    with pytest.raises(ZeroDivisionError):
        found(package)


def test_an_empty_folder_raises(package: Path) -> None:
    with pytest.raises(ImportError, match="holds no cases"):
        found(package)


def test_the_registries_hold_exactly_the_files_of_their_folders() -> None:
    root = Path(simulation.__file__).parent
    for folder, registry in (("devices", DEVICES), ("noises", NOISES), ("problems", PROBLEMS)):
        files = {path.stem for path in (root / folder).glob("[!_]*.py")}
        assert set(registry) == files


def test_registries_are_read_only() -> None:
    with pytest.raises(TypeError):
        DEVICES["mine"] = object  # type: ignore[index]  # that it cannot is the point


def test_lookup_returns_the_class_and_suggests_the_nearest_name() -> None:
    assert lookup(DEVICES, "ideal") is DEVICES["ideal"]
    with pytest.raises(ValueError, match=r"got 'asymetric_linear'; did you mean 'asymmetric_linear'\?"):
        lookup(DEVICES, "asymetric_linear")
    with pytest.raises(ValueError, match="name must be one of"):
        lookup({}, "anything")


def test_public_names() -> None:
    registries = ["DATASETS", "DEVICES", "FIDELITIES", "NOISES", "PROBLEMS", "SCHEDULES"]
    runs = ["run", "run_batched", "run_clocked", "run_delayed", "run_recursion", "Trace", "BatchTrace", "DelayedTrace"]
    expected = [*registries, *runs, "DataError", "ImageData", "load_mnist", "lookup"]
    assert sorted(simulation.__all__) == sorted(expected)
    assert all(hasattr(simulation, name) for name in expected)


def test_the_example_of_the_front_page_runs() -> None:
    result = doctest.testmod(simulation)
    assert result.attempted >= 5
    assert result.failed == 0
