"""Experiment files: what they describe is what runs, results come back labelled, and bad files are refused whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import simulation.experiment
from simulation import DEVICES, NOISES, PROBLEMS, run, run_batched
from simulation.experiment import Experiment, ExperimentError
from simulation.pipeline_delayed import run_delayed
from simulation.results import UNITS, read_results, write_results
from tests.experiment_tables import TABLES

FOLDER = Path(__file__).parents[2] / "docs" / "examples"
EXAMPLES = sorted(path for path in FOLDER.glob("*.toml") if "[[claim]]" not in path.read_text())  # those are claims
TEXT = """
steps = 50
runs = 4
seed = 3
step_size = [0.02, 0.1]
checkpoints = [10, 50]
""" + TABLES.replace("optimum = 0.4", "optimum = [0.4, -0.3]")
SCHEDULE = '\n[schedule]\nname = "asynchronous_1f1b"\nstages = 2\n'
PROBLEM = PROBLEMS["quadratic"](
    spectrum=np.array([1.0, 0.5]), optimum=np.array([0.4, -0.3]), noise=NOISES["gaussian"](standard_deviation=0.3)
)
DEVICE = DEVICES["asymmetric_linear"](tau=1.0)
SAME = {"steps": 50, "runs": 4, "seed": 3, "step_size": [0.02, 0.1], "checkpoints": [10, 50]}


def experiment(folder: Path, text: str = TEXT) -> Experiment:
    path = folder / "mine.toml"
    path.write_text(text)
    return Experiment.read(path)


def test_a_file_runs_what_the_same_objects_run(tmp_path: Path) -> None:
    trace = experiment(tmp_path).run()
    np.testing.assert_array_equal(trace.gradient_norm, run(PROBLEM, DEVICE, **SAME).gradient_norm)  # type: ignore[arg-type]


def test_delays_are_derived_from_the_schedule(tmp_path: Path) -> None:
    made = experiment(tmp_path, TEXT + SCHEDULE)
    assert made.delays.tolist() == [1, 0]
    expected = run_delayed(PROBLEM, DEVICE, delays=[1, 0], **SAME)  # type: ignore[arg-type]
    np.testing.assert_array_equal(made.run().gradient_norm, expected.gradient_norm)
    assert not np.array_equal(expected.gradient_norm, experiment(tmp_path).run().gradient_norm)


def test_results_come_back_with_names_and_units(tmp_path: Path) -> None:
    made = experiment(tmp_path, TEXT + SCHEDULE)
    trace = made.run()
    write_results(tmp_path / "out" / "results.nc", trace, experiment=made.text)
    back = read_results(tmp_path / "out" / "results.nc")
    assert set(back) == {*UNITS, "checkpoint"}
    for name in UNITS:
        np.testing.assert_array_equal(back[name], np.broadcast_to(getattr(trace, name), back[name].shape))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["results.nc"]
    raw = (tmp_path / "out" / "results.nc").read_bytes()
    assert raw.startswith(b"CDF")
    assert b"gradient_unit2" in raw
    assert b"asymmetric_linear" in raw  # the experiment travels along


def test_an_experiment_may_be_written_in_any_script(tmp_path: Path) -> None:
    made = experiment(tmp_path, "# σ² = 0.3²\n" + TEXT)
    write_results(tmp_path / "r.nc", made.run(), experiment=made.text)
    assert made.text.encode() in (tmp_path / "r.nc").read_bytes()
    assert read_results(tmp_path / "r.nc")["step_size"].tolist() == [0.02, 0.1]


def test_weights_can_be_left_out(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    write_results(tmp_path / "r.nc", made.run(), experiment=made.text, weights=False)
    assert "final_weights" not in read_results(tmp_path / "r.nc")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("steps = 50", "stesp = 50", r"'stesp' is not a key here; did you mean 'steps'\?"),
        ("steps = 50", "", "steps must be given"),
        ("[device]", "[divice]", "'divice' is not a key here"),
        ('name = "quadratic"', 'name = "quadratik"', r"\[problem\] name must be one of .*did you mean 'quadratic'"),
        ("tau = 1.0", "tau = -1.0", r"\[device\] tau"),
        ("tau = 1.0", "tua = 1.0", r"\[device\] 'tua' is not a key here; did you mean 'tau'"),
        ("tau = 1.0", "", r"\[device\] asymmetric_linear needs tau"),
        ("spectrum = [1.0, 0.5]", 'spectrum = "steep"', r"\[problem\]"),
        ("steps = 50", "steps = [", "not valid TOML"),
        ('name = "gaussian"', "", r"\[problem.noise\] must be a table with a name"),
    ],
)
def test_a_bad_file_is_refused_before_anything_runs(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=message):
        experiment(tmp_path, TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT.replace("steps = 50", "steps = 0"), "steps must be"),
        (TEXT.replace("0.02, 0.1", "0.02, -0.1"), "step_size"),
        (TEXT.replace("10, 50", "10, 60"), "checkpoints"),
        (TEXT + SCHEDULE.replace("stages = 2", "stages = 3"), "stages must be at most 2"),
        (TEXT.replace("steps = 50", "steps = 1").replace("10, 50", "1") + SCHEDULE, "steps must be > 1"),
    ],
)
def test_numbers_that_do_not_fit_together_are_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=message):
        experiment(tmp_path, text).run()


STAGED = """
steps = 20
runs = 3
step_size = 0.1
evaluations = 4

