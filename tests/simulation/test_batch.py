"""Batches in the engine: a scalar twin of each rule, the pipelines that they must equal, and limits."""

from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, FIDELITIES, NOISES, PROBLEMS, batch, run, run_batched
from simulation.pipeline import run_recursion
from simulation.pipeline_stage import RULES, BatchRule
from simulation.plan import generators
from simulation.schedules import SCHEDULES
from simulation.statistics import STATISTICS
from tests.simulation.test_staged_problems import deep, quadratic
from tests.tolerance import TWIN

ALD, IDEAL = DEVICES["asymmetric_linear"], DEVICES["ideal"]
GAUSSIAN = NOISES["gaussian"](standard_deviation=0.4)
ARRAYS = (*STATISTICS, "peak_saturation", "peak_symmetric", "initial_gap", "final_objective", "final_weights")
SPECTRUM, OPTIMUM, TAUS, RATES = (1.0, 0.25), (0.4, -0.3), (1.5, 4.0), (0.1, 0.2)
SAME: dict[str, Any] = {"step_size": RATES, "steps": 7, "runs": 2, "seed": 11}


def pair() -> Any:
    return PROBLEMS["quadratic"](spectrum=SPECTRUM, optimum=OPTIMUM, noise=GAUSSIAN)


def device() -> Any:
    return ALD(tau=np.array(TAUS).reshape(2, 1, 1))


def pulsed(weight: float, change: float, tau: float, held: float) -> float:
    """One change with the gains at weight `held`, in scalars."""
    return weight + change * (1 - held / tau if change > 0 else 1 + held / tau)


def slow_batch(rule: str, weight: float, signals: list[float], rate: float, tau: float) -> float:
    """One update of one weight, from the three definitions."""
    count = len(signals)
    if rule == "accumulated":
        return pulsed(weight, -rate * sum(signals) / count, tau, weight)
    if rule == "sample_wise":
        return sum(pulsed(weight, -rate * g, tau, weight) for g in signals) / count
    for g in signals:
        weight = pulsed(weight, -rate * g / count, tau, weight)
    return weight


def check_against_twin(rule: BatchRule, count: int) -> None:
    trace = run_batched(pair(), device(), microbatches=count, rule=rule, **SAME)
    training, _ = generators(11)
    raws = [[GAUSSIAN.draw(training, (2, 2)) for _ in range(count)] for _ in range(7)]
    for setting, index in np.ndindex(2, 2):
        tau, rate, weights, norm, drift = TAUS[setting], RATES[setting], [0.0, 0.0], 0.0, 0.0
        for draws in raws:
            gradient = [SPECTRUM[d] * (weights[d] - OPTIMUM[d]) for d in range(2)]
            norm += sum(h**2 for h in gradient) / 7
            drift += sum((w / tau) ** 2 * 0.4**2 for w in weights) / 7
            signals = [[gradient[d] + 0.4 * float(raw[index, d]) for raw in draws] for d in range(2)]
            weights = [slow_batch(rule, weights[d], signals[d], rate, tau) for d in range(2)]
        np.testing.assert_allclose(trace.final_weights[setting, index], weights, rtol=TWIN)
        np.testing.assert_allclose(trace.gradient_norm[0, setting, index], norm, rtol=TWIN)
        np.testing.assert_allclose(trace.drift_variance[0, setting, index], drift, rtol=TWIN)
    assert (trace.microbatches, trace.rule) == (count, rule)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("count", [1, 3])
def test_each_rule_equals_its_scalar_twin(rule: BatchRule, count: int) -> None:
    check_against_twin(rule, count)


@pytest.mark.parametrize("rule", ["sample_wise", "sequential"])
def test_the_other_rule_fails_the_twin(rule: BatchRule, monkeypatch: pytest.MonkeyPatch) -> None:
    """The falsifier: exchanged, or with gains that are not renewed, the rules are told apart."""
    other = {"sample_wise": "sequential", "sequential": "sample_wise"}[rule]
    monkeypatch.setitem(batch._PULSED, rule, batch._PULSED[other])
    with pytest.raises(AssertionError):
        check_against_twin(rule, 3)


def test_a_sum_that_is_not_divided_fails_the_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = batch._total
    monkeypatch.setattr(batch, "_total", lambda parts: len(parts) * plain(parts))
    for rule in ("accumulated", "sample_wise"):
        with pytest.raises(AssertionError):
            check_against_twin(rule, 3)


