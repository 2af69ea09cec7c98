"""The gate: its cells, its runs against sums by hand, its looks, and verdicts that no number of workers changes."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sympy import Symbol

import theory
from reports import gate
from reports.claims import Claim, decide, decide_all
from reports.gate import alarms, outcomes, scene
from reports.gate.claim import GateClaim, Measured, joined
from reports.gate.matrix import ONE_UPDATE, Cell, both_sides, cells
from reports.gate.outcomes import _nearest
from reports.gate.scene import RANGE, Run, Scene
from simulation import DEVICES, SCHEDULES
from simulation.experiment import Experiment
from simulation.fidelities import mean
from tests.tolerance import TWIN
from theory.referee.interpret import ROUNDING, SHAPE

CI = gate.SIZES["ci"]
SHARE = 1e-5
CELLS = list(cells(CI.steps))


def root(number: int = 0) -> np.random.SeedSequence:
    return np.random.SeedSequence(number)


def test_every_statement_device_and_schedule_has_a_claim_or_a_reason() -> None:
    general = [name for name in theory.STATEMENTS if ":" not in name]
    assert {cell.statement for cell in CELLS} == set(general)
    assert all((cell.scene is None) == bool(cell.reason) for cell in CELLS)
    places = Counter((cell.statement, cell.device) for cell in CELLS)
    assert set(places) == {(statement, device) for statement in general for device in DEVICES}
    assert set(places.values()) == {1, len(SCHEDULES)}
    assert all(cell.schedule == ONE_UPDATE for cell in CELLS if places[cell.statement, cell.device] == 1)


def test_what_a_statement_admits_is_filled() -> None:
    filled = {(cell.statement, cell.schedule) for cell in CELLS if cell.scene is not None}
    assert ("T3", "vanilla") in filled
    assert ("T3", "asynchronous_1f1b") not in filled
    assert ("T5", "synchronous") in filled
    assert ("T5", "vanilla") not in filled
    assert {schedule for statement, schedule in filled if statement == "T8"} == {
        name for name, kind in SCHEDULES.items() if any(kind(stages=4).timetable(16).delays) and not kind.stashed
    }
    assert ("T2", ONE_UPDATE) in filled
    devices = Counter(cell.statement for cell in CELLS if cell.scene is not None and cell.statement == "T3")
    assert devices["T3"] == 3 * len(DEVICES)  # schedules without delay and without copies


def test_reasons_name_what_is_missing() -> None:
    reasons = {cell.statement: cell.reason for cell in CELLS if cell.reason}
    assert "U residual" in reasons["T11c"]
    assert "about numbers only" in reasons["T3-best"]


def test_names_are_unique_and_say_where_the_claim_stands() -> None:
    names = [cell.name for cell in CELLS]
    assert len(set(names)) == len(names)
    assert "T8-asymmetric-linear-asynchronous-1f1b" in names


def test_stale_weights_are_those_of_delay_updates_ago() -> None:
    weights = np.arange(5 * 2 * 3.0).reshape(5, 2, 3)
    late = scene.stale(weights, np.array([0, 1, 3]))
    for k in range(5):
        for d, delay in enumerate((0, 1, 3)):
            np.testing.assert_array_equal(late[k, :, d], weights[max(k - delay, 0), :, d])


def test_a_run_tells_what_the_engine_averages() -> None:
    """Averages along the kept path against those that the engine streams."""
    place = Scene(device="linear_offset", schedule="asynchronous_1f1b", steps=30)
    run = place.run(root(), 5)
    experiment = place.experiment
    trace = replace(experiment, arguments={**experiment.arguments, "runs": 5, "seed": root()}).run()
    arrays = {**run.arrays, "steps": np.asarray(30.0)}
    for name in ("gradient_norm", "weighted_gradient_norm", "gain_variance", "drift_variance"):
        expected = getattr(trace, name)[-1, 0]
        np.testing.assert_allclose(gate_average(name, arrays), expected, rtol=TWIN)
    np.testing.assert_allclose(gate_average("staleness", arrays), trace.staleness[-1, 0], rtol=TWIN)  # type: ignore[attr-defined]


def gate_average(name: str, arrays: Any) -> np.ndarray:
    from theory.along import along
    from theory.symbols import TABLE

    return along(TABLE[name].definition, arrays)


def test_extremes_are_those_of_the_range() -> None:
    found = Scene(device="asymmetric_linear", steps=5).constants
    assert found["max_asymmetric"] == pytest.approx(RANGE, rel=TWIN)
    assert found["gain_bound"] == pytest.approx(1 + RANGE, rel=TWIN)
    assert found["descent_bound"] == pytest.approx(1 - RANGE**2, rel=TWIN)


def test_a_run_that_leaves_the_range_decides_nothing() -> None:
    place = Scene(device="ideal", steps=20, deviation=3.0)
    found = both_sides(theory.STATEMENTS["T3"], place.run(root(), 8))
    assert "left the range" in found.obstacle


def test_a_step_size_that_a_statement_is_not_about_decides_nothing() -> None:
    found = both_sides(theory.STATEMENTS["T3-rate"], Scene(device="ideal", steps=20, step_size=0.01).run(root(), 8))
    assert "the statement is about step size" in found.obstacle


def test_a_scene_can_be_written_as_an_experiment() -> None:
    place = Scene(device="stuck", schedule="synchronous", microbatches=4, rule="sample_wise", steps=8)
    experiment = Experiment.of(place.tables(), name="x")
    assert experiment.microbatches == 4
    assert experiment.arguments["rule"] == "sample_wise"


def test_scenes_that_differ_have_names_that_differ() -> None:
    scenes = {cell.scene for cell in CELLS if cell.scene is not None}
    assert len({place.name for place in scenes}) == len(scenes)


def test_looks_join_along_the_runs() -> None:
    place = Scene(device="asymmetric_linear", schedule="asynchronous_concurrent", steps=8)
    one, two = place.run(root(1), 3), place.run(root(2), 2)
    both = joined([one, two])
    assert isinstance(both, Run)
    assert both.valid.shape == (5,)
    np.testing.assert_array_equal(both.arrays["weights"][:, 3:], two.arrays["weights"])
    np.testing.assert_array_equal(both.arrays["delay"], one.arrays["delay"])


@dataclass(frozen=True)
class Normal:
    """A source of normal numbers that counts what it is asked for."""

    name: str = "normal"
    asked: Any = ()

    def run(self, seed: np.random.SeedSequence, runs: int) -> dict[str, np.ndarray]:
        self.asked.append((seed.spawn_key, runs))
        return {"x": np.random.default_rng(seed).normal(1.0, 0.1, runs)}


def claim(bound: float, name: str = "c", **changes: Any) -> GateClaim:
    def measure(sample: Any) -> Measured:
        return Measured(left=sample["x"], right=np.array([bound]))

    return GateClaim(
        **{"name": name, "statement": "s", "kind": "upper", "description": "d", "measure": measure, **changes}
    )


def test_easy_claims_stop_early_and_hard_ones_get_more_seeds() -> None:
    source = Normal(asked=[])
    claims = [claim(2.0, "easy", source=source), claim(1.06, "hard", source=source), claim(1.0, "edge", source=source)]
    found = {c.name: c for c in gate.sampled(claims, looks=(32, 128, 512), seed=3, share=SHARE)}
    assert {name: len(c.measured) for name, c in found.items()} == {"easy": 32, "hard": 128, "edge": 512}
    assert [runs for _, runs in source.asked] == [32, 96, 384]
    assert len({key for key, _ in source.asked}) == 3  # no look sees the numbers of another
    assert {c.looks for c in found.values()} == {3}
    assert decide(found["edge"], level=SHARE).verdict == "undecided"


def test_an_exact_claim_takes_one_look_at_one_run() -> None:
    source = Normal(asked=[])
    list(gate.sampled([claim(2.0, source=source, kind="everywhere", exact=True)], looks=(32, 128), seed=0, share=SHARE))
    assert [runs for _, runs in source.asked] == [1]


def test_a_measurement_that_raises_decides_nothing() -> None:
    def broken(sample: Any) -> Measured:
        raise ValueError("no such number")

    found = list(gate.sampled([claim(1.0, source=Normal(asked=[]), measure=broken)], looks=(8,), seed=0, share=SHARE))
    assert decide(found[0]).verdict == "undecided"
    assert "cannot be evaluated: no such number" in decide(found[0]).reason


def test_sequential_looks_keep_the_error() -> None:
    """On the edge, where every decision is an error: how often any look decides."""
    level, trials, wrong = 0.1, 600, 0
    for trial in range(trials):
        made = claim(1.0, source=Normal(asked=[]))
        found = next(gate.sampled([made], looks=(16, 32, 64), seed=trial, share=level))
        wrong += decide(found, level=level).verdict != "undecided"
    # At most Binomial(600, 0.1): mean 60, 4 standard deviations 29.
    assert wrong <= 89


def chosen() -> list[str]:
    wanted = ("T3-ideal-vanilla", "T8-power-asynchronous-1f1b", "T5-stuck-synchronous", "T1c-measured-one-update")
    return [cell.name for cell in CELLS if cell.name in wanted]


def test_the_number_of_workers_and_the_selection_change_nothing() -> None:
    given: dict[str, Any] = {"size": "ci", "seed": 5, "share": SHARE}
    names = chosen()
    alone = {name: gate.judged([name], **given)[0] for name in names}
    for workers in (1, 2, 4):
        assert {c.name: c for c in gate.judged(names, **given, workers=workers)} == alone
    other = gate.judged(names[:1], **{**given, "seed": 6})[0]
    assert other.measured != alone[other.name].measured


def test_chosen_claims_hold() -> None:
    names = chosen()
    assert len(names) == 4
    assert {d.verdict for d in decide_all(gate.judged(names, size="ci", seed=1, share=SHARE))} == {"holds"}


def test_a_bound_that_is_too_small_turns_red() -> None:
    statement = theory.STATEMENTS["T3"]
    cell = next(cell for cell in CELLS if cell.name == "T3-ideal-vanilla")

    def quartered(sample: Run) -> Measured:
        found = both_sides(statement, sample)
        return replace(found, right=found.right / 4)

    made = claim(0.0, source=cell.scene, measure=quartered)
    decision = decide(next(gate.sampled([made], looks=CI.looks, seed=0, share=SHARE)), level=SHARE)
    assert decision.verdict == "violated"
    assert "standard errors outside" in decision.reason


def one_update(statement: str, device: str) -> Measured:
    look = outcomes.OneUpdate(device=device).run(root(2), 1)
    return outcomes.at_all_outcomes(theory.STATEMENTS[statement], look)


@pytest.mark.parametrize("statement", ["T1b", "T1c", "T2", "T10-near"])
def test_one_update_at_all_outcomes_holds(statement: str) -> None:
    found = one_update(statement, "asymmetric_linear")
    assert not found.obstacle
    assert found.left[0] <= found.right[0] + ROUNDING


def test_an_update_three_times_as_long_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    update = mean.Fidelity.update

    def longer(self: Any, device: Any, weights: np.ndarray, change: np.ndarray, **given: Any) -> np.ndarray:
        return np.asarray(update(self, device, weights, 3 * change, **given))

    monkeypatch.setattr(mean.Fidelity, "update", longer)
    found = one_update("T2", "asymmetric_linear")
    assert "U update" in found.obstacle


def test_the_last_cell_of_a_new_device_needs_no_edit() -> None:
    assert {cell.device for cell in CELLS if cell.scene is not None} == set(DEVICES)
    assert isinstance(CELLS[0], Cell)


def test_repetitions_judge_as_the_gate_does() -> None:
    """Dealt out of one sample: the same looks, the same stopping, other numbers in every repetition."""
    source = Normal(asked=[])
    claims = [claim(2.0, "easy", source=source), claim(1.06, "hard", source=source), claim(1.0, "edge", source=source)]
    found: list[list[Claim]] = [[] for _ in range(5)]
    alarms.repeated(claims, (32, 128, 512), (7, 0), SHARE, found)
    for judged in found:
        assert [c.name for c in judged] == ["easy", "hard", "edge"]
        assert len(judged[0].measured) == 32
        assert len(judged[2].measured) == 512
    assert len({judged[0].measured for judged in found}) == 5
    assert source.asked[0][1] == 5 * 32


def test_false_alarms_are_as_rare_as_the_level_says_and_planted_ones_are_counted() -> None:
    found: list[list[Claim]] = [[] for _ in range(40)]
    alarms.repeated([claim(0.5, source=Normal(asked=[]))], (32, 128), (1, 0), SHARE, found)
    assert [decide_all(judged)[0].verdict for judged in found] == ["violated"] * 40
    true: list[list[Claim]] = [[] for _ in range(400)]
    alarms.repeated([claim(1.0, source=Normal(asked=[]))], (16, 32), (2, 0), 0.1, true)
    violated = sum(decide_all(judged, level=0.1)[0].verdict == "violated" for judged in true)
    # On the edge at most half of Binomial(400, 0.1) errs to this side: mean 20, 4 standard deviations 17.
    assert violated <= 37


def test_finished_repetitions_are_kept_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [known.name for known in gate.collection(CI) if known.source.name == "noises-gaussian"]
    job, given = (names, range(2)), {"size": "ci", "seed": 3, "share": SHARE}
    made = alarms._kept(job, keep=tmp_path, code="a", **given)
    assert [len(rows) for rows in made] == [len(names)] * 2

    def stopped(*_: Any, **__: Any) -> None:
        raise RuntimeError("run again")

    monkeypatch.setattr(alarms, "_part_of", stopped)
    assert alarms._kept(job, keep=tmp_path, code="a", **given) == made
    others = [
        ((names, range(2, 4)), "a", given),
        ((names[1:], range(2)), "a", given),
        (job, "b", given),
        *((job, "a", {**given, name: value}) for name, value in {"size": "full", "seed": 4, "share": 1.0}.items()),
    ]
    for other, code, asked in others:
        with pytest.raises(RuntimeError, match="run again"):
            alarms._kept(other, keep=tmp_path, code=code, **asked)
    with pytest.raises(RuntimeError, match="run again"):
        alarms._kept(job, keep=None, code="a", **given)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_two_sources_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gate.collection(CI)
    monkeypatch.setattr(Scene, "name", property(lambda self: self.device))
    with pytest.raises(ValueError, match="has a source of the same name as another source"):
        gate.collection(CI)


def test_the_problem_of_the_gate_reads_backward_weights() -> None:
    problem = Scene(device="ideal", steps=1).experiment.problem
    forward, backward = np.zeros((2, 1, 1, problem.dimension))
    raw = problem.draw(np.random.default_rng(0), 1)
    moved = problem.delayed_signal(forward, backward + 0.1, raw) - problem.delayed_signal(forward, backward, raw)
    np.testing.assert_allclose(moved, 0.1 * scene.RIDGE, rtol=TWIN)


@pytest.mark.parametrize(("kind", "odd", "sides"), [("upper", 5.0, (5.0, 1.0)), ("equality", -5.0, (-5.0, 1.0))])
def test_one_update_is_judged_where_its_sides_are_nearest(kind: str, odd: float, sides: tuple[float, float]) -> None:
    """One outcome of thousands that breaks a statement is the one that is told."""
    left = np.zeros(SHAPE)
    left[1, 3, 0, 2, 1] = odd
    statement = SimpleNamespace(lhs=Symbol("left"), rhs=Symbol("right"), where={}, kind=kind)
    assert _nearest(statement, {"left": left, "right": np.ones((1,) * 5)}) == sides
