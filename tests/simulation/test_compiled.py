"""One loop instead of numpy's passes: the same bits, for every device that can be read, and a refusal for the others.

The loop's text runs as Python everywhere and compiled where numba is installed.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, _compiled, _loops
from simulation._precision import in_precision
from simulation._traced import _EXACT, UnreadableError, read
from simulation.devices import Response, asymmetric_linear
from simulation.devices._response import Gains
from simulation.fidelities import mean
from simulation.update import analog_update, step
from tests.simulation.cases import devices, rng

ALD = DEVICES["asymmetric_linear"]
PRECISIONS = [np.float32, np.float64]
SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0]
COMPILERS = ["python", *(["numba"] if _loops.available() else [])]


def same(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return function


@pytest.fixture(params=COMPILERS)
def compiler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if name == "python":
        as_python(monkeypatch)
    return name


def as_python(patch: pytest.MonkeyPatch) -> None:
    """Run the loops as they are written, whether numba is there or not; the cache would mix the two."""
    patch.setattr(_loops, "available", lambda: True)
    patch.setattr(_loops, "compiler", lambda: same)
    patch.setattr(_loops, "_loop", _loops._loop.__wrapped__)


def arrays(shape: tuple[int, ...], dtype: Any) -> tuple[np.ndarray, np.ndarray]:
    weights, change = (rng(seed).normal(0, 0.7, shape).astype(dtype) for seed in (1, 2))
    count = min(len(SPECIAL), weights.size // 2)
    weights.reshape(-1)[:count], change.reshape(-1)[-count:] = SPECIAL[:count], SPECIAL[:count]
    return weights, change


def bits(values: np.ndarray) -> np.ndarray:
    """The numbers as integers; all NaNs are alike, since which one comes out is nobody's promise."""
    return np.where(np.isnan(values), np.asarray(np.nan, values.dtype), values).view(f"i{values.itemsize}")


def check(device: Response, shape: tuple[int, ...], dtype: Any, *, in_place: bool = True) -> None:
    device, (weights, change) = in_precision(device, dtype), arrays(shape, dtype)
    with np.errstate(all="ignore"):
        expected = analog_update(device, weights, change, kernel="numpy")
        made = analog_update(device, weights, change, kernel="numba")
        within = weights.copy()
        assert not in_place or analog_update(device, within, change, kernel="numba", out=within) is within
    for result in (made, within) if in_place else (made,):
        assert result.dtype == dtype
        np.testing.assert_array_equal(bits(result), bits(expected))


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", sorted(DEVICES))
@settings(deadline=None, max_examples=3, derandomize=True)
@given(data=st.data())
def test_every_device_has_numpys_bits_or_is_refused(name: str, dtype: Any, data: st.DataObject) -> None:
    device = data.draw(devices(name))
    with pytest.MonkeyPatch.context() as patch:
        as_python(patch)
        plan = _compiled._plan(step, in_precision(device, dtype), np.zeros(1, dtype))
        assert plan is not None
        assert device.affine is None or plan.program is not None
        if plan.program is None:  # exponentials, powers and interpolations differ from library to library
            refused(in_precision(device, dtype), dtype)
        else:
            check(device, (2, 3, 4), dtype)


def refused(device: Response, dtype: Any) -> None:
    weights = np.full((2, 3), 0.1, dtype)
    with pytest.raises(ValueError, match=r"kernel cannot be 'numba' here: .* must consist of exactly rounded"):
        analog_update(device, weights, weights, kernel="numba")
    np.testing.assert_array_equal(
        analog_update(device, weights, weights), analog_update(device, weights, weights, kernel="numpy")
    )


def column(*values: float) -> np.ndarray:
    return np.array(values).reshape(-1, 1, 1)


LAYOUTS: dict[str, Response] = {
    "one": DEVICES["linear_step"](gamma_up=0.3, gamma_down=0.5),
    "settings": DEVICES["linear_offset"](tau=column(1.0, 2.0), offset=0.3),
    "coordinates": ALD(tau=[1.0, 2.0, 0.5, 1.5, 3.0]),
    "settings and coordinates": DEVICES["linear_offset"](tau=column(1.0, 2.0), offset=[0.1, 0.2, 0.3, 0.4, 0.5]),
    "cells of a run": DEVICES["varied"](base=ALD(tau=1.0), factor_up=rng(3).uniform(0.5, 2.0, (1, 3, 5))),
    "runs": ALD(tau=[[1.0], [2.0], [0.5]]),
    "stuck": DEVICES["stuck"](base=DEVICES["constant_step"](), stuck=rng(4).random(5) < 0.5, value=0.25),
}


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_fields_may_vary_over_any_axis(compiler: str, layout: str) -> None:
    check(LAYOUTS[layout], (2, 3, 5), np.float32, in_place=compiler == "python")


