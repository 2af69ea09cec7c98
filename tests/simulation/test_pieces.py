"""Large arrays in pieces: the bits of one piece, whatever varies along which axis, in place or not."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, _blocks, update
from simulation._precision import in_precision
from simulation.devices import Response
from simulation.devices._response import Gains, constant
from simulation.fidelities import FIDELITIES, _binomial, _train
from simulation.fidelities._binomial import binomial
from simulation.update import analog_update
from tests.simulation.cases import devices, rng
from tests.tolerance import TWIN

ALD = DEVICES["asymmetric_linear"]
FIELDS: dict[str, Any] = {
    "number": 1.5,
    "settings": np.array([1.0, 2.0]).reshape(2, 1, 1),
    "coordinates": np.linspace(0.5, 2.0, 7),
    "runs": np.linspace(0.5, 2.0, 40).reshape(40, 1),
    "everything": rng(9).uniform(0.5, 2.0, (2, 40, 7)),
}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """256 bytes: the arrays of these tests then make many pieces, and a remainder."""
    shrink(monkeypatch)


def shrink(patch: pytest.MonkeyPatch) -> None:
    for module in (_blocks, update):
        patch.setattr(module, "BYTES", 256)


def arrays(dtype: Any) -> tuple[Any, Any]:
    weights, change = (rng(seed).normal(0, 0.4, (2, 40, 7)).astype(dtype) for seed in (1, 2))
    return weights, change


def check(device: Response, dtype: Any) -> None:
    (weights, change), device = arrays(dtype), in_precision(device, dtype)
    whole = update.step(device, weights, change)
    gains = device.gains(weights)
    results = [analog_update(device, weights, change, kernel="numpy")]
    results.append(analog_update(device, weights, change, gains=gains, kernel="numpy"))
    results.append(np.full_like(weights, np.nan))
    analog_update(device, weights, change, out=results[2], kernel="numpy")
    results.append(weights.copy())
    analog_update(device, results[3], change, out=results[3], kernel="numpy")
    results.append(change.copy())
    analog_update(device, weights, results[4], out=results[4], kernel="numpy")
    for result in results:
        assert result.dtype == dtype
        np.testing.assert_array_equal(result, whole)


@pytest.mark.parametrize("name", sorted(DEVICES))
@settings(deadline=None, max_examples=3, derandomize=True)
@given(data=st.data())
def test_pieces_change_no_bit(name: str, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        for dtype in (np.float32, np.float64):
            check(data.draw(devices(name)), dtype)


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_fields_may_vary_over_any_axis(field: str) -> None:
    check(ALD(tau=FIELDS[field]), np.float64)


def test_the_axis_is_one_on_which_nothing_varies() -> None:
    found = {
        name: _blocks.free_axis(ALD(tau=field), (2, 40, 7), np.dtype(np.float64)) for name, field in FIELDS.items()
    }
    # Runs, unless they vary; then the longest of the others. None of the axes 1, 2, 3 is free of everything.
    assert found == {"number": 2, "settings": 2, "coordinates": 2, "runs": 1, "everything": None}
    nested = DEVICES["varied"](base=ALD(tau=FIELDS["runs"]))
    assert _blocks.free_axis(nested, (2, 40, 7), np.dtype(np.float64)) == 1
    assert _blocks.free_axis(nested, (2, 40, 7), np.dtype(np.float32)) is None
    held: Any = (np.ones(()), np.ones((1, 40, 1)))
    assert _blocks.free_axis(held, (2, 40, 7), np.dtype(np.float64)) == 1  # entered: tuples, too


def test_an_axis_on_which_a_field_varies_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "free_axis", lambda *_: 2)
    with pytest.raises(ValueError, match="broadcast"):
        check(ALD(tau=FIELDS["runs"]), np.float64)


def test_pieces_cover_everything_once() -> None:
    seen = np.zeros((3, 41, 5), int)
    indices = list(_blocks.pieces(seen.shape, 2, 8))
    for index in indices:
        seen[index] += 1
        assert seen[index].nbytes <= _blocks.BYTES
    assert (seen == 1).all()
    assert len(indices) > 5


def test_unlike_arrays_are_one_piece() -> None:
    weights, change = arrays(np.float64)
    mixed = analog_update(ALD(tau=1.0), weights, change[0].astype(np.float32), kernel="numpy")
    np.testing.assert_array_equal(
        mixed, analog_update(ALD(tau=1.0), weights, change[0].astype(np.float32) * np.ones(1))
    )


def test_a_change_of_more_digits_widens_as_in_one_piece() -> None:
    weights, change = arrays(np.float64)
    whole = weights.astype(np.float32) + change
    moved = analog_update(DEVICES["ideal"](), weights.astype(np.float32), change, kernel="numpy")
    assert moved.dtype == np.float64
    np.testing.assert_array_equal(moved, whole)


def test_gains_that_are_given_are_the_ones_used() -> None:
    weights, change = arrays(np.float64)
    given: Any = Gains(rng(3).uniform(0.5, 2, weights.shape), rng(4).uniform(-0.5, 0.5, weights.shape))
    given.symmetric.flat[0] = 1.0  # no gain is 1 for the first of its entries being it
    moved = analog_update(ALD(tau=1.0), weights, change, gains=given, kernel="numpy")
    whole = weights + change * given.symmetric - np.abs(change) * given.asymmetric
    np.testing.assert_array_equal(moved, whole)


def test_a_constant_gain_is_a_view_of_one_number() -> None:
    zeros: Any = np.zeros((2, 3), np.float32)
    gain: Any = constant(1.0, zeros)
    assert (gain.shape, gain.dtype, gain.strides) == ((2, 3), np.float32, (0, 0))
    assert constant(1.0, np.zeros(2, int)).dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        gain[0, 0] = 2.0


def slow_binomial(uniform: float, trials: int, probability: float) -> int:
    """Smallest n whose cumulated probability reaches the uniform number, from the end that is nearer."""
    flipped = probability > 0.5
    p, level = (1 - probability, 1 - uniform) if flipped else (probability, uniform)
    mass = total = (1 - p) ** trials
    n = 0
    while level > total and n < trials:
        n += 1
        mass = mass * ((trials - n + 1) / n) * (p / (1 - p))
        total += mass
    return trials - n if flipped else n


@pytest.mark.parametrize("cells", [10, 10**6])
def test_binomial_numbers_equal_their_scalar_twin(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_binomial, "_CELLS", cells)
    trials: Any = np.arange(62).reshape(2, 31, 1) % 40.0
    uniform: Any = rng(1).random((31, 5))
    probability: Any = rng(2).random((2, 31, 5))
    drawn = binomial(uniform, trials, probability)
    for s, r, d in np.ndindex(drawn.shape):
        assert drawn[s, r, d] == slow_binomial(uniform[r, d], int(trials[s, r, 0]), probability[s, r, d])


def test_a_uniform_number_on_a_step_of_the_law_belongs_below_it() -> None:
    # Two fair coins: P(N ≤ 0) = 1/4, P(N ≤ 1) = 3/4, without rounding.
    drawn = binomial(np.array([0.25, 0.5, 0.75, 0.875]), np.full(4, 2.0), np.full(4, 0.5))
    assert drawn.tolist() == [0, 1, 1, 2]


@pytest.mark.parametrize("trials", [20, 255, 256, 300, 1000])
def test_counts_of_any_size_keep_their_order_and_their_limit(trials: int) -> None:
    # The last uniform number below 1, which the rounded sum of the law does not always reach, beside longer trains.
    most, probability = np.full((200, 2), [trials, trials // 2]), rng(2).uniform(0, 1, (200, 1))
    middle, end = (binomial(np.full((200, 1), u), most, probability) for u in (0.5, np.nextafter(1.0, 0.0)))
    assert (np.abs(middle - most * probability) <= 1).all()  # a median, an integer, is within ln 2 of the mean
    assert ((middle <= end) & (end <= most)).all()


def test_binomial_numbers_of_float32_probabilities_are_float64s() -> None:
    probability: Any = rng(2).random((50, 40)).astype(np.float32)
    uniform, trials = rng(1).random((50, 40)), np.full((50, 1), 31.0)
    exact = binomial(uniform, trials, probability.astype(np.float64))
    np.testing.assert_array_equal(binomial(uniform, np.asarray(trials), probability), exact)


@pytest.mark.parametrize("correlated", [True, False])
def test_a_change_that_is_no_number_loses_its_run_and_no_other(correlated: bool) -> None:
    change = np.full((1, 3, 4), 0.01)
    change[0, 1, 2] = np.nan
    for device in (ALD(tau=1.0), DEVICES["power"](tau=1.0, gamma=2.0)):
        rule = FIDELITIES["stochastic"](dw_min=0.003, correlated=correlated)
        lost = np.isnan(rule.update(device, np.zeros((1, 3, 4)), change, rng=rng(1)))
        assert lost[0, 1, 2]
        assert not lost[0, [0, 2]].any()


def test_choosing_by_bits_is_choosing() -> None:
    yes, no = (rng(seed).normal(size=(2, 3, 4)) for seed in (1, 2))
    yes[0, 0], no[0, 1] = [np.nan, -0.0, np.inf, 5e-324], [-0.0, np.nan, 0.0, -np.inf]
    mask = rng(3).random((2, 3, 4)) < 0.5
    for dtype in (np.float64, np.float32):
        first: Any = yes.astype(dtype)
        second: Any = no.astype(dtype)
        chosen: Any = _train._chosen(mask, first, second)
        assert chosen.dtype == dtype
        assert chosen.tobytes() == np.where(mask, first, second).tobytes()
        assert chosen.tobytes() != np.where(mask, second, first).tobytes()


@pytest.mark.parametrize("shape", [(), (2, 1, 1)])
def test_the_table_of_pulses_is_the_formula(shape: tuple[int, ...]) -> None:
    falls = [np.asarray(rng(seed).uniform(0, 0.1, shape)) for seed in (1, 2)]
    up, counts = rng(3).random((2, 50, 40)) < 0.5, rng(4).integers(9, size=(2, 50, 40)).astype(float)
    table = _train._looked_up(falls, up, counts)
    assert table is not None
    # One rounding of the library's functions, which may be other code for vectors than for single numbers.
    np.testing.assert_allclose(table, _train._effective(np.where(up, falls[1], falls[0]), counts), rtol=TWIN)
    wrong = _train._looked_up(falls[::-1], up, counts)
    assert wrong is not None
    assert not np.allclose(table, wrong, rtol=TWIN)
    assert _train._looked_up(falls, up, counts * 1e4) is None
    counts[0, 0, 0] = np.nan
    assert _train._looked_up(falls, up, counts) is None