[problem]
name = "staged_quadratic"
maker = "from_spectrum"
spectrum = [1.0, 0.5, 0.25]
sizes = [2, 1]
coupling = 0.3
seed = 2

[problem.noise]
name = "none"

[device]
name = "ideal"

[schedule]
name = "asynchronous_1f1b"
stages = 2
"""


def test_a_maker_is_called_with_the_keys_of_its_table() -> None:
    made = Experiment.parse(STAGED, name="here")
    problem = PROBLEMS["staged_quadratic"].from_spectrum(
        [1.0, 0.5, 0.25], sizes=[2, 1], coupling=0.3, seed=2, noise=NOISES["none"]()
    )
    np.testing.assert_array_equal(made.problem.matrix, problem.matrix)
    assert (made.name, made.text, made.delays.tolist()) == ("here", STAGED, [1, 1, 0])
    assert made.run().evaluations == 4


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"from_spectrum"', '"from_spectre"', r"maker must be one of from_spectrum, got 'from_spectre'"),
        ('"from_spectrum"', '"draw"', r"maker must be one of from_spectrum, got 'draw'"),
        (
            'name = "ideal"',
            'name = "ideal"\nmaker = "x"',
            r"\[device\] maker must be left out: ideal has none, got 'x'",
        ),
        ("coupling = 0.3", "copling = 0.3", r"'copling' is not a key here; did you mean 'coupling'"),
        ("coupling = 0.3", "", r"\[problem\] staged_quadratic needs coupling"),
        ("coupling = 0.3", "coupling = -0.3", r"here: \[problem\] coupling must be"),
    ],
)
def test_a_bad_maker_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Experiment.parse(STAGED.replace(old, new, 1), name="here")


BATCHED = SCHEDULE.replace("asynchronous_1f1b", "synchronous") + "microbatches = 2\n"


@pytest.mark.parametrize("rule", ["", "accumulated", "sample_wise", "sequential"])
def test_several_microbatches_run_as_a_batch(rule: str, tmp_path: Path) -> None:
    text = (f'rule = "{rule}"\n' if rule else "") + TEXT + BATCHED
    made = experiment(tmp_path, text)
    expected = run_batched(
        made.problem,
        made.device,
        microbatches=2,
        rule=rule or "accumulated",  # type: ignore[arg-type]  # one of the three above
        **{key: value for key, value in made.arguments.items() if key != "rule"},
    )
    np.testing.assert_array_equal(made.run().final_weights, expected.final_weights)


def test_a_rule_without_batches_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="rule must be left out without several micro-batches"):
        experiment(tmp_path, 'rule = "sequential"\n' + TEXT)


def test_precision_and_workers_reach_the_run(tmp_path: Path) -> None:
    trace = experiment(tmp_path, 'precision = "float32"\n' + TEXT).run(workers=2)
    assert trace.final_weights.dtype == np.float32
    with pytest.raises(ExperimentError, match="precision must be"):
        experiment(tmp_path, 'precision = "half"\n' + TEXT).run()


@pytest.mark.parametrize(("schedule", "executor"), [("", "run"), (SCHEDULE, "run_delayed"), (BATCHED, "run_batched")])
def test_the_hooks_reach_every_executor(
    schedule: str, executor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr(simulation.experiment, executor, lambda *_, **named: given.update(named))
    hooks = {"progress": print, "workers": 3, "resume": tmp_path}
    experiment(tmp_path, TEXT + schedule).run(**hooks)  # type: ignore[arg-type]
    assert {name: given[name] for name in hooks} == hooks


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.stem))
def test_documented_examples_are_sound(path: Path) -> None:
    made = Experiment.read(path)
    made = replace(made, arguments={**made.arguments, "steps": 20, "runs": 2})
    assert (made.run().first_violation < 0).all()


def test_there_are_documented_examples() -> None:
    assert EXAMPLES
