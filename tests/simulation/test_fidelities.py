"""The fidelities: pulse counts by hand, a scalar twin, the closed form, limits in which one equals another."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, NOISES, PROBLEMS, run
from simulation.devices import Response
from simulation.fidelities import FIDELITIES, UpdateRule, _train, fidelity_of
from simulation.update import analog_update
from tests.tolerance import STANDARD_ERRORS, TWIN

ALD, PULSES, MEAN = DEVICES["asymmetric_linear"], FIDELITIES["pulses"], FIDELITIES["mean"]
KINDS: dict[str, Response] = {
    "ideal": DEVICES["ideal"](),
    "asymmetric_linear": ALD(tau=1.0),
    "linear_offset": DEVICES["linear_offset"](tau=1.2, offset=0.3),
    "power": DEVICES["power"](tau=1.0, gamma=1.7),
    "exponential": DEVICES["exponential"](tau=1.0, gamma=2.0),
    "constant_step": DEVICES["constant_step"](lower=-0.6, upper=0.7, gain_up=1.0, gain_down=0.8),
    "linear_step": DEVICES["linear_step"](lower=-0.8, upper=1.1, gamma_up=0.3, gamma_down=-0.5),
    "exponential_step": DEVICES["exponential_step"](
        amplitude_up=0.1, amplitude_down=0.2, gamma_up=1.0, gamma_down=1.5, scale=1.0, shift=0.2
    ),
    "piecewise_linear": DEVICES["piecewise_linear"](nodes=[-1, 0, 1], gains_up=[1.5, 1, 0.5], gains_down=[0.2, 1, 1.4]),
    "measured": DEVICES["measured"](nodes=[-1, 0.2, 1], gains_up=[1.5, 1, 0], gains_down=[0, 1, 1.4]),
    "varied": DEVICES["varied"](base=ALD(tau=1.0), factor_up=1.2, factor_down=0.7),
    "stuck": DEVICES["stuck"](base=ALD(tau=1.0), stuck=False),
}
PAIRS = st.lists(st.tuples(st.floats(-0.5, 0.5), st.floats(-0.3, 0.3)), min_size=1, max_size=5)
DW = 0.01


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def slow_pulses(device: Response, weight: float, change: float, dw_min: float) -> float:
    """One cell, one pulse after the other, straight from the definition."""
    ratio = abs(change) / dw_min
    count = round(ratio) if ratio <= round(ratio) * (1 + 1e-15) else math.ceil(ratio)
    for _ in range(count):
        w = np.array([weight])
        weight += dw_min * float(device.q_plus(w)[0]) if change > 0 else -dw_min * float(device.q_minus(w)[0])
        weight = float(device.settle(np.array([weight]))[0])
    return weight


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(deadline=None, max_examples=15)
@given(pairs=PAIRS)
def test_pulses_equal_their_scalar_twin(name: str, pairs: list[tuple[float, float]]) -> None:
    weights, change = np.array(pairs).T
    fast = PULSES(dw_min=DW).update(KINDS[name], weights, change)
    slow = [slow_pulses(KINDS[name], w, x, DW) for w, x in pairs]
    np.testing.assert_allclose(fast, slow, rtol=TWIN, atol=TWIN)


def test_closed_form_of_the_linear_device() -> None:
    # τ = 2, w₀ = 0: after n up-pulses w_n = 2 − 2·(1 − ½)ⁿ; the numbers are exact in binary.
    rule, device = PULSES(dw_min=1.0), ALD(tau=2.0)
    after = [float(rule.update(device, np.zeros(1), np.array([float(n)]))[0]) for n in range(4)]
    np.testing.assert_allclose(after, [0.0, 1.0, 1.5, 1.75], rtol=TWIN)
    tau, dw_min, start, count = 0.7, 1e-9, 0.2, 1e8
    exact = tau - (tau - start) * np.exp(count * np.log1p(-dw_min / tau))
    fine = PULSES(dw_min=dw_min, max_pulses=10**9).update(ALD(tau=tau), np.array([start]), np.array([count * dw_min]))
    assert fine[0] == pytest.approx(exact, rel=TWIN)


def without_closed_form(lines: object, dw_min: object) -> bool:
    return False


@pytest.mark.parametrize("name", sorted(name for name in KINDS if KINDS[name].affine is not None))
def test_closed_form_and_loop_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    weights, change = rng(1).uniform(-0.5, 0.5, 40), rng(2).uniform(-2.0, 2.0, 40)
    fast = PULSES(dw_min=DW).update(KINDS[name], weights, change)
    monkeypatch.setattr(_train, "_contracts", without_closed_form)
    slow = PULSES(dw_min=DW).update(KINDS[name], weights, change)
    np.testing.assert_allclose(fast, slow, rtol=TWIN, atol=TWIN)


def test_pulses_that_overstep_are_made_one_by_one() -> None:
    # Δw_min = 2τ: 0 → 2 → 2 − 2·1 = 0 → 2; a geometric sum with r = −1 that the logarithm cannot form.
    after = [float(PULSES(dw_min=2.0).update(ALD(tau=1.0), np.zeros(1), np.array([2.0 * n]))[0]) for n in (1, 2, 3)]
    assert after == [2.0, 0.0, 2.0]
    # Only down-pulses overstep: 1 → 1 − 2·1.9, which is beyond the bound −1, where it stays.
    down = DEVICES["linear_step"](gamma_up=0.0, gamma_down=0.9)
    assert PULSES(dw_min=2.0).update(down, np.ones(1), np.array([-4.0])) == -1.0


def test_counts_by_hand() -> None:
    rule = PULSES(dw_min=0.1)
    assert rule.count(np.array([0.0, 1e-9, 0.1, -0.1001, 1.1, 0.25])).tolist() == [0, 1, 1, 2, 11, 3]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_one_pulse_is_the_mean_update(name: str) -> None:
    weights = np.linspace(-0.5, 0.5, 7)
    change = DW * np.array([1, -1, 1, 0, -1, 1, -1.0])
    one = PULSES(dw_min=DW).update(KINDS[name], weights, change)
    np.testing.assert_allclose(one, MEAN().update(KINDS[name], weights, change), rtol=TWIN, atol=TWIN)


def test_constant_gains_make_pulses_and_mean_equal() -> None:
    weights, counts = np.linspace(-0.2, 0.2, 5), np.array([3, -7, 0, 12, -1.0])
    for device in (DEVICES["ideal"](), DEVICES["constant_step"](gain_up=1.5, gain_down=0.5)):
        pulsed = PULSES(dw_min=DW).update(device, weights, DW * counts)
        np.testing.assert_allclose(pulsed, analog_update(device, weights, DW * counts), rtol=TWIN)


def mean_error(change: float, dw_min: float) -> float:
    """Pulse-exact minus mean for one up-change from w = 0.2, τ = 1."""
    weights, x = np.array([0.2]), np.array([change])
    exact = PULSES(dw_min=dw_min).update(ALD(tau=1.0), weights, x)
    return float((exact - analog_update(ALD(tau=1.0), weights, x))[0])


def test_pulses_tend_to_the_mean_like_the_square_of_the_change() -> None:
    # w_n − w₀ = xq(1 − (n−1)Δ/(2τ) + …): the error is −x²q(1 − 1/n)/(2τ) to leading order, q = 1 − w/τ.
    for change in (0.01, 0.001):
        predicted = -(change**2) * 0.8 * (1 - 1 / 100) / 2
        assert mean_error(change, change / 100) == pytest.approx(predicted, rel=change)
    # The falsifier: without the factor 1 − 1/n the prediction is off by more than the next order.
    assert mean_error(0.001, 1e-5) != pytest.approx(-(0.001**2) * 0.8 / 2, rel=0.001)


def test_a_count_that_overflows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"pulses of one update must be <= max_pulses = 1000, got 3e\+06"):
        PULSES(dw_min=1e-6, max_pulses=1000).update(ALD(tau=1.0), np.zeros(2), np.array([0.1, 3.0]))
    with pytest.raises(ValueError, match="got inf"):
        PULSES().update(ALD(tau=1.0), np.zeros(1), np.array([np.inf]))
    assert np.isnan(PULSES().update(ALD(tau=1.0), np.zeros(1), np.array([np.nan]))[0])
    assert np.isnan(PULSES().update(KINDS["power"], np.zeros(1), np.array([np.nan]))[0])


@pytest.mark.parametrize("kind", ["additive", "multiplicative"])
def test_cycle_noise_has_its_mean_and_variance(kind: str) -> None:
    # Constant gain 2, ten pulses: mean 10·Δ·2, variance 10·(Δσ)², times 2² if multiplicative.
    device, cells = DEVICES["constant_step"](lower=-9.0, upper=9.0, gain_up=2.0), 100_000
    rule = PULSES(dw_min=DW, cycle_noise=0.5, cycle_kind=kind)
    moved = rule.update(device, np.zeros((1, cells)), np.full((1, cells), 10 * DW), rng=rng(5))
    deviation = DW * 0.5 * np.sqrt(10) * (1 if kind == "additive" else 2)
    assert abs(moved.mean() - 20 * DW) <= STANDARD_ERRORS * deviation / np.sqrt(cells)
    assert abs(moved.std() - deviation) <= STANDARD_ERRORS * deviation / np.sqrt(2 * cells)


def test_a_random_fidelity_needs_a_generator() -> None:
    with pytest.raises(ValueError, match="rng must be a Generator for a random fidelity, got None"):
        PULSES(cycle_noise=0.1).update(ALD(tau=1.0), np.zeros((1, 1)), np.ones((1, 1)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dw_min": 0.0}, "dw_min must be finite and > 0"),
        ({"cycle_noise": -1.0}, "cycle_noise must be finite and >= 0"),
        ({"cycle_kind": "odd"}, "cycle_kind must be 'additive' or 'multiplicative', got 'odd'"),
        ({"max_pulses": 0}, r"max_pulses must be an integer in 1\.\.9007199254740992, got 0"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PULSES(**fields)


def arguments() -> dict[str, Any]:
    noise = NOISES["gaussian"](standard_deviation=0.5)
    problem = PROBLEMS["quadratic"](spectrum=[1.0, 0.25], optimum=[0.4, -0.3], noise=noise)
    return {"problem": problem, "device": ALD(tau=1.5), "step_size": 0.1, "steps": 40, "runs": 5, "seed": 3}


def test_a_run_chooses_its_fidelity_by_name_or_object() -> None:
    default = run(**arguments())
    for choice in ("mean", MEAN()):
        np.testing.assert_array_equal(run(**arguments(), fidelity=choice).final_weights, default.final_weights)
    named = run(**arguments(), fidelity="pulses").final_weights
    np.testing.assert_array_equal(named, run(**arguments(), fidelity=PULSES()).final_weights)
    assert not np.array_equal(named, default.final_weights)


@pytest.mark.parametrize(
    ("choice", "message"),
    [("pulse", "got 'pulse'; did you mean 'pulses'"), (3, "fidelity must be a name or a Fidelity, got 3")],
)
def test_an_unknown_fidelity_is_refused(choice: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(**arguments(), fidelity=choice)
    with pytest.raises(ValueError, match=message):
        fidelity_of(choice)


def test_a_run_of_fine_pulses_tends_to_the_mean_run() -> None:
    # Steps of the size of a pulse or less are rounded up to one; finer pulses leave only the α² term.
    mean = run(**arguments()).final_weights
    gaps = [
        np.abs(run(**arguments(), fidelity=PULSES(dw_min=d)).final_weights - mean).max() for d in (1e-2, 1e-3, 1e-5)
    ]
    assert gaps[0] > gaps[1] > gaps[2]
    small = arguments() | {"step_size": 0.01}
    fine = run(**small, fidelity=PULSES(dw_min=1e-6)).final_weights - run(**small).final_weights
    assert np.abs(fine).max() < gaps[2] / 5


RANDOM: list[Callable[..., UpdateRule]] = [
    lambda dw_min: PULSES(dw_min=dw_min, cycle_noise=0.3),
    lambda dw_min: FIDELITIES["stochastic"](dw_min=dw_min),
    lambda dw_min: FIDELITIES["stochastic"](dw_min=dw_min, correlated=False),
]


@pytest.mark.parametrize("make", RANDOM)
def test_settings_of_random_fidelities_see_the_same_numbers_bitwise(make: Callable[..., UpdateRule]) -> None:
    given = arguments() | {"step_size": [0.1, 0.2], "device": ALD(tau=np.array([1.5, 4.0]).reshape(2, 1, 1))}
    both = run(**given, fidelity=make(np.array([0.01, 0.002]).reshape(2, 1, 1)))
    for setting, (rate, tau, dw_min) in enumerate([(0.1, 1.5, 0.01), (0.2, 4.0, 0.002)]):
        alone = run(**(arguments() | {"step_size": rate, "device": ALD(tau=tau)}), fidelity=make(dw_min))
        np.testing.assert_array_equal(both.final_weights[setting], alone.final_weights[0])
    repeated = run(**given, fidelity=make(np.array([0.01, 0.002]).reshape(2, 1, 1)))
    np.testing.assert_array_equal(repeated.final_weights, both.final_weights)
    assert np.unique(both.final_weights[0, :, 0]).size == 5
