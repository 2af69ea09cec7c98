"""A training's update by one loop: numpy's bits, whatever the device's lines, the rule and how the arrays lie."""

from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, _compiled, _loops
from simulation._loops import Loops
from simulation.training._lines import Lines
from tests.simulation.cases import rng
from tests.simulation.test_compiled import COMPILERS, as_python, bits

ROWS, COLUMNS = 4, 5
CELLS = np.linspace(0.8, 3.0, ROWS * COLUMNS)
SETTINGS = np.array([0.7, 2.0]).reshape(2, 1, 1)
ALD, OFFSET = DEVICES["asymmetric_linear"], DEVICES["linear_offset"]
CASES = {
    "one": ALD(tau=0.77),
    "two gains": OFFSET(tau=0.77, offset=0.3),
    "settings": ALD(tau=SETTINGS),
    "cells": OFFSET(tau=CELLS, offset=0.3),
    "cells and settings": ALD(tau=CELLS * SETTINGS),
    "ideal": DEVICES["ideal"](),
}


@pytest.fixture(params=COMPILERS)
def compiler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if name == "python":
        as_python(monkeypatch)
    return name


def moved(device: Any, kernel: Any, runs: int, dtype: Any, *, sized: bool, within: bool) -> np.ndarray:
    """Weights after an update in two blocks of rows."""
    lines: Any = Lines.of(device, np.dtype(dtype))
    shape = (2, runs, ROWS, COLUMNS)
    weights, change, sizes = (rng(seed).normal(0, 0.5, shape).astype(dtype) for seed in (1, 2, 3))
    out = weights if within else np.zeros_like(weights)
    for rows in (slice(0, 3), slice(3, 6)):
        part = [np.ascontiguousarray(array[..., rows, :]) for array in (change, np.abs(sizes))]
        lines.update(weights, out, rows, part[0], part[1] if sized else None, kernel)
    return out


def check(name: str, dtype: Any, *, sized: bool) -> None:
    for runs, within in ((1, False), (3, False), (3, True)):
        numpys, loops = (
            moved(CASES[name], kernel, runs, dtype, sized=sized, within=within) for kernel in ("numpy", "numba")
        )
        np.testing.assert_array_equal(bits(loops), bits(numpys))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sized", [False, True])
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_loop_has_numpys_bits(name: str, sized: bool, dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_python(monkeypatch)
    check(name, dtype, sized=sized)


def test_a_compiled_one_too(compiler: str) -> None:
    check("two gains", np.float32, sized=False)


def together(within: bool) -> None:
    """One update whose rows lie together, against the formula."""
    lines: Any = Lines.of(ALD(tau=0.77), np.dtype(np.float64))
    weights, change = (rng(seed).normal(0, 0.5, (1, 1, 40, COLUMNS)) for seed in (1, 2))
    expected = weights + (change - np.abs(change) * weights * np.asarray(1 / 0.77))
    out, kept = (weights if within else np.zeros_like(weights)), change.copy()
    lines.update(weights, out, slice(0, 40), change, None, "numba")
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(change, kept)  # not needed as a place for the result


@pytest.mark.parametrize("within", [False, True])
def test_rows_that_lie_together_are_written_at_once(compiler: str, within: bool) -> None:
    together(within)


def test_a_formula_of_other_roundings_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    as_python(monkeypatch)
    monkeypatch.setattr(Lines, "_formula", lambda self, shape, place, w, x: w + (x - np.abs(x) * (w * (1 / 0.77))))
    with pytest.raises(AssertionError):
        together(within=False)


def made(kernel: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many of four updates of 60 weights each, in one block, are made by a loop."""
    count, run = 0, Loops.run

    def noted(*arguments: Any, **named: Any) -> bool:
        nonlocal count
        count += 1
        return run(*arguments, **named)

    monkeypatch.setattr(Loops, "run", noted)
    monkeypatch.setattr(_loops, "_done", {})
    lines: Any = Lines.of(ALD(tau=0.77), np.dtype(np.float64))
    weights = rng(1).normal(0, 0.5, (1, 3, ROWS, COLUMNS))
    for _ in range(4):
        lines.update(weights, weights.copy(), slice(0, ROWS), weights.copy(), None, kernel)
    return count


@pytest.mark.parametrize(("kernel", "count"), [("numpy", 0), ("numba", 4), ("auto", 2)])
def test_the_kernel_asked_for_is_used(kernel: Any, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    as_python(monkeypatch)
    monkeypatch.setattr(_compiled, "PAYS_AFTER", 3 * 60)
    assert made(kernel, monkeypatch) == count


def test_without_numba_numpy_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_loops, "available", lambda: False)
    monkeypatch.setattr(_compiled, "PAYS_AFTER", 0)
    assert made("auto", monkeypatch) == 0
