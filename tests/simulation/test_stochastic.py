"""Stochastic pulse trains: probabilities by hand, counts in law, correlations, saturation, the pulse-exact limit."""

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulation import DEVICES
from simulation.fidelities import FIDELITIES, stochastic
from simulation.fidelities._binomial import binomial
from tests.tolerance import STANDARD_ERRORS, TWIN

ALD, STOCHASTIC, PULSES = DEVICES["asymmetric_linear"], FIDELITIES["stochastic"], FIDELITIES["pulses"]
WIDE = DEVICES["constant_step"](lower=-9.0, upper=9.0)
DW = 0.001


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def trains(x: list[float], d: list[float], rate: float = 1.0, **fields: Any) -> stochastic.Trains:
    made: stochastic.Trains = STOCHASTIC(dw_min=DW, **fields).trains(np.array(x), np.array(d), rate)
    return made


def test_probabilities_by_hand() -> None:
    # k = 1·0.01/0.001 = 10, BL = 10, √(k/BL) = 1 for the largest entries.
    sent = trains([1.0, 0.5], [0.01, -0.0025])
    assert sent.slots == 10
    np.testing.assert_allclose(sent.columns, [1.0, 0.5], rtol=TWIN)
    np.testing.assert_allclose(sent.rows, [1.0, 0.25], rtol=TWIN)
    # All slots used: a bit of the largest entries has probability √(10/40) = ½.
    fixed = trains([1.0, 0.5], [0.01, -0.0025], bit_length=40, bit_length_management=False)
    assert fixed.slots == 40
    np.testing.assert_allclose(fixed.columns, [0.5, 0.25], rtol=TWIN)
    np.testing.assert_allclose(fixed.rows, [0.5, 0.125], rtol=TWIN)


def test_management_balances_and_saturates_only_the_rows() -> None:
    # k = 80 > L = 20: the column stays at 1, rows are 4·d/max|d| clipped to 1.
    sent = trains([1.0], [0.08, 0.01], bit_length=20)
    assert sent.slots == 20
    np.testing.assert_allclose(sent.columns, [1.0], rtol=TWIN)
    np.testing.assert_allclose(sent.rows, [1.0, 0.5], rtol=TWIN)
    # Without management both are √(η/(g·L)) times the entry: √(1000/20) = 7.07.
    plain = trains([1.0], [0.08, 0.01], bit_length=20, update_management=False)
    np.testing.assert_allclose(plain.columns, [1.0], rtol=TWIN)
    np.testing.assert_allclose(plain.rows, np.sqrt(50) * np.array([0.08, 0.01]), rtol=TWIN)


def test_nothing_to_update_sends_nothing() -> None:
    sent = trains([0.0, 0.0], [1.0])
    assert sent.slots == 0
    weights = np.full((1, 2), 0.5)
    moved = STOCHASTIC().rank_one(ALD(tau=1.0), weights, np.zeros(2), np.ones(1), step_size=1.0, rng=rng())
    np.testing.assert_array_equal(moved, weights)


@pytest.mark.parametrize("correlated", [True, False])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_certain_bits_are_the_pulse_exact_update(correlated: bool, sign: float) -> None:
    # One cell, k an integer: every bit has probability 1, so N = BL = k without randomness.
    weights, change = np.full((3, 1), 0.2), np.full((3, 1), sign * 0.016)
    rule = STOCHASTIC(dw_min=0.001, correlated=correlated)
    moved = rule.update(ALD(tau=1.0), weights, change, rng=rng())
    np.testing.assert_array_equal(moved, PULSES(dw_min=0.001).update(ALD(tau=1.0), weights, change))


def cells(correlated: bool, repeats: int = 20_000, **fields: Any) -> np.ndarray:
    """Pulse counts (repeats, 2, 2) of x = (1, 0.4), d = (0.01, −0.005)."""
    x, d = np.tile([1.0, 0.4], (repeats, 1)), np.tile([0.01, -0.005], (repeats, 1))
    rule = STOCHASTIC(dw_min=DW, correlated=correlated, **fields)
    moved = rule.rank_one(WIDE, np.zeros((repeats, 2, 2)), x, d, step_size=1.0, rng=rng(7))
    counts: np.ndarray = np.rint(np.abs(moved) / DW)
    return counts


