"""Bad input through the commands: one clear line that names field, value and what is allowed; nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.cli import main
from simulation import DEVICES, NOISES, PROBLEMS, SCHEDULES, run_clocked, run_delayed, run_recursion
from simulation.devices import Response, asymmetric_linear
from simulation.devices._check import require_responses
from tests.experiment_tables import TABLES

TEXT = (
    """
steps = 20
runs = 4
step_size = [0.02, 0.1]
checkpoints = [10, 20]
"""
    + TABLES
)
STAGED = TEXT.replace(
    '"quadratic"\nspectrum = [1.0, 0.5]', '"staged_quadratic"\nmatrix = [[1, 0], [0, 1]]\nsizes = [1, 1]'
)


def changed(old: str, new: str, text: str = TEXT) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def device(lines: str) -> str:
    return changed('name = "asymmetric_linear"\ntau = 1.0', lines)


def schedule(name: str, stages: int, more: str = "") -> str:
    return f'\n[schedule]\nname = "{name}"\nstages = {stages}\n{more}'


LINEAR_STEP = 'name = "linear_step"\ngamma_up = 1.5\ngamma_down = 0.0'
STEEP_STEP = 'name = "exponential_step"\namplitude_up = 0.1\namplitude_down = -1.0\ngamma_up = 1.0\ngamma_down = 1000.0'
TABLE = 'name = "piecewise_linear"\nnodes = [-1, 0, 1]\ngains_up = [1.5, 1, -0.5]\ngains_down = [0, 1, 1.5]'
PULSES = '\n[fidelity]\nname = "pulses"\ndw_min = 1e-6\nmax_pulses = 1000\n'
CASES: dict[str, tuple[str, str]] = {
    # Responses that are negative or not finite on the range used.
    "negative": (device(LINEAR_STEP), "[device] q_plus must be finite and >= 0 on the range, got -0.5 at 1.0"),
    "not finite": (device(STEEP_STEP), "[device] q_minus must be finite and >= 0 on the range, got inf at -1.0"),
    "negative in a table": (device(TABLE), "[device] gains_up must be finite and >= 0, got -0.5"),
    "overflow": (
        device('name = "power"\ntau = 2.0\ngamma = 2000.0'),
        "[device] q_plus must be finite and >= 0 over the range -2..2, got inf at -2",
    ),
    "outside": (
        changed("optimum = 0.4", "optimum = 0.4\ninitial = [0.5, 3.0]"),
        "[device] q_plus must be finite and >= 0 at the initial weights, in the range -1..1, got -2 at 3",
    ),
    # Delays, stages, keys.
    "long delay": (
        changed("steps = 20\n", "steps = 2\n").replace("checkpoints = [10, 20]", "")
        + schedule("asynchronous_concurrent", 2),
        "steps must be > 2, the longest delay of 2 stages, got 2",
    ),
    "many stages": (TEXT + schedule("asynchronous_1f1b", 3), "stages must be at most 2, the problem's blocks, got 3"),
    "many stages without delay": (TEXT + schedule("vanilla", 3), "stages must be at most 2"),
    "many stages for the blocks": (STAGED + schedule("synchronous", 3), "stages must be at most 2"),
    "stashing": (TEXT + schedule("stashed_1f1b", 2), "copy_cost must be > 0 when weights are stashed"),
    "lengths": (
        TEXT + schedule("asynchronous_greedy", 2, "lengths = 3"),
        "[schedule] lengths must be a list of integers >= 1, got 3",
    ),
    "unknown key": (TEXT + "\ntua = 2.0\n", "[device] 'tua' is not a key here; did you mean 'tau'"),
    "unknown table": (TEXT + "\n[devise]\nname = 'ideal'\n", "'devise' is not a key here; did you mean 'device'"),
    # A step size that makes a pulse count overflow.
    "pulses": (changed("[0.02, 0.1]", "5.0") + PULSES, "pulses of one update must be <= max_pulses = 1000, got "),
    "infinitely many pulses": (changed("[0.02, 0.1]", "1e308") + PULSES, "pulses of one update must be <= max_pulses"),
    "no step size": (changed("[0.02, 0.1]", "nan"), "step_size must be finite and > 0, got nan"),
    # Values of the wrong kind.
    "a number for a noise": (
        changed('[problem.noise]\nname = "gaussian"\nstandard_deviation = 0.3', "noise = 3"),
        "[problem.noise] must be a table with a name, got 3",
    ),
    "a table for a vector": (
        changed("spectrum = [1.0, 0.5]\n", "") + "\n[problem.spectrum]\nfirst = 1.0\n",
        "[problem.spectrum] must be a number, text or list, got a table with first",
    ),
    "ragged": (
        changed("[1.0, 0.5]", "[[1.0, 0.5], [1.0]]"),
        "[problem.spectrum] must be a list whose rows are equally",
    ),
    "words": (changed("[1.0, 0.5]", '["steep"]'), "[problem] spectrum must be finite and >= 0"),
    "sizes": (changed("sizes = [1, 1]", "sizes = 2", STAGED), "[problem] sizes must be a list of integers >= 1, got 2"),
    "checkpoints": (changed("checkpoints = [10, 20]", "checkpoints = 5"), "checkpoints must be a list of step counts"),
    "a text for a number": (changed("tau = 1.0", 'tau = "1.0"'), "[device] tau must be finite and > 0, got '1.0'"),
    "true for a number": (changed("tau = 1.0", "tau = true"), "[device] tau must be finite and > 0, got True"),
    "a number for a bool": (
        TEXT + '\n[fidelity]\nname = "stochastic"\ncorrelated = 1\n',
        "[fidelity] correlated must be true or false, got 1",
    ),
    "steps": (changed("steps = 20", 'steps = "many"'), "steps must be an integer >= 1, got 'many'"),
    "seed": (TEXT.replace("runs = 4", "runs = 4\nseed = -1"), "seed must be an integer >= 0, got -1"),
    "degrees": (
        changed('"gaussian"\n', '"heavy_tailed"\ndegrees = 2.0\n'),
        "[problem.noise] degrees must be one number > 2, where the variance is finite, got 2.0",
    ),
    "base": (device('name = "varied"\nbase = "ideal"'), "[device.base] must be a table with a name, got 'ideal'"),
}


def simulate(folder: Path, text: str) -> int:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return main(["simulate", str(folder / "mine.toml"), "--output", str(folder / "out")])


@pytest.mark.parametrize("case", CASES)
def test_a_bad_experiment_is_refused_and_nothing_is_written(
    case: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text, message = CASES[case]
    assert simulate(tmp_path, text) == 2
    error = capfd.readouterr().err
    assert error.startswith("aimc: error: ")
    assert message in error
    assert "mine" in error  # the file
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


GOOD_TEXTS = [
    TEXT,
    STAGED,
    TEXT + schedule("asynchronous_1f1b", 2),
    TEXT + schedule("vanilla", 2),
    STAGED + schedule("asynchronous_greedy", 2, "lengths = [1, 2]"),
    STAGED + schedule("synchronous", 2, "microbatches = 2"),
]


@pytest.mark.parametrize("text", GOOD_TEXTS)
def test_what_the_bad_ones_were_made_from_is_good(text: str, tmp_path: Path) -> None:
    assert simulate(tmp_path, text) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["results.nc", "results.svg"]


def test_an_experiment_that_loses_every_run_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert simulate(tmp_path, changed("[0.02, 0.1]", "1e200", device('name = "ideal"'))) == 1
    assert "4 of 4" in capfd.readouterr().out


def test_averages_beyond_the_square_of_a_number_are_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # A factor of 2.4e7 a step: weights of 1e140 in the end, an average squared gradient of 1e280 with its variance inf.
    assert simulate(tmp_path, changed("[0.02, 0.1]", "2.4e7", device('name = "ideal"'))) == 0
    assert "0 of 4" in capfd.readouterr().out


def test_a_device_made_of_another_runs(tmp_path: Path) -> None:
    nested = device('name = "varied"\nfactor_up = 1.1\n\n[device.base]\nname = "asymmetric_linear"\ntau = 2.0')
    assert simulate(tmp_path, nested) == 0


@pytest.mark.parametrize(
    ("command", "message"), [(["simulate"], "not valid TOML"), (["device", "fit"], "must be a CSV file in UTF-8")]
)
def test_a_file_that_is_no_text_is_refused(
    command: list[str], message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    assert main([*command, str(tmp_path / "bytes"), "--output", str(tmp_path / "out")]) == 2
    error = capfd.readouterr().err
    assert message in error
    assert str(tmp_path / "bytes") in error.replace("\n", "")
    assert not (tmp_path / "out").exists()


class Wrong(asymmetric_linear.Device):
    """A user's own formula that is negative in the middle of its range."""

    def q_plus(self, weights: np.ndarray) -> np.ndarray:
        return np.asarray(np.cos(6 * weights))


