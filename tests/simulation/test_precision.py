"""float32 in, float32 out: every discovered device, noise, problem and fidelity after `in_precision`."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, FIDELITIES, NOISES, PROBLEMS
from simulation._precision import in_precision
from simulation.devices import Response, asymmetric_linear
from simulation.devices._response import Gains
from simulation.update import analog_update, response
from tests.simulation.cases import devices, fidelities, noises, problems, rng

QUICK = settings(deadline=None, max_examples=12)
ROUNDING = float(np.finfo(np.float32).eps)
# Of the largest value: fields, weights and each operation are rounded to float32 once. What multiplies a rounding is
# the exponent or the steepness of a device, at most 5 here, and the number of summands of a problem, at most 15.
FEW = 64 * ROUNDING


def agree(single: Any, double: Any) -> None:
    """`single` is float32 and equal to `double` but for a few roundings of the largest entry."""
    assert single.dtype == np.float32
    scale = max(1.0, float(np.max(np.abs(double), initial=0.0)))
    np.testing.assert_allclose(single, double, rtol=0, atol=FEW * scale)


def weights_in(device: Response, shape: tuple[int, ...]) -> np.ndarray:
    """float32 weights in the inner nine tenths of the domain, which rounding of its ends cannot leave."""
    finite = bool(np.isfinite(device.domain).all())
    lower, upper = device.domain if finite else (np.array(-1.0), np.array(1.0))
    return np.asarray(lower + (upper - lower) * rng(3).uniform(0.05, 0.95, shape), dtype=np.float32)


def check_device(device: Response) -> None:
    weights: Any = weights_in(device, (1, 5, 3))
    wide, narrow = weights.astype(np.float64), in_precision(device, np.float32)
    change: Any = rng(4).uniform(-0.2, 0.2, weights.shape).astype(np.float32)
    for part in ("q_plus", "q_minus", "symmetric", "asymmetric", "max_gain", "settle"):
        agree(getattr(narrow, part)(weights), getattr(device, part)(wide))
    for single, double in zip(narrow.gains(weights), device.gains(wide), strict=True):
        agree(single, double)
    for function in (analog_update, response):
        agree(function(narrow, weights, change), function(device, wide, change.astype(np.float64)))


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data())
def test_devices_keep_float32(name: str, data: st.DataObject) -> None:
    check_device(data.draw(devices(name)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Widening(asymmetric_linear.Device):
    """Planted fault: one of its arrays is made in float64."""

    def symmetric(self, weights: np.ndarray) -> np.ndarray:
        return np.ones(weights.shape)


def test_a_device_that_widens_is_caught() -> None:
    with pytest.raises(AssertionError):
        check_device(Widening(tau=1.0))


@pytest.mark.parametrize("name", sorted(NOISES))
@QUICK
@given(data=st.data())
def test_noises_keep_float32(name: str, data: st.DataObject) -> None:
    noise = data.draw(noises(name))
    gradient, raw = rng(1).standard_normal((2, 1, 4, 3)).astype(np.float32)[0], noise.draw(rng(2), (4, 3))
    narrow = in_precision(noise, np.float32)
    single = narrow.apply(gradient, in_precision(raw, np.float32))
    double = noise.apply(gradient.astype(np.float64), raw)
    # A sign that hangs on a rounding may flip, and did not with these seeds.
    agree(single, double)
    agree(narrow.variance(gradient), noise.variance(gradient.astype(np.float64)))


@pytest.mark.parametrize("name", sorted(PROBLEMS))
@QUICK
@given(data=st.data())
def test_problems_keep_float32(name: str, data: st.DataObject) -> None:
    problem: Any = data.draw(problems(name, noise=noises("gaussian")))
    weights = rng(1).uniform(-0.5, 0.5, (2, 4, problem.dimension)).astype(np.float32)
    wide, narrow, raw = weights.astype(np.float64), in_precision(problem, np.float32), problem.draw(rng(2), 4)
    agree(narrow.signal(weights, in_precision(raw, np.float32)), problem.signal(wide, raw))
    for single, double in zip(narrow.moments(weights), problem.moments(wide), strict=True):
        agree(single, double)
    agree(narrow.initial, problem.initial)


@pytest.mark.parametrize("name", sorted(FIDELITIES))
@QUICK
@given(data=st.data())
def test_fidelities_keep_float32(name: str, data: st.DataObject) -> None:
    # Changes of 2.5 pulses: no rounding carries the quotient across an integer, and counts stay comparable.
    rule = data.draw(fidelities(name))
    narrow, device = in_precision(rule, np.float32), DEVICES["linear_step"](gamma_up=0.3, gamma_down=0.5)
    weights = weights_in(device, (1, 6, 4))
    change = (2.5 * np.asarray(getattr(rule, "dw_min", 0.01)) * np.sign(weights)).astype(np.float32)
    single = narrow.update(in_precision(device, np.float32), weights, change, rng=rng(5))
    double = rule.update(device, weights.astype(np.float64), change.astype(np.float64), rng=rng(5))
    agree(single, double)


class Pair(NamedTuple):
    left: np.ndarray
    right: Any


@dataclass(frozen=True, kw_only=True, eq=False)
class Nest:
    """Everything that a case may be made of."""

    inner: Any
    label: str = "name"
    counts: Any = None

    @cached_property
    def square(self) -> np.ndarray:
        return np.asarray(self.inner[0].left ** 2)

    @cached_property
    def unknown(self) -> float:
        raise ValueError("nobody knows")


def nest() -> Nest:
    return Nest(inner=(Pair(np.array([1 / 3]), [np.float64(0.1), {"a": np.ones(2)}]), 0.1), counts=np.arange(3))


def test_everything_floating_is_cast_at_any_depth_and_nothing_else() -> None:
    original, cast = nest(), in_precision(nest(), np.float32)
    pair, number = cast.inner
    assert isinstance(pair, Pair)
    assert [pair.left.dtype, pair.right[0].dtype, pair.right[1]["a"].dtype] == [np.float32] * 3
    assert (number, cast.label, cast.counts.dtype) == (0.1, "name", np.dtype(np.int64))
    assert original.inner[0].left.dtype == np.float64


def test_cached_properties_are_evaluated_before_the_cast() -> None:
    cast = in_precision(nest(), np.float32)
    assert cast.square[0] == np.float32((1 / 3) ** 2)
    assert cast.square[0] != np.float32(1 / 3) ** 2  # else this could not tell the order
    with pytest.raises(ValueError, match="nobody knows"):
        _ = cast.unknown


def test_what_needs_no_cast_is_itself() -> None:
    device, gains = DEVICES["asymmetric_linear"](tau=1.0), Gains(np.ones(2), np.ones(2))
    assert in_precision(device, np.float64) is device
    assert in_precision(gains, np.float64) is gains
    assert in_precision(DEVICES["ideal"], np.float32) is DEVICES["ideal"]


def test_fields_stay_read_only() -> None:
    cast = in_precision(DEVICES["asymmetric_linear"](tau=[1.0, 2.0]), np.float32)
    with pytest.raises(ValueError, match="read-only"):
        cast.tau[0] = 3.0


def test_a_field_beyond_the_range_is_named() -> None:
    device = DEVICES["varied"](base=DEVICES["asymmetric_linear"](tau=1e300))
    with pytest.raises(ValueError, match=r"Device\.base\.tau must be within ±3\.403e\+38.*got 1e\+300"):
        in_precision(device, np.float32)


def test_infinite_entries_are_no_overflow() -> None:
    cast = in_precision(np.array([-np.inf, 1 / 3, np.inf, np.nan]), np.float32)
    np.testing.assert_array_equal(cast, np.array([-np.inf, 1 / 3, np.inf, np.nan], np.float32))
