"""Cells that differ from each other, and cells that do not move."""

import numpy as np
import pytest

from simulation import DEVICES, NOISES, PROBLEMS, run
from simulation.devices import scatter
from tests.tolerance import STANDARD_ERRORS, TWIN

ALD, VARIED, STUCK = DEVICES["asymmetric_linear"], DEVICES["varied"], DEVICES["stuck"]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def problem(dimension: int = 3) -> object:
    return PROBLEMS["quadratic"](spectrum=np.ones(dimension), optimum=0.5, noise=NOISES["none"]())


@pytest.mark.parametrize(("law", "centre"), [("normal", 2.0), ("lognormal", 2.0 * np.exp(0.1**2 / 2))])
def test_scatter_has_its_mean_and_spread(law: str, centre: float) -> None:
    values = scatter(2.0, spread=0.1, shape=(100_000,), rng=rng(), law=law)  # type: ignore[arg-type]
    error = values.std() / np.sqrt(values.size)
    assert abs(values.mean() - centre) <= STANDARD_ERRORS * error
    logarithmic = np.log(values).std() if law == "lognormal" else values.std() / 2
    # The error of a standard deviation of n normal numbers is σ/√(2n).
    assert abs(logarithmic - 0.1) <= STANDARD_ERRORS * 0.1 / np.sqrt(2 * values.size)


def test_scatter_without_spread_is_the_nominal_value_and_stays_positive() -> None:
    np.testing.assert_array_equal(scatter(1.5, spread=0.0, shape=(4,), rng=rng()), 1.5)
    assert (scatter(1.0, spread=3.0, shape=(1000,), rng=rng()) > 0).all()


@pytest.mark.parametrize(("field", "value"), [("spread", -0.1), ("nominal", 0.0)])
def test_bad_scatter_is_named(field: str, value: float) -> None:
    given = {"nominal": 1.0, "spread": 0.1} | {field: value}
    with pytest.raises(ValueError, match=f"{field} must be finite"):
        scatter(given["nominal"], spread=given["spread"], shape=(2,), rng=rng())
    with pytest.raises(ValueError, match="law must be 'normal' or 'lognormal', got 'uniform'"):
        scatter(1.0, spread=0.1, shape=(2,), rng=rng(), law="uniform")  # type: ignore[arg-type]


def test_each_cell_moves_with_its_own_factor() -> None:
    device = VARIED(base=ALD(tau=2.0), factor_up=np.array([1.0, 2.0]), factor_down=0.5)
    weights = np.array([1.0, 1.0])
    assert device.q_plus(weights).tolist() == [0.5, 1.0]
    assert device.q_minus(weights).tolist() == [0.75, 0.75]
    # a(1 − w/2) = ½(1 + w/2): w = 2(a − ½)/(a + ½).
    np.testing.assert_allclose(device.symmetric_point, [2 / 3, 1.2], rtol=TWIN)


def test_the_symmetric_point_of_bent_gains_is_found_in_each_cell() -> None:
    base = DEVICES["power"](tau=1.0, gamma=2.0)
    ratio = np.array([0.5, 1.0, 4.0])
    # √a(1 − w) = 1 + w.
    expected = (np.sqrt(ratio) - 1) / (np.sqrt(ratio) + 1)
    device = VARIED(base=base, factor_up=ratio)
    np.testing.assert_allclose(device.symmetric_point, expected, rtol=TWIN, atol=TWIN)
    bounded = DEVICES["exponential_step"](amplitude_up=0.1, amplitude_down=0.1, gamma_up=1.0, gamma_down=1.0)
    points = VARIED(base=bounded, factor_up=np.array([1.0, 100.0])).symmetric_point
    assert points[0] == pytest.approx(0, abs=TWIN)
    assert np.isnan(points[1])  # G only jumps across 0, at the bound


def test_tau_of_each_cell_gives_the_runs_of_single_cells() -> None:
    taus = scatter(2.0, spread=0.2, shape=(1, 1, 3), rng=rng(1))
    together = run(problem(), ALD(tau=taus), step_size=0.1, steps=30, runs=2, seed=0)  # type: ignore[arg-type]
    for cell in range(3):
        alone = run(problem(1), ALD(tau=taus[0, 0, cell]), step_size=0.1, steps=30, runs=2, seed=0)  # type: ignore[arg-type]
        np.testing.assert_array_equal(together.final_weights[..., cell], alone.final_weights[..., 0])
    assert np.unique(together.final_weights[0, 0]).size == 3


def test_random_factors_have_their_spread_and_imbalance() -> None:
    device = VARIED.random(ALD(tau=1.0), shape=(200_000,), rng=rng(2), spread=0.1, imbalance=0.05)
    up, down = device.factor_up, device.factor_down
    # Sum and difference are 2γ and 2r, independent.
    for values, deviation in (((up + down) / 2, 0.1), ((up - down) / 2, 0.05)):
        assert abs(values.std() - deviation) <= STANDARD_ERRORS * deviation / np.sqrt(2 * values.size)
    even = VARIED.random(ALD(tau=1.0), shape=(5,), rng=rng(2))
    np.testing.assert_array_equal(even.q_plus(np.full(5, 0.25)), 0.75)


def test_stuck_cells_hold_their_value_and_the_others_do_not_notice() -> None:
    mask = np.array([False, True, False])
    device = STUCK(base=ALD(tau=4.0), stuck=mask, value=-0.25)
    free = run(problem(), ALD(tau=4.0), step_size=0.1, steps=20, runs=2, seed=0)  # type: ignore[arg-type]
    held = run(problem(), device, step_size=0.1, steps=20, runs=2, seed=0)  # type: ignore[arg-type]
    np.testing.assert_array_equal(held.final_weights[..., ~mask], free.final_weights[..., ~mask])
    np.testing.assert_array_equal(held.final_weights[..., mask], -0.25)
    np.testing.assert_array_equal(held.first_violation, 0)
    assert np.isnan(held.drift_variance).all()
    assert np.isfinite(held.gradient_norm).all()
    np.testing.assert_array_equal(np.isnan(device.symmetric_point), mask)


def test_cells_get_stuck_with_their_probability() -> None:
    device = STUCK.random(ALD(tau=1.0), probability=0.1, shape=(100_000,), rng=rng(3))
    error = np.sqrt(0.1 * 0.9 / 100_000)
    assert abs(device.stuck.mean() - 0.1) <= STANDARD_ERRORS * error
    with pytest.raises(ValueError, match=r"probability must be in 0 <= probability <= 1, got 1\.5"):
        STUCK.random(ALD(tau=1.0), probability=1.5, shape=(3,), rng=rng())
