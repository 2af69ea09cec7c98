"""The measured device: a known device is recovered from its own curves, and bad files are refused by line."""

from pathlib import Path

import numpy as np
import pytest

from simulation import DEVICES
from simulation.devices import Response, measured
from simulation.fidelities import FIDELITIES

PULSES = 400
HEADER = "device,branch,pulse,conductance"
TRUE = DEVICES["linear_offset"](tau=1.0, offset=0.2)


def branch(device: Response, start: float, sign: float, dw_min: float, every: int) -> np.ndarray:
    """Weights after 0, every, 2·every, … pulses."""
    counts = np.arange(0, PULSES + 1, every)
    rule = FIDELITIES["pulses"](dw_min=dw_min)
    return np.array(rule.train(device, np.full(counts.shape, start), np.full(counts.shape, sign), counts * 1.0))


def write(path: Path, devices: dict[str, tuple[Response, float]], every: int = 1, noise: float = 0.0) -> Path:
    """Up- and down-curves of each device; weight w is a conductance of 20 + 10·w."""
    rng = np.random.Generator(np.random.SFC64(0))
    lines = [HEADER]
    for name, (device, dw_min) in devices.items():
        up = branch(device, -0.9, 1.0, dw_min, every)
        for label, curve in (("up", up), ("down", branch(device, float(up[-1]), -1.0, dw_min, every))):
            noisy = 20 + 10 * (curve + noise * rng.standard_normal(curve.size))
            lines += [f"{name},{label},{every * i},{value!r}" for i, value in enumerate(noisy.tolist())]
    path.write_text("\n".join(lines) + "\n")
    return path


def in_fit(fit: measured.Fit, weight: float) -> float:
    """The fit's weight for one of the true device."""
    low, high = fit.conductance_range
    return 2 * (20 + 10 * weight - low) / (high - low) - 1


@pytest.mark.parametrize("every", [1, 5])
def test_a_known_device_is_recovered(every: int, tmp_path: Path) -> None:
    fit = measured.fit(write(tmp_path / "c.csv", {"a": (TRUE, 0.01)}, every), nodes=5)
    low, high = fit.conductance_range
    true = np.linspace(0.95 * (low - 20) / 10, 0.95 * (high - 20) / 10, 21)
    weights, unit = np.array([in_fit(fit, w) for w in true]), float(TRUE.symmetric(TRUE.symmetric_point))
    # Readings every 5 pulses are attributed to one mean weight: an error of the order (5·dw_min)².
    allowed = 1e-9 if every == 1 else 5e-3
    np.testing.assert_allclose(fit.device.q_plus(weights), TRUE.q_plus(true) / unit, atol=allowed)
    np.testing.assert_allclose(fit.device.q_minus(weights), TRUE.q_minus(true) / unit, atol=allowed)
    assert float(fit.device.symmetric_point) == pytest.approx(in_fit(fit, 0.2), abs=allowed)
    assert fit.dw_min == pytest.approx(0.01 * unit * 20 / (high - low), rel=allowed)
    assert fit.residual <= allowed
    assert np.isnan(fit.gain_spread)


def test_a_wrong_curve_is_not_recovered(tmp_path: Path) -> None:
    """The falsifier: curves of another device give a response that the comparison above would refuse."""
    fit = measured.fit(write(tmp_path / "c.csv", {"a": (DEVICES["power"](tau=1.0, gamma=1.5), 0.01)}), nodes=5)
    unit = float(TRUE.symmetric(TRUE.symmetric_point))
    assert abs(float(fit.device.q_plus(np.array(0.0))) - TRUE.q_plus(np.array(0.0)) / unit) > 5e-3


def test_spread_between_devices_is_reported(tmp_path: Path) -> None:
    gains = {"a": 0.009, "b": 0.010, "c": 0.011}
    fit = measured.fit(write(tmp_path / "c.csv", {name: (TRUE, gain) for name, gain in gains.items()}))
    values = np.array([fit.gains[name] for name in gains])
    # Equal shapes, gains as 9 : 10 : 11, of which the sample deviation is a tenth of the middle.
    np.testing.assert_allclose(values / values[1], [0.9, 1.0, 1.1], rtol=1e-6)
    assert fit.gain_spread == pytest.approx(0.1 * values[1], rel=1e-6)
    assert fit.symmetric_spread < 1e-6
    moved = {str(c): (DEVICES["linear_offset"](tau=1.0, offset=c), 0.01) for c in (0.1, 0.3)}
    shifted = measured.fit(write(tmp_path / "d.csv", moved))
    low, high = shifted.conductance_range
    assert shifted.symmetric_spread == pytest.approx(0.2 * 20 / (high - low) / np.sqrt(2), rel=1e-2)


def test_noise_of_reading_leaves_a_monotone_fit(tmp_path: Path) -> None:
    fit = measured.fit(write(tmp_path / "c.csv", {"a": (TRUE, 0.01), "b": (TRUE, 0.01)}, every=10, noise=0.005))
    assert (np.diff(fit.device.gains_up) <= 0).all()
    assert (np.diff(fit.device.gains_down) >= 0).all()
    assert 0 < fit.residual < 1
    assert float(fit.device.symmetric_point) == pytest.approx(in_fit(fit, 0.2), abs=0.1)


GOOD = "a,up,0,1\na,up,1,2\na,up,2,2.5\na,down,0,2.5\na,down,1,1.5\na,down,2,1\n"


def test_the_smallest_file_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"{HEADER}\n{GOOD}")
    fit = measured.fit(path, nodes=2)
    assert set(fit.curves) == {"a"}
    assert fit.conductance_range == (1.0, 2.5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("device,branch,pulse\na,up,0\n", r"columns must be .*, missing \['conductance'\]"),
        ("", "columns must be"),
        (f"{HEADER}\n", "must hold readings, got none"),
        (f"{HEADER}\na,sideways,0,1\n", r"line 2: branch must be one of \['up', 'down'\], got 'sideways'"),
        (f"{HEADER}\na,up,0,1\na,up,0,2\n", "line 3: pulse must increase within a branch, got 0 after 0"),
        (f"{HEADER}\na,up,5,1\na,up,3,2\n", "line 3: pulse must increase within a branch, got 3 after 5"),
        (f"{HEADER}\na,up,zero,1\n", "line 2: pulse must be a finite number, got 'zero'"),
        (f"{HEADER}\na,up,0,nan\n", "line 2: conductance must be a finite number, got 'nan'"),
        (f"{HEADER}\na,up,0\n", "line 2: conductance must be a finite number, got None"),
        (f"{HEADER}\na,up,0,1\na,up,1,2\n", "device 'a' must have at least 2 readings of branch 'down', got 0"),
        (f"{HEADER}\n" + GOOD.replace("2.5", "1").replace(",2\n", ",1\n").replace("1.5", "1"), "conductance must vary"),
        (f"{HEADER}\na,up,0,2\na,up,1,1\na,down,0,2\na,down,1,1\n", "branch 'up' must move up, got fitted gains 0"),
    ],
)
def test_bad_files_are_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "curves.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as caught:
        measured.fit(path)
    assert str(path) in str(caught.value)


def test_too_few_nodes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nodes must be an integer >= 2, got 1"):
        measured.fit(tmp_path / "unread.csv", nodes=1)
