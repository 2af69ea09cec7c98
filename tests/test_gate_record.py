"""The script behind the chapter *How we decide*: what it writes of false alarms and planted faults."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reports.claims import LEVEL

PATH = Path(__file__).resolve().parents[1] / "notebooks" / "data" / "record_gate.py"
FAULT = {"title": "A fault", "caught": True, "red": [
    {"claim": "a", "verdict": "undecided", "reason": "too wide"},
    {"claim": "b", "verdict": "violated", "reason": "above the bound"},
]}  # fmt: skip


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("record_gate", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "RECORD", tmp_path / "gate.json")
    monkeypatch.setattr(module, "FAULTS", tmp_path / "faults.json")
    (tmp_path / "faults.json").write_text(json.dumps({"faults": [FAULT]}))
    return module


def test_it_writes_runs_and_faults_with_the_worst_reason(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def false_alarms(**given: Any) -> list[dict[str, int]]:
        asked.append((given["size"], given["repetitions"], given["level"]))
        return [{"claims": 3, "violated": 0, "undecided": 0, "seeds": 96}]

    monkeypatch.setattr(script, "false_alarms", false_alarms)
    monkeypatch.setattr(sys, "argv", ["record_gate.py", "7"])
    script.main()
    assert asked == [("ci", 7, LEVEL)]
    record = json.loads(script.RECORD.read_text())
    assert record["runs"] == [{"claims": 3, "violated": 0, "undecided": 0, "seeds": 96}]
    assert record["faults"] == [
        {
            "title": "A fault",
            "caught": True,
            "red": {"a": "undecided", "b": "violated"},
            "reason": "above the bound",
        }
    ]


def test_without_the_faults_nothing_is_written(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["record_gate.py"])
    script.FAULTS.unlink()
    with pytest.raises(FileNotFoundError):
        script.main()
    assert not script.RECORD.exists()
