"""The script that records trainings: what it writes, how it goes on, and that it repeats what the notebook trains."""

import importlib.util
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.build import PARTIAL
from reports.sources import load
from simulation.data import varied
from tests.simulation.data_files import SIZES, WRITERS, drawn

ROOT = Path(__file__).parents[2]
PATH = ROOT / "notebooks" / "data" / "record.py"


def script() -> Any:
    spec = importlib.util.spec_from_file_location("record", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["record"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script, with a short plan of every method, in a folder of its own with tiny data."""
    module = script()
    shape, classes, write = WRITERS["cifar10"]
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", *drawn(shape, classes))
    sums = [f"{module.file_digest(path)}  {path.name}" for path in sorted((tmp_path / "data").glob("*.bin"))]
    (tmp_path / "data" / "SHA256SUMS").write_text("\n".join(sums) + "\n")
    plan = replace(module.PLANS["cifar"], batch=2, epochs=1, runs=2, records=2, copies=2, fields={"widths": (8,)})
    monkeypatch.setattr(module, "PLANS", {"tiny": plan})
    monkeypatch.setattr(module, "CHECKPOINTS", tmp_path / "checkpoints")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "record.py"))
    return module


def test_a_record_says_what_was_trained_and_goes_on_where_it_stopped(
    record: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, plan, data = record.trained, record.PLANS["tiny"], str(tmp_path / "data")

    def interrupted(plan: Any, data: Any, kind: str, method: str) -> Any:
        if kind == "analog":
            raise KeyboardInterrupt
        return made(plan, data, kind, method)

    monkeypatch.setattr(record, "trained", interrupted)
    with pytest.raises(KeyboardInterrupt):
        record.main("tiny", data)
    path = tmp_path / "tiny.json"
    first = json.loads(path.read_text())
    assert list(first["trainings"]) == sorted(f"digital, {method}" for method in plan.methods)

    monkeypatch.setattr(record, "trained", made)
    done: list[int] = []
    monkeypatch.setattr(record, "progress", lambda update, total: done.append(update))
    record.main("tiny", data)
    found = json.loads(path.read_text())
    assert not list(tmp_path.glob(f".*{PARTIAL}"))
    assert first["trainings"].items() <= found["trainings"].items()
    assert found["settings"] == json.loads(json.dumps(asdict(plan)))
    assert found["images"]["test"] == SIZES[1]
    assert set(found["data"]) == {"data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"}
    assert len(found["code"]) == 64
    updates = found["images"]["train"] // plan.batch
    for name, curves in found["trainings"].items():
        length = updates // 4 if "synchronous, B = 4" in name and "async" not in name else updates
        assert curves["update"][-1] == length
        assert np.shape(curves["accuracy"]) == np.shape(curves["loss"]) == (len(curves["clocks"]), plan.runs)
    assert done.count(updates) == 2  # vanilla and asynchronous of the analog kind alone were trained now


def test_a_checkpoint_of_other_settings_is_refused(
    record: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = replace(record.PLANS["tiny"], devices=record.DIGITAL, methods={"vanilla": record.PIPELINES["vanilla"]})
    monkeypatch.setattr(record, "PLANS", {"tiny": plan, "other": replace(plan, seed=2)})
    record.main("tiny", str(tmp_path / "data"))
    with pytest.raises(ValueError, match="checkpoint"):
        record.main("other", str(tmp_path / "data"))
    assert not (tmp_path / "other.json").exists()


def test_the_plan_of_the_full_set_is_the_notebook_s() -> None:
    plan = script().PLANS["full_mnist"]
    full = {p.name: p.at("full") for p in load(ROOT / "notebooks" / "deep_networks.py").parameters}
    assert "-".join(map(str, plan.fields["widths"])) == full["widths"]
    assert plan.devices["analog"] == ("asymmetric_linear", {"tau": full["tau"]})
    for name in ("batch", "epochs", "step_size", "growth", "seed"):
        assert getattr(plan, name) == full[name], name


@pytest.mark.parametrize("path", sorted(PATH.parent.glob("*.json")), ids=lambda path: str(path.stem))
def test_records_are_those_of_their_plans(path: Path) -> None:
    record, plans = json.loads(path.read_text()), script().PLANS
    assert ("trainings" in record) == (path.stem in plans)
    if path.stem in plans:
        assert record["settings"] == json.loads(json.dumps(asdict(plans[path.stem])))


def test_copies_are_moved_and_mirrored() -> None:
    rng = np.random.default_rng(0)
    images = rng.random((200, 5, 6, 2)).astype(np.float32) + 1
    labels = np.arange(200)
    found, names = varied(images, labels, copies=2, seed=3, reach=2)
    np.testing.assert_array_equal(found[:200], images)
    assert names.tolist() == [*range(200), *range(200)]
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)))
    seen = set()
    for number, copy in enumerate(found[200:]):
        places = [
            (down, right, mirror)
            for down in range(5)
            for right in range(5)
            for mirror in (1, -1)
            if np.array_equal(copy, padded[number, down : down + 5, right : right + 6][:, ::mirror])
        ]
        assert len(places) == 1
        seen |= set(places)
    assert {place[:2] for place in seen} == {(down, right) for down in range(5) for right in range(5)}
    assert {place[2] for place in seen} == {1, -1}
    np.testing.assert_array_equal(found, varied(images, labels, copies=2, seed=3, reach=2)[0])
    assert not np.array_equal(found, varied(images, labels, copies=2, seed=4, reach=2)[0])


@pytest.mark.parametrize("wrong", [{"copies": 0}, {"seed": -1}, {"reach": -1}, {"copies": 1.5}])
def test_numbers_of_copies_out_of_range_are_named(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"copies": 2, "seed": 0} | wrong
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be an integer"):
        varied(np.zeros((1, 4, 4, 1), np.float32), np.zeros(1, np.int64), **given)