def test_responses_are_looked_at_all_over_the_range() -> None:
    with pytest.raises(
        ValueError, match=r"q_plus must be finite and >= 0 over the range -1\.\.1, got -0\.\d+ at -0\.7"
    ):
        require_responses(Wrong(tau=1.0), 0.0)
    for name, fields in (
        ("asymmetric_linear", {"tau": [0.1, 0.3]}),
        ("power", {"tau": 0.7, "gamma": 0.3}),
        ("ideal", {}),
    ):
        good: Response = DEVICES[name](**fields)
        require_responses(good, np.zeros((1, 1, 2)))


@pytest.mark.parametrize("end", [-1.0, 1.0])
@pytest.mark.parametrize("name", ["q_plus", "q_minus"])
def test_both_responses_are_looked_at_at_both_ends(name: str, end: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asymmetric_linear.Device, name, lambda self, weights: np.where(weights == end, -0.5, 1.0))
    with pytest.raises(ValueError, match=rf"{name} must be .* over the range -1\.\.1, got -0\.5 at {end:g}"):
        require_responses(DEVICES["asymmetric_linear"](tau=1.0), 0.0)


def test_a_start_beyond_hard_bounds_is_looked_at_where_the_device_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    device = DEVICES["linear_step"](gamma_up=0.3, gamma_down=0.3)
    monkeypatch.setattr(type(device), "q_minus", lambda self, weights: 2.0 - weights)
    require_responses(device, 3.0)  # held as 1
    monkeypatch.setattr(type(device), "settle", lambda self, weights: weights)
    with pytest.raises(ValueError, match=r"q_minus must be .*, got -1 at 3"):
        require_responses(device, 3.0)


