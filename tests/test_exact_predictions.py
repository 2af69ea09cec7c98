"""E1–E5: what theory predicts exactly is what a simulation gives, within the interval of independent runs.

E1 the drift and the resting point of every device and noise of the theory; E2 step-size limits; E3 stationary
covariances; E4 pulses and response curves; E5 clocks, density, delays, activations. E6, the bitwise agreement of the
executors, needs no theory: `tests/simulation/test_executors.py`.
"""

import math
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulation
import theory
from simulation import DEVICES, FIDELITIES, PROBLEMS, run, run_delayed
from simulation import NOISES as SIMULATED_NOISES
from simulation import SCHEDULES as SIMULATED_SCHEDULES
from tests.tolerance import STANDARD_ERRORS, TWIN
from theory import predictions

PARAMETERS = {"tau": 1.5, "offset": -0.4, "gamma": 1.3}
CURVATURE, MINIMISER, DEVIATION = 2.0, 0.6, 0.8
QUICK = settings(deadline=None, max_examples=25)
IDEAL = DEVICES["ideal"]()


def device(name: str) -> Any:
    return DEVICES[name](**{field.name: PARAMETERS[field.name] for field in fields(DEVICES[name])})


def noise(name: str) -> Any:
    return SIMULATED_NOISES[name](**({} if name == "none" else {"standard_deviation": DEVIATION}))


def dynamics(response: str, shape: str) -> predictions.MeanDynamics:
    chosen = theory.RESPONSES[response]
    return predictions.MeanDynamics(
        symmetric=chosen.symmetric,
        asymmetric=chosen.asymmetric,
        gradient=lambda weights: CURVATURE * (weights - MINIMISER),
        noise=predictions.NOISES[shape],
        noise_variance=0.0 if shape == "none" else DEVIATION**2,
        parameters={symbol: PARAMETERS[symbol] for symbol in PARAMETERS},
    )


EVERY = pytest.mark.parametrize(
    ("response", "shape"), [(r, n) for r in sorted(theory.RESPONSES) for n in sorted(predictions.NOISES)]
)


def rest_of(response: str, shape: str) -> float:
    return float(dynamics(response, shape).resting_point(lower=-1.4, upper=1.4))