@pytest.mark.parametrize("rule", RULES)
def test_one_microbatch_is_the_engine_bitwise(rule: BatchRule) -> None:
    batched = run_batched(pair(), device(), microbatches=1, rule=rule, checkpoints=[3, 7], **SAME)
    plain = run(pair(), device(), checkpoints=[3, 7], **SAME)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(batched, name), getattr(plain, name), err_msg=name)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("stages", [1, 3])
@pytest.mark.parametrize("problem", [deep(noise=GAUSSIAN), quadratic(noise=GAUSSIAN, optimum=0.4)])
def test_it_is_the_synchronous_pipeline_bitwise(rule: BatchRule, stages: int, problem: Any) -> None:
    # B = 4: dividing by a power of two commutes with every rounding, whichever factor is divided.
    schedule = SCHEDULES["synchronous"](stages=stages, microbatches=4)
    arguments: dict[str, Any] = {"step_size": 0.05, "runs": 3, "seed": 2}
    piped = run_recursion(problem, ALD(tau=3.0), schedule, samples=40, rule=rule, **arguments)
    batched = run_batched(problem, ALD(tau=3.0), microbatches=4, rule=rule, steps=10, **arguments)
    np.testing.assert_array_equal(batched.final_weights, piped.final_weights)
    others = [r for r in RULES if r != rule]
    for other in others:
        wrong = run_batched(problem, ALD(tau=3.0), microbatches=4, rule=other, steps=10, **arguments)
        assert not np.array_equal(wrong.final_weights, piped.final_weights)


def test_constant_gains_make_the_first_two_rules_equal() -> None:
    traces = [run_batched(pair(), IDEAL(), microbatches=5, rule=rule, **SAME) for rule in RULES[:2]]
    np.testing.assert_allclose(traces[0].final_weights, traces[1].final_weights, rtol=TWIN)


def test_the_averages_are_of_one_microbatch() -> None:
    trace = run_batched(pair(), IDEAL(), microbatches=5, rule="accumulated", **SAME)
    np.testing.assert_allclose(trace.noise_variance, 2 * 0.4**2, rtol=TWIN)
    # One step from w = 0 with α on the ideal device: Var w = α²σ²/B, 4000 independent coordinates.
    wide = PROBLEMS["quadratic"](spectrum=np.ones(2000), noise=GAUSSIAN)
    one = run_batched(wide, IDEAL(), microbatches=5, rule="accumulated", **(SAME | {"steps": 1}))
    for setting, rate in enumerate(RATES):
        # A variance of n normals scatters by √(2/n), 2.2 %: five of them.
        assert one.final_weights[setting].var() == pytest.approx(rate**2 * 0.4**2 / 5, rel=0.11)


def check_common_numbers(rule: BatchRule, name: str, fields: dict[str, Any]) -> None:
    """Two granularities in one call give what each gives alone."""
    sizes = np.array([0.02, 0.002]).reshape(2, 1, 1)
    shared: dict[str, Any] = SAME | {"microbatches": 3, "rule": rule, "step_size": 0.1}

    def final(dw_min: Any) -> np.ndarray:
        made = FIDELITIES[name](dw_min=dw_min, **fields)
        return run_batched(pair(), ALD(tau=1.5), fidelity=made, **shared).final_weights

    both = final(sizes)
    assert both.shape == (2, 2, 2)
    for setting, size in enumerate(sizes):
        np.testing.assert_array_equal(both[setting], final(float(size[0, 0]))[0])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("name", "fields"), [("pulses", {"cycle_noise": 0.3}), ("pulses", {}), ("stochastic", {})])
def test_settings_see_the_same_random_numbers_bitwise(name: str, fields: dict[str, Any], rule: BatchRule) -> None:
    check_common_numbers(rule, name, fields)


@pytest.mark.parametrize("rule", ["sample_wise", "sequential"])
def test_one_generator_for_all_micro_batches_would_shift_them(rule: BatchRule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch._Pulsed, "generators", lambda _, rng, count: [rng] * count)
    with pytest.raises(AssertionError):
        check_common_numbers(rule, "pulses", {"cycle_noise": 0.3})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"microbatches": 0}, "microbatches must be an integer >= 1, got 0"),
        ({"microbatches": 2.0}, "microbatches must be an integer >= 1, got 2.0"),
        ({"rule": "summed"}, r"rule must be one of \['accumulated', 'sample_wise', 'sequential'\], got 'summed'"),
        ({"steps": 0}, "steps must be an integer >= 1, got 0"),
        ({"fidelity": "exact"}, "exact"),
    ],
)
def test_bad_input_is_refused(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = SAME | {"microbatches": 2, "rule": "accumulated"}
    with pytest.raises((ValueError, KeyError), match=message):
        run_batched(pair(), IDEAL(), **(arguments | change))