DELAYED: dict[str, Any] = {"step_size": 0.1, "runs": 1, "seed": 0}


def test_delays_longer_than_the_run_are_refused_everywhere() -> None:
    problem = PROBLEMS["staged_quadratic"](matrix=np.eye(3), sizes=[1, 1, 1], noise=NOISES["none"]())
    for steps in (1, 2):
        with pytest.raises(
            ValueError, match=rf"delays must be integers in 0\.\.{steps - 1}, shorter than the run, got"
        ):
            run_delayed(problem, DEVICES["ideal"](), delays=[2, 1, 0], steps=steps, **DELAYED)
    run_delayed(problem, DEVICES["ideal"](), delays=[2, 1, 0], steps=3, **DELAYED)
    for executor in (run_clocked, run_recursion):
        with pytest.raises(ValueError, match="samples must be > 2, the longest delay, got 2"):
            executor(problem, DEVICES["ideal"](), SCHEDULES["asynchronous_1f1b"](stages=3), samples=2, **DELAYED)


HEADER = "device,branch,pulse,conductance\n"
GOOD = "a,up,0,1\na,up,1,2\na,up,2,2.5\na,down,0,2.5\na,down,1,1.5\na,down,2,1\n"
CURVES: dict[str, tuple[str, str]] = {
    "missing columns": ("device,branch\na,up\n", "missing ['pulse', 'conductance'] in ['device', 'branch']"),
    "falling pulses": (
        HEADER + GOOD.replace("up,2", "up,0"),
        "line 4: pulse must increase within a branch, got 0 after 1",
    ),
    "no branch": (HEADER + "a,up,0,1\na,up,1,2\n", "device 'a' must have at least 2 readings of branch 'down', got 0"),
    "not a number": (HEADER + GOOD.replace("2.5", "inf"), "line 4: conductance must be a finite number, got 'inf'"),
    "never moves": (
        HEADER + GOOD.replace("2.5", "1").replace(",2\n", ",1\n").replace("1.5", "1"),
        "conductance must vary",
    ),
    "no readings": (HEADER, "must hold readings, got none"),
    "not text": ("\0\x01", "columns must be ['device', 'branch', 'pulse', 'conductance']"),
}


@pytest.mark.parametrize("case", CURVES)
def test_bad_curves_are_refused_and_nothing_is_written(
    case: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text, message = CURVES[case]
    (tmp_path / "c.csv").write_text(text)
    assert main(["device", "fit", str(tmp_path / "c.csv"), "--output", str(tmp_path / "out")]) == 2
    error = capfd.readouterr().err
    assert message in error
    assert "c.csv" in error
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]
