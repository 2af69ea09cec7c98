"""E6 for whatever the folders hold: all executors agree to the last bit on random problems, devices and schedules."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import (
    DEVICES,
    NOISES,
    PROBLEMS,
    SCHEDULES,
    pipeline,
    run_batched,
    run_clocked,
    run_delayed,
    run_recursion,
)
from simulation.pipeline_stage import RULES, assign
from simulation.schedules import PipelineSchedule
from tests.simulation.cases import SEEDS, STAGED, any_of, devices, problems, rng, schedules

QUICK = settings(deadline=None, max_examples=12)
ANY_PROBLEM, ANY_DEVICE = st.one_of(*(problems(name) for name in STAGED)), any_of(devices, DEVICES)
SHARES = st.floats(0, 1)


def schedule_for(data: st.DataObject, name: str, problem: Any) -> PipelineSchedule:
    """Of any number of stages up to that of the problem's blocks."""
    stages = 1 + round(data.draw(SHARES) * (len(problem.blocks) - 1))
    return data.draw(schedules(name, stages))


def check_executors(problem: Any, device: Any, schedule: PipelineSchedule, **changed: Any) -> None:
    """Same weights clock by clock and as a recursion, and as many activations held as the timetable says."""
    updates = max(schedule.steady_delays()) + 3
    arguments: dict[str, Any] = {"step_size": [0.01, 0.05], "runs": 2, "seed": 1}
    arguments |= {"samples": updates * schedule.microbatches} | changed
    clocked = run_clocked(problem, device, schedule, **arguments)
    recursion = run_recursion(problem, device, schedule, **arguments)
    np.testing.assert_array_equal(clocked.final_weights, recursion.final_weights)
    assert clocked.final_weights.shape == (2, 2, problem.dimension)
    assert np.isfinite(clocked.final_weights).all()  # else there is little that could differ
    assert clocked.held == clocked.timetable.activations


@pytest.mark.parametrize("name", sorted(SCHEDULES))
@QUICK
@given(data=st.data(), problem=ANY_PROBLEM, device=ANY_DEVICE, rule=st.sampled_from(RULES), seed=SEEDS)
def test_executors_agree_under_every_schedule(
    name: str, data: st.DataObject, problem: Any, device: Any, rule: str, seed: int
) -> None:
    check_executors(problem, device, schedule_for(data, name, problem), rule=rule, seed=seed)


@pytest.mark.parametrize("name", STAGED)
@QUICK
@given(data=st.data(), device=ANY_DEVICE, schedule=st.sampled_from(sorted(SCHEDULES)), rule=st.sampled_from(RULES))
def test_executors_agree_on_every_problem(
    name: str, data: st.DataObject, device: Any, schedule: str, rule: str
) -> None:
    problem = data.draw(problems(name))
    check_executors(problem, device, schedule_for(data, schedule, problem), rule=rule)


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), problem=ANY_PROBLEM, schedule=st.sampled_from(sorted(SCHEDULES)), rule=st.sampled_from(RULES))
def test_executors_agree_on_every_device(
    name: str, data: st.DataObject, problem: Any, schedule: str, rule: str
) -> None:
    device = data.draw(devices(name))
    check_executors(problem, device, schedule_for(data, schedule, problem), rule=rule)


@QUICK
@given(problem=problems("staged_quadratic"), seed=SEEDS, schedule=st.sampled_from(sorted(SCHEDULES)), data=st.data())
def test_executors_agree_on_cells_that_differ(problem: Any, seed: int, schedule: str, data: st.DataObject) -> None:
    """One τ and one pair of factors a cell, another array in each run."""
    tau, up = rng(seed).uniform(2, 4, 3), rng(seed + 1).uniform(0.8, 1.2, (1, 2, 3))
    device = DEVICES["varied"](base=DEVICES["asymmetric_linear"](tau=tau), factor_up=up)
    check_executors(problem, device, schedule_for(data, schedule, problem))


def test_a_recursion_with_another_samples_delay_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = PROBLEMS["staged_quadratic"](
        matrix=rng().standard_normal((5, 3)), sizes=[1, 1, 1], optimum=0.5, noise=NOISES["none"]()
    )
    schedule = SCHEDULES["asynchronous_1f1b"](stages=2)
    check_executors(problem, DEVICES["ideal"](), schedule)
    right = pipeline._stale
    monkeypatch.setattr(pipeline, "_stale", lambda job, past, sample: right(job, past, max(0, sample - 1)))
    with pytest.raises(AssertionError):
        check_executors(problem, DEVICES["ideal"](), schedule)


@pytest.mark.parametrize("name", ["asynchronous_1f1b", "asynchronous_concurrent"])
@QUICK
@given(data=st.data(), problem=ANY_PROBLEM, device=ANY_DEVICE, seed=SEEDS)
def test_the_delayed_run_agrees_with_the_asynchronous_pipelines(
    name: str, data: st.DataObject, problem: Any, device: Any, seed: int
) -> None:
    schedule = schedule_for(data, name, problem)
    groups = assign(problem, schedule.stages)
    delays = [d for d, blocks in zip(schedule.steady_delays(), groups, strict=True) for _ in blocks]
    arguments: dict[str, Any] = {"step_size": [0.01, 0.05], "runs": 2, "seed": seed}
    count = max(delays) + 3
    piped = run_recursion(problem, device, schedule, samples=count, **arguments)
    delayed = run_delayed(problem, device, delays=delays, steps=count, **arguments)
    np.testing.assert_array_equal(delayed.final_weights, piped.final_weights)


@pytest.mark.parametrize("name", sorted(name for name, kind in SCHEDULES.items() if kind.batched))
@QUICK
@given(problem=ANY_PROBLEM, device=ANY_DEVICE, rule=st.sampled_from(RULES), seed=SEEDS, power=st.integers(0, 2))
def test_the_batched_run_agrees_with_the_synchronous_pipelines(
    name: str, problem: Any, device: Any, rule: Any, seed: int, power: int
) -> None:
    # Dividing by a power of two commutes with every rounding, whichever factor is divided.
    count = 2**power
    arguments: dict[str, Any] = {"step_size": [0.01, 0.05], "runs": 2, "seed": seed, "rule": rule}
    schedule = SCHEDULES[name](stages=len(problem.blocks), microbatches=count)
    piped = run_clocked(problem, device, schedule, samples=3 * count, **arguments)
    batched = run_batched(problem, device, microbatches=count, steps=3, **arguments)
    np.testing.assert_array_equal(batched.final_weights, piped.final_weights)
