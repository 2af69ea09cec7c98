"""The compiled loop draws NumPy's normal numbers and leaves its generator where NumPy would, or is not used."""

from typing import Any

import numpy as np
import pytest

from simulation import _loops, _normals
from simulation._normals import FastGenerator, drawn
from simulation.plan import generators, step_generator

PRECISIONS = [np.dtype(np.float32), np.dtype(np.float64)]
INSTALLED = _loops.available()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile without waiting for work."""
    monkeypatch.setattr(_normals, "PAYS_AFTER", 0)


def both(seed: int) -> tuple[np.random.Generator, np.random.Generator]:
    return FastGenerator(np.random.SFC64(seed)), np.random.Generator(np.random.SFC64(seed))


@pytest.mark.parametrize("kind", PRECISIONS)
@pytest.mark.parametrize("size", [1000, 1001, (40, 50), (3, 1, 1001), 1_000_003])
def test_numbers_and_state_are_numpys(kind: Any, size: Any) -> None:
    ours, theirs = both(3)
    assert (drawn(np.random.SFC64(3), size, kind) is not None) == INSTALLED
    for _ in range(3):
        mine = ours.standard_normal(size, kind)
        np.testing.assert_array_equal(mine, theirs.standard_normal(size, kind), strict=True)
        assert repr(ours.bit_generator.state) == repr(theirs.bit_generator.state)
        # An odd number of halves of words leaves one behind, with which the next draw begins.
        assert ours.standard_normal(dtype=np.float32) == theirs.standard_normal(dtype=np.float32)


def test_the_runs_generators_use_it() -> None:
    for rng in (*generators(5, 2), step_generator(5, 3)):
        assert isinstance(rng, FastGenerator)
        assert isinstance(rng.spawn(1)[0], FastGenerator)


def test_few_numbers_other_kinds_and_other_sources_are_numpys() -> None:
    for arguments in ((None, np.float64), (999, np.float64), (2000, np.int32)):
        assert drawn(np.random.SFC64(1), *arguments) is None
    assert drawn(np.random.PCG64(1), 2000, np.float64) is None
    with pytest.raises(ValueError, match="negative"):
        FastGenerator(np.random.SFC64(1)).standard_normal((-40, -50))


def test_the_loop_is_made_when_enough_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_normals, "_drawn", dict.fromkeys(PRECISIONS, 0))
    monkeypatch.setattr(_normals, "PAYS_AFTER", 3000)
    monkeypatch.setattr(_loops, "available", lambda: True)
    monkeypatch.setattr(_normals, "_loop", lambda kind: lambda out, state, source: out.fill(7))
    found = [drawn(np.random.SFC64(1), 1000, np.float32) is not None for _ in range(4)]
    assert found == [False, False, True, True]
    assert drawn(np.random.SFC64(1), 1000, np.float64) is None


def test_without_numba_numpy_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_loops, "available", lambda: False)
    assert drawn(np.random.SFC64(1), 2000, np.float64) is None


def wrong_sign(out: Any, state: Any, source: Any) -> None:
    np.negative(np.random.Generator(np.random.SFC64(1)).standard_normal(out.size, out.dtype), out=out)


def wrong_state(out: Any, state: Any, source: Any) -> None:
    out[:] = np.random.Generator(np.random.SFC64(1)).standard_normal(out.size, out.dtype)


def absent(*_: Any) -> None:
    raise AttributeError("random_standard_normal")


@pytest.mark.parametrize("kind", PRECISIONS)
@pytest.mark.parametrize("planted", [lambda kind: wrong_sign, lambda kind: wrong_state, absent])
def test_a_loop_that_is_not_numpys_is_not_used(planted: Any, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_normals, "_compiled_loop", planted)
    assert _normals._made.__wrapped__(kind) is None
