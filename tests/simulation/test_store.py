"""The store of finished simulations: read instead of run, only for exactly the same call of exactly this program."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, NOISES, PROBLEMS, _store, engine, run, run_batched, run_delayed
from simulation._fingerprint import fingerprint
from simulation.training import _train, train
from tests.simulation.small_networks import SMALL, arguments, images

PROBLEM = PROBLEMS["quadratic"](
    spectrum=[1.0, 0.5], optimum=[0.4, -0.2], noise=NOISES["gaussian"](standard_deviation=0.3)
)
DEVICE = DEVICES["asymmetric_linear"](tau=1.0)
SMALL_RUN: dict[str, Any] = {"step_size": [0.1, 0.2], "steps": 12, "runs": 3, "seed": 5}
CALLS: dict[str, Callable[..., Any]] = {
    "run": lambda **more: run(PROBLEM, DEVICE, **SMALL_RUN | more),
    "path": lambda **more: run(PROBLEM, DEVICE, **SMALL_RUN | {"keep_path": True} | more),
    "delayed": lambda **more: run_delayed(PROBLEM, DEVICE, delays=[2, 0], **SMALL_RUN | more),
    "batched": lambda **more: run_batched(PROBLEM, DEVICE, microbatches=2, rule="sample_wise", **SMALL_RUN | more),
}


class Computed(Exception):
    """Raised in place of computing."""


def forbidden(*_: Any, **__: Any) -> Any:
    raise Computed


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(_store.FOLDER_VARIABLE, str(tmp_path / "store"))
    return tmp_path / "store"


def files(store: Path) -> list[Path]:
    return sorted(store.rglob("*.npz"))


def assert_same(found: Any, expected: Any) -> None:
    assert type(found) is type(expected)
    for field in fields(expected):
        mine, other = getattr(found, field.name), getattr(expected, field.name)
        if isinstance(other, np.ndarray):
            assert mine.dtype == other.dtype
            np.testing.assert_array_equal(mine, other)
        elif field.name == "weights":
            assert all(np.array_equal(a, b) for a, b in zip(mine, other, strict=True))
        elif field.name == "records":
            assert mine.keys() == other.keys()
            assert all(np.array_equal(mine[name], other[name], equal_nan=True) for name in other)
        else:
            assert mine == other


@pytest.mark.parametrize("name", sorted(CALLS))
def test_the_second_call_is_read_and_the_same(name: str, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = CALLS[name]()
    monkeypatch.setattr(engine, "_work", forbidden)
    assert_same(CALLS[name](workers=2), first)
    assert len(files(store)) == 1
    for changed in ({"seed": 6}, {"steps": 13}, {"precision": "float32"}, {"step_size": [0.1, 0.3]}):
        with pytest.raises(Computed):
            CALLS[name](**changed)


def test_calls_of_different_kinds_have_entries_of_their_own(store: Path) -> None:
    for call in CALLS.values():
        call()
    assert len(files(store)) == len(CALLS)


def test_without_the_variable_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    CALLS["run"]()
    assert list(tmp_path.rglob("*")) == []


def test_a_damaged_result_is_computed_anew(store: Path) -> None:
    first = CALLS["run"]()
    (path,) = files(store)
    path.write_bytes(path.read_bytes()[:200])
    assert_same(CALLS["run"](), first)
    assert path.stat().st_size > 200


def test_a_result_under_the_name_of_another_is_not_believed(store: Path) -> None:
    CALLS["run"]()
    (path,) = files(store)
    right = CALLS["run"](seed=6)
    (other,) = set(files(store)) - {path}
    other.write_bytes(path.read_bytes())
    assert_same(CALLS["run"](seed=6), right)


def test_results_of_other_sources_are_neither_read_nor_kept(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    CALLS["run"]()
    (old,) = files(store)
    monkeypatch.setattr("simulation._store.sources", lambda: b"other sources here")
    monkeypatch.setattr("simulation._fingerprint.sources", lambda: b"other sources here")
    CALLS["run"]()
    (new,) = files(store)
    assert new.name != old.name
    assert new.parent != old.parent


@dataclass(frozen=True, kw_only=True, eq=False)
class Strange(type(DEVICE)):  # type: ignore[misc]
    """A device whose code the store knows nothing of."""


def test_what_another_program_defines_is_not_kept(store: Path) -> None:
    run(PROBLEM, Strange(tau=1.0), **SMALL_RUN)
    assert files(store) == []


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(_store.FOLDER_VARIABLE, str(tmp_path / "file"))
    assert_same(CALLS["run"](), CALLS["run"]())
    assert (tmp_path / "file").read_text() == "in the way"


def test_functions_without_a_telling_name_have_no_fingerprint() -> None:
    assert fingerprint(forbidden) != fingerprint(files)
    for function in (lambda: 1, lambda: 2):
        with pytest.raises(TypeError, match="no fingerprint"):
            fingerprint(function)


NESTED: list[Any] = [
    ((1,), 2), ((1, 2),), (1, (2,)), (1, 2), [1, 2], ("1", "2"), ("1\x002",), ("12",), (1.0, 2), {1: 2}, {"1": 2},
    np.array([1, 2]), np.array([[1, 2]]), np.array([1.0, 2.0]), (np.array([1]), 2), ([], [1]), ([1], []), None, (),
    [()],
]  # fmt: skip


def test_things_that_differ_in_shape_type_or_nesting_differ_in_fingerprint() -> None:
    assert len({fingerprint(thing) for thing in NESTED}) == len(NESTED)


def trained(**more: Any) -> Any:
    network = SMALL["perceptron"]
    given = arguments(step_size=[0.1, 0.2]) | more
    return train(network, images(network, 9), DEVICE, record_every=2, **given)


def test_a_training_is_read_and_the_same(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = trained()
    assert len(files(store)) == 1
    monkeypatch.setattr(_train._Run, "_advance", forbidden)
    assert_same(trained(), first)
    for changed in ({"seed": 4}, {"updates": 5}, {"step_size": [0.1, 0.3]}, {"probe": 3}):
        with pytest.raises(Computed):
            trained(**changed)


def test_a_training_that_is_watched_is_run(store: Path) -> None:
    seen: list[int] = []
    trained(observer=lambda update, _: seen.append(update))
    assert files(store) == []
    assert seen == [0, 2, 4, 6]


def test_weights_lie_in_the_order_of_their_axes() -> None:
    """What is measured at them must not depend on whether they were computed or read from a file, to the last bit."""
    assert all(array.flags.c_contiguous for array in trained().weights)
