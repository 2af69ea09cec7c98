"""The table of speeds: how ratios are made and judged, and that the committed page is what the committed data say."""

import itertools
import json
import re
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import _compiled, _fused, _normals
from simulation.fidelities import _binomial
from tests.benchmarks import speed, workload
from tests.benchmarks.table import Row, compared, interleaved
from tests.benchmarks.triad import triads
from tests.peer import kit


def test_every_group_is_found_in_the_order_it_asks_for() -> None:
    found = speed.groups()
    orders = [group.ORDER for group in found.values()]
    assert orders == sorted(set(orders))
    assert {"least_squares", "pulse_trains", "memory"} <= set(found)


def test_rounds_alternate_so_that_no_side_is_always_first() -> None:
    called: list[str] = []

    def side(name: str) -> Callable[[], float]:
        return lambda: called.append(name) or 1.0  # type: ignore[func-returns-value]

    seen = interleaved({name: side(name) for name in "ab"}, rounds=3)
    assert called == list("abbaab")
    assert seen == {"a": [1.0] * 3, "b": [1.0] * 3}


def test_a_ratio_is_made_within_each_round() -> None:
    # The machine slows down fourfold: each round's ratio is 2; sums or medians of sides would depend on the pairing.
    row = compared("x", [2.0, 4.0, 8.0], [1.0, 2.0, 4.0], target=2.0)
    assert (row.ratio, row.low, row.high, row.reached) == (2.0, 2.0, 2.0, True)
    mixed = compared("x", [2.0, 4.0, 8.0], [1.0, 4.0, 2.0], target=2.1)
    assert (mixed.ratio, mixed.low, mixed.high, mixed.reached) == (2.0, 1.0, 4.0, False)


@pytest.mark.parametrize(("sense", "below", "above"), [("at least", False, True), ("at most", True, False)])
def test_a_target_is_judged_by_its_sense(sense: str, below: bool, above: bool) -> None:
    made = [Row(work="x", ratio=ratio, target=1.0, sense=sense).reached for ratio in (0.99, 1.0, 1.01)]  # type: ignore[arg-type]
    assert made == [below, True, above]


def test_what_was_not_measured_says_why_and_reaches_nothing() -> None:
    row = Row(work="x", ratio=None, target=2.0, note="peer not installed")
    assert row.reached is None
    assert row.cells() == ("x", "–", "≥ 2 ×", "", "peer not installed")


@pytest.mark.parametrize("error", [ImportError("No module named 'torch'"), ValueError("libcublasLt.so not found")])
def test_an_absent_peer_is_told_in_words(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise error

    monkeypatch.setattr(kit, "module", missing)
    assert kit.why_absent.__wrapped__() == f"peer not installed, or not whole ({error})"


COMMITTED = speed.DOCS / "speed.json"


def test_the_committed_page_is_what_the_committed_data_say() -> None:
    kept = json.loads(COMMITTED.read_text())
    assert set(kept) == set(speed.groups())
    assert (speed.DOCS / "speed.md").read_text() == speed.page(kept)
    first = next(iter(kept))
    kept[first]["rows"][0]["ratio"] = 123456.0
    assert (speed.DOCS / "speed.md").read_text() != speed.page(kept)  # the falsifier


def test_a_group_measured_anew_replaces_its_rows_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "DOCS", tmp_path)
    for name, ratio in (("memory", 1.0), ("settings", 2.0), ("memory", 3.0)):
        speed.save(name, [Row(work=name, ratio=ratio)], {"date": "today"})
    kept = json.loads((tmp_path / "speed.json").read_text())
    assert {name: group["rows"][0]["ratio"] for name, group in kept.items()} == {"memory": 3.0, "settings": 2.0}
    assert (tmp_path / "speed.md").read_text() == speed.page(kept)


def test_seconds_of_a_part_are_scaled_to_the_whole_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted(work: Callable[[], object]) -> float:
        work()
        return 1.0

    monkeypatch.setattr(workload, "timed", counted)
    part = 5 / workload.STEPS
    assert workload.ours("float32", steps=5)() == 1 / part
    assert workload.numpy_loop("float32", seeds=2, steps=5)() == workload.RUNS / 2 / part


@pytest.mark.parametrize("fast", [True, False])
def test_nothing_is_compiled_while_it_is_timed(fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, ...]] = []

    def noted(*_: object, **named: object) -> None:
        seen.append(tuple(module.PAYS_AFTER for module in modules))

    modules: list[Any] = [_compiled, _fused, _normals, _binomial]
    usual = [module.PAYS_AFTER for module in modules]
    monkeypatch.setattr(workload, "run", noted)
    work = workload.ours("float32", steps=50, fast=fast)
    assert len(seen) == 1  # before the work is handed out
    work()
    assert seen == [(0 if fast else sys.maxsize,) * 4] * 2
    assert usual == [module.PAYS_AFTER for module in modules]


@pytest.mark.parametrize("place", ["apart", "within"])
def test_a_triad_passes_over_everything(place: str) -> None:
    found = triads()
    assert found is not None or not (shutil.which("gcc") or find_spec("numba"))
    if found is not None:
        a, b, c = (np.full(1001, value, np.float32) for value in (1, 2, 3))
        getattr(found, place)(a, b, c)
        np.testing.assert_allclose(a, (2 if place == "apart" else 1) + 0.003, rtol=1e-6)  # float32


def test_the_committed_verdicts_follow_from_the_committed_ratios() -> None:
    groups = json.loads(COMMITTED.read_text()).values()
    for row in itertools.chain.from_iterable(group["rows"] for group in groups):
        told = row.pop("reached")
        assert Row(**row).reached == told


def test_the_committed_data_name_no_place() -> None:
    assert not re.search(r"(^|[\s\"])/\w|\w+://", COMMITTED.read_text())