def test_long_rows_are_the_same_too(compiler: str) -> None:
    # Long enough for vector instructions of any width, with a remainder.
    check(LAYOUTS["one"], (3, 1021), np.float64)


def fused(weights: np.ndarray, change: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """w + x·F with one rounding."""
    exact = [Fraction(w) + Fraction(x) * Fraction(f) for w, x, f in zip(weights, change, gain, strict=True)]
    return np.array([float(value) for value in exact])


def test_a_fused_multiply_add_would_be_seen() -> None:
    weights, change = (rng(seed).normal(0, 0.7, 50) for seed in (1, 2))
    gain = LAYOUTS["one"].symmetric(weights)
    assert (fused(weights, change, gain) != weights + change * gain).sum() > 10


class Swapped(asymmetric_linear.Device):
    """Planted fault: symbols are told another formula than arrays are."""

    def asymmetric(self, weights: Any) -> Any:
        return weights * (1 / self.tau) if not isinstance(weights, np.ndarray) else weights / self.tau


def test_a_formula_of_other_roundings_is_caught(compiler: str) -> None:
    with pytest.raises(AssertionError):
        check(Swapped(tau=0.77), (20, 50), np.float64)


def test_auto_compiles_when_enough_was_done(compiler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    weights, device, made = np.full((4, 5), 0.25), DEVICES["linear_offset"](tau=7.0, offset=0.125), list[str]()
    expected = analog_update(device, weights, weights, kernel="numpy")
    monkeypatch.setattr(_loops, "_done", {})
    monkeypatch.setattr(_compiled, "PAYS_AFTER", 3 * weights.size)
    run = _loops.Loops.run

    def noted(*arguments: Any, **named: Any) -> Any:
        made.append("loop")
        return run(*arguments, **named)

    monkeypatch.setattr(_loops.Loops, "run", noted)
    for _ in range(5):
        np.testing.assert_array_equal(analog_update(device, weights, weights), expected)
    assert made == ["loop"] * 3


def test_threads_share_a_loop(compiler: str) -> None:
    device, (weights, change) = LAYOUTS["settings"], arrays((2, 30, 5), np.float64)
    with np.errstate(all="ignore"):
        expected = analog_update(device, weights, change, kernel="numpy")
        with ThreadPoolExecutor(4) as pool, np.errstate(all="ignore"):
            update = [pool.submit(quiet, device, weights, change) for _ in range(8)]
    for result in update:
        np.testing.assert_array_equal(bits(result.result()), bits(expected))


def quiet(device: Response, weights: np.ndarray, change: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return analog_update(device, weights, change, kernel="numba")


def test_without_numba_auto_is_numpy_and_numba_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_loops, "available", lambda: False)
    monkeypatch.setattr(_compiled, "PAYS_AFTER", 0)
    np.testing.assert_array_equal(analog_update(ALD(tau=2.0), np.ones(2), np.ones(2)), [1.5, 1.5])
    for attempt in (
        lambda: analog_update(ALD(tau=2.0), np.ones(2), np.ones(2), kernel="numba"),
        lambda: mean.Fidelity(kernel="numba"),
    ):
        with pytest.raises(ValueError, match=r"aimc-pipeline\[fast\]"):
            attempt()


def test_an_unknown_kernel_is_named() -> None:
    wrong: Any = "fortran"
    with pytest.raises(ValueError, match=r"kernel must be one of \['auto', 'numpy', 'numba'\], got 'fortran'"):
        mean.Fidelity(kernel=wrong)


def test_arrays_that_do_not_fit_a_loop_are_numpys(compiler: str) -> None:
    device, weights = ALD(tau=2.0), np.ones((4, 6))
    unlike: list[Any] = [np.ones(6), np.ones((4, 12))[:, ::2], np.ones((4, 6), np.float32)]
    for change in unlike:
        with pytest.raises(ValueError, match="contiguous arrays of one shape and precision"):
            analog_update(device, weights, change, kernel="numba")
        np.testing.assert_array_equal(analog_update(device, weights, change), np.full((4, 6), 1.5))


def test_the_mean_dynamics_asks_for_the_kernel_it_was_given(compiler: str) -> None:
    apart: Any = np.ones((4, 12))[:, ::2]
    with pytest.raises(ValueError, match="contiguous"):
        mean.Fidelity(kernel="numba").update(ALD(tau=2.0), apart, apart)
    assert mean.Fidelity(kernel="numpy").update(ALD(tau=2.0), apart, apart).shape == (4, 6)


def decides(weights: Any) -> Any:
    return weights if weights > 0 else -weights


@pytest.mark.parametrize(
    "function",
    [
        np.exp,
        np.cumsum,
        decides,
        lambda w: w + np.inf,
        lambda w: w + np.float32(1),
        np.add.accumulate,
        lambda w: np.asarray(w) + 1,
        lambda w: np.multiply(w, 2.0, dtype=np.float32),
        lambda w: 1.0,
    ],
)
def test_what_is_not_elementwise_or_exact_is_not_read(function: Callable[[Any], Any]) -> None:
    with pytest.raises(UnreadableError):
        read(function, ("w",), np.dtype(np.float64))


def test_a_program_by_hand() -> None:
    program = read(lambda w, x: np.abs(w - 2 * x) + (w - 2 * x), ("w", "x"), np.dtype(np.float64))
    assert program.lines == ("v0 = T(2.0) * x", "v1 = w - v0", "v2 = abs(v1)", "v3 = v2 + v1")
    assert (program.results, program.parameters) == (("v3",), ())


def carried_out(function: Callable[..., Any], *values: float) -> Any:
    """The program of a function, line by line as Python, at numbers."""
    names = ("w", "x")[: len(values)]
    program = read(function, names, np.dtype(np.float64))
    space: dict[str, Any] = {"T": np.float64} | dict(zip(names, map(np.float64, values), strict=True))
    exec("\n".join(program.lines), space)  # noqa: S102  # lines that the reader made
    return space[program.results[0]]


@pytest.mark.parametrize("operation", _EXACT, ids=lambda operation: operation.__name__)
def test_every_operation_is_read_as_what_numpy_does(operation: np.ufunc) -> None:
    numbers = (-2.0, 0.5, 3.0)  # no zero: a division by it is compared in whole loops
    for case in itertools.product(numbers, repeat=operation.nin):
        assert carried_out(operation, *case) == operation(*case)


def test_choices_and_bounds_are_read_as_what_numpy_does() -> None:
    for value in (-2.0, -1.0, 0.5, 1.0, 3.0):
        assert carried_out(lambda w: np.clip(w, -1.0, 1.0), value) == np.clip(value, -1.0, 1.0)
        assert carried_out(lambda w: np.where(w < 1.0, w, 7.0), value) == np.where(value < 1.0, value, 7.0)


class Reciprocal(asymmetric_linear.Device):
    """Divides by the weight, which may be 0, and brings a number of Python's."""

    def gains(self, weights: Any) -> Gains:
        return Gains(1 - 0.3 * weights, 0.1 / weights)


def test_a_division_by_zero_is_numpys(compiler: str) -> None:
    check(Reciprocal(tau=1.0), (4, 6), np.float64)


class Plain(type(DEVICES["ideal"]())):  # type: ignore[misc]
    """No array among its fields, hence the same object in every precision."""

    def gains(self, weights: Any) -> Gains:
        return Gains(1 - 0.3 * weights, 0.1 * weights)


def test_one_device_serves_two_precisions(compiler: str) -> None:
    device = Plain()
    assert in_precision(device, np.float32) is device
    for dtype in (np.float64, np.float32, np.float64):
        check(device, (20, 50), dtype)


@pytest.mark.parametrize("bounds", [(0.0, 1.0), (-1.0, 0.0), (np.array([-1.0, -0.0]), np.array([1.0, 1.0]))])
def test_a_bound_at_zero_is_left_to_numpy(bounds: tuple[Any, Any]) -> None:
    with pytest.raises(UnreadableError, match="a bound at 0"):
        read(lambda weights: np.clip(weights, *bounds), ("w",), np.dtype(np.float64))


def test_two_formulas_of_one_device_are_two_loops() -> None:
    device, weights, change = DEVICES["asymmetric_linear"](tau=2.0), np.full(3, 0.5), np.full(3, 0.1)

    def twice(device: Any, weights: Any, change: Any) -> Any:
        return weights + change * 2.0

    plain = _compiled.update(step, device, weights, change, out=None, demanded=True)
    double = _compiled.update(twice, device, weights, change, out=None, demanded=True)
    assert plain is not None
    assert double is not None
    np.testing.assert_array_equal(double, 0.7)
    assert not np.array_equal(plain, double)