@pytest.mark.parametrize("correlated", [True, False])
def test_counts_follow_the_binomial_law(correlated: bool) -> None:
    counts = cells(correlated, bit_length=20, bit_length_management=False)
    p_x, p_d = np.sqrt(0.5) * np.array([1.0, 0.4]), np.sqrt(0.5) * np.array([1.0, 0.5])
    for i, j in itertools.product(range(2), repeat=2):
        law = stats.binom(20, p_d[i] * p_x[j])
        seen = np.bincount(counts[:, i, j].astype(int), minlength=21) / len(counts)
        allowed = STANDARD_ERRORS * np.sqrt(law.pmf(np.arange(21)) / len(counts)) + 2 / len(counts)
        assert (np.abs(seen - law.pmf(np.arange(21))) <= allowed).all()
        wrong = stats.binom(20, p_d[i] * p_x[j] * 1.1).pmf(np.arange(21))  # the falsifier: a tenth more
        assert (np.abs(seen - wrong) > allowed).any()


def test_cells_of_a_row_share_bits_only_if_correlated() -> None:
    # cov(N_ij, N_ik) = BL·p_xj·p_xk·p_d(1 − p_d).
    p_x, p_d, slots = np.sqrt(0.5) * np.array([1.0, 0.4]), np.sqrt(0.5), 20
    predicted = slots * p_x[0] * p_x[1] * p_d * (1 - p_d)
    fields = {"bit_length": 20, "bit_length_management": False}
    for correlated, expected in ((True, predicted), (False, 0.0)):
        counts = cells(correlated, **fields)
        products = (counts[:, 0, 0] - counts[:, 0, 0].mean()) * (counts[:, 0, 1] - counts[:, 0, 1].mean())
        error = products.std() / np.sqrt(len(products))
        assert abs(products.mean() - expected) <= STANDARD_ERRORS * error
        assert predicted > 2 * STANDARD_ERRORS * error  # else the two could not be told apart


def test_the_mean_is_the_desired_change_until_it_saturates() -> None:
    repeats, weights = 40_000, np.zeros((40_000, 3))
    change = np.tile([0.012, -0.003, 0.0], (repeats, 1))
    moved = STOCHASTIC(dw_min=DW).update(WIDE, weights, change, rng=rng(3))
    error = moved.std(axis=0) / np.sqrt(repeats)
    # The largest entry is sent with certainty; its mean may only differ by rounding.
    assert (np.abs(moved.mean(axis=0) - change[0]) <= STANDARD_ERRORS * error + TWIN).all()
    large = STOCHASTIC(dw_min=DW, bit_length=10).update(WIDE, weights, 100 * change, rng=rng(3))
    np.testing.assert_allclose(np.abs(large[:, :2]), 10 * DW, rtol=TWIN)  # never more than L pulses


def test_binomial_numbers_are_the_inverse_of_the_law() -> None:
    uniform, p = rng(1).random((200, 1)), np.array([0.0, 0.01, 0.3, 0.5, 0.7, 0.99, 1.0])
    for trials in (0, 1, 31, 1000):
        drawn = binomial(uniform, np.array(float(trials)), p)
        law = stats.binom(trials, p)
        # P(N < n) < u ≤ P(N ≤ n), up to the rounding of a sum of 1000 terms.
        assert (law.cdf(drawn) >= uniform - 1e3 * TWIN).all()
        assert (law.cdf(drawn - 1) <= uniform + 1e3 * TWIN).all()
    assert np.isnan(binomial(np.array([0.5]), np.array([3.0]), np.array([np.nan])))[0]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"bit_length": 0}, r"bit_length must be an integer in 1\.\.1000, got 0"),
        ({"bit_length": 1001}, r"bit_length must be an integer in 1\.\.1000, got 1001"),
        ({"granularity": -1.0}, "granularity must be finite and > 0"),
        ({"dw_min": np.nan}, "dw_min must be finite and > 0"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        STOCHASTIC(**fields)


def test_a_bad_step_size_is_named() -> None:
    with pytest.raises(ValueError, match="step_size must be finite and > 0"):
        STOCHASTIC().rank_one(ALD(tau=1.0), np.zeros((1, 1)), np.ones(1), np.ones(1), step_size=0.0, rng=rng())
