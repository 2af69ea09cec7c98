"""Which machines are said to give the same last digits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reports import machine
from reports.project import Project

CPU = "processor : 0\nmodel name : A 1\ncache size : 512 KB\nflags : fpu avx2\n\nprocessor : 1\nmodel name : B\n"


def signature(folder: Path, text: str) -> str:
    (folder / "cpuinfo").write_text(text)
    return machine.signature(folder / "cpuinfo")


def test_the_same_processor_has_the_same_signature_and_another_has_not(tmp_path: Path) -> None:
    first = signature(tmp_path, CPU)
    assert first
    assert signature(tmp_path, CPU.replace("model name : B", "model name : C")) == first  # the first one's counts
    for old, new in (("A 1", "A 2"), ("512 KB", "1024 KB"), ("avx2", "avx2 avx512f")):
        assert signature(tmp_path, CPU.replace(old, new)) not in ("", first)


@pytest.mark.parametrize("text", ["", "model name : A\n", CPU.replace("flags", "features")])
def test_a_processor_that_does_not_tell_has_none(text: str, tmp_path: Path) -> None:
    assert signature(tmp_path, text) == ""
    assert machine.signature(tmp_path / "absent") == ""


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"platform": {}}', '{"platform": {"signature": ""}}'])
def test_nobody_knows_where_it_was_made(text: str) -> None:
    assert not machine.made_here(text)


def test_two_processors_that_do_not_tell_are_not_taken_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "signature", lambda: "")
    assert not machine.made_here('{"platform": {"signature": ""}}')


def test_a_site_says_where_it_was_made(example: Project) -> None:
    provenance = (example.rendered / "provenance.json").read_text()
    assert machine.made_here(provenance)
    other = json.loads(provenance)
    other["platform"]["signature"] = "0" * 64
    command = [sys.executable, "-m", "reports.machine"]
    for text, code in ((provenance, 0), (json.dumps(other), 1)):
        assert subprocess.run(command, input=text, text=True, check=False).returncode == code