def drift_seen(response: str, shape: str, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(W_0 − W_1)/α over 40,000 runs of one step from each weight, and the standard error."""
    problem = PROBLEMS["quadratic"](
        spectrum=np.full(weights.size, CURVATURE), optimum=MINIMISER, initial=weights, noise=noise(shape)
    )
    after = run(problem, device(response), step_size=0.1, steps=1, runs=40_000, seed=1).final_weights[0]
    moved = (weights - after) / 0.1
    return moved.mean(axis=0), moved.std(axis=0) / math.sqrt(40_000)


@EVERY
def test_e1_the_drift_and_where_it_vanishes(response: str, shape: str) -> None:
    weights = np.array([rest_of(response, shape), -0.7, 0.3, 0.9, rest_of(response, shape) + 0.1])
    mean, error = drift_seen(response, shape, weights)
    allowed = STANDARD_ERRORS * error + 100 * TWIN  # without noise the rounding of a sum of 40,000 is left
    assert (np.abs(mean - dynamics(response, shape).drift(weights)) <= allowed).all()
    assert abs(mean[0]) <= allowed[0]
    assert (np.abs(mean[1:]) > allowed[1:]).all()  # the falsifier: elsewhere it does not vanish


def long_run(response: str, shape: str) -> tuple[float, float]:
    """Mean weight of 8000 runs after 300 updates, extrapolated to α = 0 from α = 0.02 and 0.04; standard error."""
    problem = PROBLEMS["quadratic"](spectrum=[CURVATURE], optimum=MINIMISER, initial=[0.5], noise=noise(shape))
    # The start is 0.1 off and decays to (1 − 0.03)^300 ≈ 1e-4 of that: the slope of the drift is at least 1.5.
    trace = run(problem, device(response), step_size=[0.02, 0.04], steps=300, runs=8000, seed=2)
    ends = trace.final_weights[..., 0]
    extrapolated = 2 * ends[0] - ends[1]  # on common random numbers
    return float(extrapolated.mean()), float(extrapolated.std() / math.sqrt(8000))


@pytest.mark.parametrize("response", sorted(theory.RESPONSES))
@pytest.mark.parametrize("shape", ["gaussian", "two_point"])
def test_e1_runs_rest_where_the_mean_dynamics_rests(response: str, shape: str) -> None:
    mean, error = long_run(response, shape)
    rest = rest_of(response, shape)
    # The extrapolation leaves 0.02·0.04 = 8e-4 times a coefficient of order 1.
    assert abs(mean - rest) <= STANDARD_ERRORS * error + 1e-3
    if response != "ideal":
        assert abs(mean - MINIMISER) > STANDARD_ERRORS * error + 1e-3  # the falsifier: no drift by the noise
    assert error < 1e-3


def growth(problem: Any, delays: Any, rates: list[float]) -> np.ndarray:
    """log of Σ‖∇f‖² over the second half of 2000 noise-free steps over that of the first, for each step size."""
    arguments: dict[str, Any] = {"steps": 2000, "checkpoints": [1000, 2000], "runs": 1, "seed": 0}
    norms = run_delayed(problem, IDEAL, delays=delays, step_size=rates, **arguments).gradient_norm[:, :, 0]
    return np.asarray(np.log(np.maximum(2 * norms[1] - norms[0], 1e-300) / norms[0]))


def check_limit(limit: float, problem: Any, delays: Any) -> None:
    """A mode changes by a factor of at least 1.0017 a step at 2 % off the limit: by e³ in 1000 steps."""
    below, above = growth(problem, delays, [0.98 * limit, 1.02 * limit])
    assert below < -1
    assert above > 1


@pytest.mark.parametrize("delay", [0, 1, 3, 7])
def test_e2_step_size_limit_of_one_curvature(delay: int) -> None:
    problem = PROBLEMS["quadratic"](spectrum=[CURVATURE], initial=[1.0], noise=SIMULATED_NOISES["none"]())
    check_limit(float(predictions.step_limit(curvature=CURVATURE, delays=delay)), problem, delay)
    with pytest.raises(AssertionError):
        check_limit(float(predictions.step_limit(curvature=CURVATURE, delays=delay + 1)), problem, delay)


def coupled(shape: str) -> Any:
    """Three stages that see each other through the forward weights."""
    matrix = np.array([[1.2, 0.5, -0.3], [0.1, 0.8, 0.4], [-0.2, 0.3, 0.9]])
    return PROBLEMS["staged_quadratic"](matrix=matrix, sizes=[1, 1, 1], initial=[0.9, -0.5, 0.7], noise=noise(shape))


@pytest.mark.parametrize("delays", [[2, 1, 0], [4, 2, 0], [0, 0, 3]])
def test_e2_step_size_limit_of_coupled_stages(delays: list[int]) -> None:
    limit = predictions.coupled_step_limit(curvature=coupled("none").coupled, delays=delays)
    check_limit(limit.value, coupled("none"), delays)
    with pytest.raises(AssertionError):
        check_limit(limit.value, coupled("none"), 0)


def covariance_agrees(measured: np.ndarray, exact: np.ndarray, runs: int) -> bool:
    spread = np.sqrt((np.outer(np.diag(exact), np.diag(exact)) + exact**2) / runs)
    return bool((np.abs(measured - exact) <= STANDARD_ERRORS * spread).all())


@pytest.mark.parametrize("delays", [[2, 1, 0], [4, 2, 0]])
def test_e3_stationary_covariance_of_coupled_stages(delays: list[int]) -> None:
    problem, runs, rate = coupled("gaussian"), 10_000, 0.2
    trace = run_delayed(problem, IDEAL, delays=delays, step_size=rate, steps=300, runs=runs, seed=5)
    radius = predictions.spectral_radius(curvature=problem.coupled, delays=delays, step_size=rate)
    assert radius ** (2 * 300) < 1e-4  # the start is forgotten
    weights = trace.final_weights[0]
    measured = weights.T @ weights / runs
    for assumed in (delays, [0, 0, 0]):  # no delay must be rejected
        exact = predictions.stationary(
            curvature=problem.coupled, delays=assumed, step_size=rate, noise=DEVIATION**2
        ).covariance
        assert covariance_agrees(measured, exact, runs) == (assumed is delays)


@pytest.mark.parametrize("delay", range(4))
def test_e3_stationary_variance_of_one_coordinate(delay: int) -> None:
    rate, runs = 0.1, 10_000
    problem = PROBLEMS["quadratic"](spectrum=[CURVATURE], noise=noise("gaussian"))
    ends = run_delayed(problem, IDEAL, delays=delay, step_size=rate, steps=150, runs=runs, seed=4).final_weights
    for assumed in (delay, delay + 2):  # a neighbouring delay is within the interval, two updates more are not
        factor = predictions.variance_factor(assumed)
        exact = rate**2 * DEVIATION**2 * float(factor.subs(dict.fromkeys(factor.free_symbols, rate * CURVATURE)))
        agrees = covariance_agrees(np.square(ends).mean().reshape(1, 1), np.array([[exact]]), runs)
        assert agrees == (assumed == delay)


@QUICK
@given(
    starts=st.lists(st.floats(-1.4, 1.4), min_size=1, max_size=5),
    change=st.floats(-2.0, 2.0),
    pulse_size=st.floats(0.005, 0.3),
)
def test_e4_pulses_of_the_linear_device(starts: list[float], change: float, pulse_size: float) -> None:
    rule, linear = FIDELITIES["pulses"](dw_min=pulse_size), DEVICES["asymmetric_linear"](tau=1.5)
    count = predictions.pulse_count(change, pulse_size=pulse_size)
    assert rule.count(np.array(change)) == count
    found = rule.update(linear, np.array(starts), np.full(len(starts), change))
    direction: Any = "up" if change > 0 else "down"
    given_size: dict[str, Any] = {"tau": 1.5, "pulse_size": pulse_size, "direction": direction}
    exact = predictions.weight_after_pulses(starts, count, **given_size)
    np.testing.assert_allclose(found, exact, rtol=TWIN, atol=TWIN)
    if count > 0:
        wrong = predictions.weight_after_pulses(starts, count + 1, **given_size)
        # One pulse more moves by at least 0.1·0.005·(1 − 0.2)^400 in theory: told apart where it is not saturated.
        moving = np.abs(wrong - exact) > 1e-9
        assert (np.abs(found - wrong)[moving] > 1e-10).all()


@pytest.mark.parametrize("response", sorted(theory.RESPONSES))
@pytest.mark.parametrize(("start", "stop"), [(-0.3, 0.9), (0.8, -0.5)])
def test_e4_response_curves_in_the_limit_of_small_pulses(response: str, start: float, stop: float) -> None:
    chosen = theory.RESPONSES[response]
    gain = chosen.symmetric - chosen.asymmetric if stop > start else chosen.symmetric + chosen.asymmetric
    values = {symbol.name: PARAMETERS[symbol.name] for symbol in gain.free_symbols if symbol.name in PARAMETERS}
    change = math.copysign(predictions.change_between(gain, start, stop, **values), stop - start)
    ends = [
        float(
            FIDELITIES["pulses"](dw_min=abs(change) / n).update(
                device(response), np.array([start]), np.array([change])
            )[0]
        )
        for n in (1000, 2000)
    ]
    # The error of n pulses is of the order change²/n; extrapolated from two counts, of its square.
    assert 2 * ends[1] - ends[0] == pytest.approx(stop, abs=1e-5)
    assert abs(ends[0] + 0.01 * (stop - start) - stop) > 1e-4  # the falsifier: a hundredth of the way more


@pytest.mark.parametrize("name", sorted(predictions.SCHEDULES))
@QUICK
@given(stages=st.integers(1, 6), microbatches=st.integers(1, 5), batches=st.integers(1, 12))
def test_e5_timetables_have_the_closed_forms_of_theory(name: str, stages: int, microbatches: int, batches: int) -> None:
    forms, kind = predictions.SCHEDULES[name], SIMULATED_SCHEDULES[name]
    size = microbatches if forms.batched else 1
    assert kind.batched == forms.batched
    many = batches * size + 4 * stages * size  # enough for every stage to be full
    table = kind(stages=stages, microbatches=size).timetable(many)
    counts = forms.count(stages=stages, samples=many, microbatches=size)
    assert (table.clocks, table.density, table.delays) == (counts.clocks, counts.density, counts.delays)
    assert table.activations == counts.in_flight
    assert len(table.updates) == counts.updates * stages
    more = forms.count(stages=stages + 1, samples=many, microbatches=size)
    assert (table.clocks, table.delays) != (more.clocks, more.delays)


def test_e5_every_schedule_of_the_theory_is_simulated() -> None:
    assert set(predictions.SCHEDULES) <= set(simulation.SCHEDULES)
