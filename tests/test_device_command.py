"""``aimc device fit``: a known device comes back with its spread and a picture; bad files leave nothing behind."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from reports.cli import main
from simulation import DEVICES
from simulation.fidelities import FIDELITIES

PULSES = 300
OFFSETS = {"a": 0.1, "b": 0.2, "c": 0.3}
HEADER = "device,branch,pulse,conductance"


def curves(path: Path) -> Path:
    """Three linear devices with different symmetric points, pulsed up and down through their range."""
    rule, lines = FIDELITIES["pulses"](dw_min=0.02), [HEADER]
    counts = np.arange(PULSES + 1.0)
    for name, offset in OFFSETS.items():
        device = DEVICES["linear_offset"](tau=1.0, offset=offset)
        for branch, start, sign in (("up", -0.95, 1.0), ("down", 0.95, -1.0)):
            weights = rule.train(device, np.full(counts.shape, start), np.full(counts.shape, sign), counts)
            lines += [f"{name},{branch},{i},{w!r}" for i, w in enumerate(np.asarray(weights).tolist())]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_devices_are_recovered_with_their_spread(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["device", "fit", str(curves(tmp_path / "c.csv")), "--output", str(out)]) == 0
    record = json.loads((out / "device.json").read_text())
    low, high = record["conductance_range"]
    for name, offset in OFFSETS.items():
        expected = 2 * (offset - low) / (high - low) - 1
        # Gains are linear between nodes, as are these devices': only the fit's rounding is left.
        assert record["devices"][name]["symmetric_point"] == pytest.approx(expected, abs=1e-6)
    assert record["symmetric_point_spread"] == pytest.approx(0.1 * 2 / (high - low), abs=1e-6)
    picture = ElementTree.parse(out / "device.svg").getroot()
    assert picture.tag.endswith("svg")
    assert "Measured and fitted gains of 3 devices" in (out / "device.svg").read_text()
    text = capfd.readouterr().out
    for part in ("symmetric point", "spread (standard deviation)", "device.svg"):
        assert part in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("device,branch,pulse\na,up,0\n", "missing ['conductance']"),
        (f"{HEADER}\na,up,1,0.1\na,up,1,0.2\n", "line 3: pulse must increase within a branch, got 1 after 1"),
        (f"{HEADER}\na,sideways,1,0.1\n", "branch must be one of ['up', 'down'], got 'sideways'"),
        (f"{HEADER}\na,up,0,x\n", "conductance must be a finite number, got 'x'"),
        (None, "No such file"),
    ],
)
def test_bad_curves_are_refused_and_leave_nothing(
    text: str | None, message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "c.csv", tmp_path / "out"
    if text is not None:
        path.write_text(text)
    assert main(["device", "fit", str(path), "--output", str(out)]) == 2
    assert message in capfd.readouterr().err
    assert not out.exists()


def test_the_number_of_nodes_is_checked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["device", "fit", str(curves(tmp_path / "c.csv")), "--nodes", "1"]) == 2
    assert "nodes must be" in capfd.readouterr().err
