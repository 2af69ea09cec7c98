"""E6: a pipeline run clock by clock with one copy of each weight is, to the last bit, the delayed recursion."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, NOISES, PROBLEMS, run
from simulation.pipeline import Execution, run_clocked, run_recursion
from simulation.pipeline_stage import RULES, Draws, applied, assign
from simulation.plan import generators
from simulation.schedules import SCHEDULES, PipelineSchedule, Timetable
from tests.simulation.test_staged_problems import deep, quadratic
from tests.tolerance import TWIN

ALD, IDEAL = DEVICES["asymmetric_linear"], DEVICES["ideal"]
GAUSSIAN, TWO_POINT = NOISES["gaussian"](standard_deviation=0.2), NOISES["two_point"](standard_deviation=0.2)
QUICK = settings(deadline=None, max_examples=15)


def make(name: str, stages: int, microbatches: int = 1) -> PipelineSchedule:
    kind = SCHEDULES[name]
    extra = {"copy_cost": 1} if "copy_cost" in kind.__dataclass_fields__ else {}
    schedule: PipelineSchedule = kind(stages=stages, microbatches=microbatches if kind.batched else 1, **extra)
    return schedule


def network(layers: int, seed: int, **fields: Any) -> Any:
    widths = [2 + (seed + layer) % 3 for layer in range(layers + 1)]
    return deep(widths=widths, samples=4, seed=seed, noise=GAUSSIAN, **fields)


def both(problem: Any, device: Any, schedule: PipelineSchedule, **changes: Any) -> tuple[Execution, Execution]:
    updates = max(schedule.steady_delays()) + 5
    arguments = {"step_size": 0.05, "samples": updates * schedule.microbatches, "runs": 3, "seed": 1} | changes
    return run_clocked(problem, device, schedule, **arguments), run_recursion(problem, device, schedule, **arguments)


def assert_same(problem: Any, device: Any, schedule: PipelineSchedule, **changes: Any) -> None:
    clocked, recursion = both(problem, device, schedule, **changes)
    assert np.isfinite(clocked.final_weights).all()
    np.testing.assert_array_equal(clocked.final_weights, recursion.final_weights)
    assert clocked.held == clocked.timetable.activations


@pytest.mark.parametrize("name", sorted(SCHEDULES))
@QUICK
@given(
    layers=st.integers(1, 6),
    share=st.floats(0, 1),
    microbatches=st.integers(1, 4),
    seed=st.integers(0, 99),
    rule=st.sampled_from(RULES),
)
def test_both_executors_agree_bitwise(
    name: str, layers: int, share: float, microbatches: int, seed: int, rule: str
) -> None:
    stages = 1 + round(share * (layers - 1))  # any number up to that of the layers
    schedule, device = make(name, stages, microbatches), ALD(tau=3.0)
    assert_same(network(layers, seed), device, schedule, rule=rule, seed=seed)


@QUICK
@given(lengths=st.lists(st.integers(1, 5), min_size=3, max_size=3), seed=st.integers(0, 99))
def test_both_executors_agree_with_stages_of_unequal_speed(lengths: list[int], seed: int) -> None:
    """There the delay of a stage changes from sample to sample."""
    schedule = SCHEDULES["asynchronous_greedy"](stages=3, lengths=lengths)
    assert_same(network(4, seed), ALD(tau=3.0), schedule, seed=seed, samples=12)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_both_executors_agree_on_coupled_stages(name: str) -> None:
    problem = quadratic(noise=TWO_POINT, optimum=0.4)
    for stages in (1, 2, 3):
        assert_same(problem, ALD(tau=3.0), make(name, stages, 2), step_size=[0.05, 0.1])


def test_both_executors_agree_on_a_device_that_varies_from_cell_to_cell() -> None:
    problem = quadratic(noise=NOISES["gaussian"](standard_deviation=np.linspace(0.1, 0.5, 5)), optimum=0.4)
    device = DEVICES["varied"](base=ALD(tau=np.linspace(2.0, 4.0, 5)), factor_up=np.full((1, 3, 5), 0.9))
    assert_same(problem, device, make("asynchronous_concurrent", 3))


def test_both_executors_agree_on_cells_that_are_stuck() -> None:
    device = DEVICES["stuck"](base=ALD(tau=3.0), stuck=np.array([True] + [False] * 4), value=0.25)
    assert_same(quadratic(noise=GAUSSIAN, optimum=0.4), device, make("asynchronous_1f1b", 3))


def changed_delays(table: Timetable, by: int) -> Timetable:
    """Planted fault: the delays of all stages but the last are off."""
    rows = [[read._replace(forward=max(0, min(read.update, read.forward - by))) for read in row] for row in table.reads]
    object.__setattr__(table, "delays", tuple(delay + abs(by) for delay in table.delays))  # room for more iterates
    object.__setattr__(table, "reads", (*rows[:-1], table.reads[-1]))
    return table


@pytest.mark.parametrize("by", [-1, 1])
def test_a_delay_off_by_one_is_caught(by: int, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule, problem = make("asynchronous_1f1b", 3), network(3, 1)
    arguments: dict[str, Any] = {"step_size": 0.05, "samples": 12, "runs": 2, "seed": 1}
    clocked = run_clocked(problem, IDEAL(), schedule, **arguments)
    kind, right = type(schedule), type(schedule).timetable
    monkeypatch.setattr(kind, "timetable", lambda self, samples: changed_delays(right(self, samples), by))
    wrong = run_recursion(problem, IDEAL(), schedule, **arguments)
    assert not np.array_equal(clocked.final_weights, wrong.final_weights)


def test_stashing_changes_the_weights_so_that_a_backward_pass_with_stale_weights_is_caught() -> None:
    arguments: dict[str, Any] = {"step_size": 0.05, "samples": 12, "runs": 2, "seed": 1}
    plain = run_clocked(network(3, 1), IDEAL(), make("asynchronous_1f1b", 3), **arguments)
    stashed = run_clocked(network(3, 1), IDEAL(), make("stashed_1f1b", 3), **arguments)
    assert not np.array_equal(plain.final_weights, stashed.final_weights)


@pytest.mark.parametrize("name", ["vanilla", "synchronous", "asynchronous_1f1b", "stashed_concurrent"])
@pytest.mark.parametrize("device", [IDEAL(), ALD(tau=3.0)])
def test_without_a_delay_a_pipeline_is_the_engine_bitwise(name: str, device: Any) -> None:
    """Vanilla and one-sample batches on any stages; asynchronous schedules on a single stage."""
    problem = network(3, 1)
    stages = 3 if name in {"vanilla", "synchronous"} else 1
    arguments: dict[str, Any] = {"step_size": [0.05, 0.1], "runs": 3, "seed": 4}
    pipelined = run_clocked(problem, device, make(name, stages), samples=20, **arguments)
    plain = run(problem, device, steps=20, **arguments)
    np.testing.assert_array_equal(pipelined.final_weights, plain.final_weights)


def test_the_delayed_iterate_is_not_the_plain_one() -> None:
    arguments: dict[str, Any] = {"step_size": 0.05, "runs": 3, "seed": 4}
    pipelined = run_clocked(network(3, 1), IDEAL(), make("asynchronous_1f1b", 3), samples=20, **arguments)
    plain = run(network(3, 1), IDEAL(), steps=20, **arguments)
    assert not np.array_equal(pipelined.final_weights, plain.final_weights)


def test_an_ideal_device_is_digital_descent_bitwise() -> None:
    problem, draws = network(2, 3), Draws(network(2, 3), generators(5)[0], 2)
    weights = np.broadcast_to(problem.initial, (1, 2, problem.dimension))
    for step in range(6):
        signals = [problem.signal(weights, draws[2 * step + b]) for b in range(2)]
        weights = weights - 0.1 * ((signals[0] + signals[1]) / 2)
    for name in ("synchronous", "synchronous_1f1b", "data_parallel"):
        arguments: dict[str, Any] = {"step_size": 0.1, "samples": 12, "runs": 2, "seed": 5}
        found = run_clocked(problem, IDEAL(), make(name, 2, 2), **arguments).final_weights
        np.testing.assert_array_equal(found, weights)


def slow_rule(tau: float, weight: float, signals: list[float], rate: float, rule: str) -> float:
    """One weight of an asymmetric linear device and one batch, in scalars."""

    def moved(start: float, change: float) -> float:
        return start + change * ((1 - start / tau) if change > 0 else (1 + start / tau))

    if rule == "accumulated":
        return moved(weight, -rate * sum(signals) / len(signals))
    if rule == "sample_wise":
        return weight + sum(moved(weight, -rate * g) - weight for g in signals) / len(signals)
    for signal in signals:
        weight = moved(weight, -rate * signal / len(signals))
    return weight


@pytest.mark.parametrize("rule", RULES)
def test_batch_rules_equal_their_scalar_twins(rule: Any) -> None:
    signals, rate = [0.8, -0.5, 0.1], np.full((1, 1, 1), -0.2)
    found = applied(ALD(tau=2.0), np.array([[[0.7]]]), [np.array([[[g]]]) for g in signals], rate, rule)
    twins = {name: slow_rule(2.0, 0.7, signals, 0.2, name) for name in RULES}
    assert found.item() == pytest.approx(twins.pop(rule), rel=TWIN)
    assert all(abs(found.item() - other) > 1e-4 for other in twins.values())  # the three rules do differ


def test_a_batch_of_one_is_one_update_whatever_the_rule() -> None:
    weights, signals, rate = np.array([[[0.7]]]), [np.array([[[0.3]]])], np.full((1, 1, 1), -0.1)
    found = {applied(ALD(tau=2.0), weights, signals, rate, rule).item() for rule in RULES}
    assert len(found) == 1


def test_blocks_are_shared_out_evenly_and_in_order() -> None:
    problem = network(5, 1)
    assert assign(problem, 2) == (range(2), range(2, 5))
    assert assign(problem, 5) == tuple(range(m, m + 1) for m in range(5))
    for stages in range(1, 6):
        groups = assign(problem, stages)
        assert [block for group in groups for block in group] == list(range(5))
        assert max(map(len, groups)) - min(map(len, groups)) <= 1


def test_runs_and_settings_do_not_influence_each_other() -> None:
    schedule, problem = make("asynchronous_1f1b", 3), network(3, 1)
    arguments: dict[str, Any] = {"samples": 9, "runs": 3, "seed": 1}
    together = run_clocked(problem, ALD(tau=3.0), schedule, step_size=[0.05, 0.1], **arguments)
    alone = run_clocked(problem, ALD(tau=3.0), schedule, step_size=0.1, **arguments)
    np.testing.assert_array_equal(together.final_weights[1:], alone.final_weights)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"schedule": make("vanilla", 4)}, r"stages must be in 1\.\.3, the number of the problem's blocks, got 4"),
    ({"problem": PROBLEMS["quadratic"](spectrum=[1.0], noise=GAUSSIAN)}, "problem must be a chain of blocks"),
    ({"samples": 4, "schedule": make("asynchronous_concurrent", 3)}, "samples must be > 4, the longest delay, got 4"),
    ({"samples": 7, "schedule": make("synchronous", 3, 2)}, "samples must be a multiple of microbatches = 2, got 7"),
    ({"samples": 0}, "samples must be an integer >= 1, got 0"),
    ({"runs": 0}, "runs must be an integer >= 1, got 0"),
    ({"seed": -1}, "seed must be an integer >= 0, got -1"),
    ({"rule": "batched"}, r"rule must be one of \['accumulated', .*, got 'batched'"),
    ({"step_size": -0.1}, "step_size must be finite and > 0, got -0.1"),
    ({"step_size": [[0.1]]}, r"step_size must be a number or have shape \(settings,\), got shape \(1, 1\)"),
    ({"device": ALD(tau=np.ones(5))}, "fields of problem and device and step_size must broadcast"),
    ({"schedule": SCHEDULES["stashed_1f1b"](stages=2)}, "copy_cost must be > 0"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
@pytest.mark.parametrize("executor", [run_clocked, run_recursion])
def test_bad_arguments_are_named(changes: dict[str, Any], message: str, executor: Callable[..., Execution]) -> None:
    arguments: dict[str, Any] = {"problem": network(3, 1), "device": ALD(tau=3.0), "schedule": make("vanilla", 2)}
    arguments |= {"step_size": 0.1, "samples": 8, "runs": 2, "seed": 0}
    with pytest.raises(ValueError, match=message):
        executor(**(arguments | changes))
