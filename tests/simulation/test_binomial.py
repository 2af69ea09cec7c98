"""Binomial numbers by one loop: numpy's, whatever the shapes, and lost cells stay lost."""

from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, FIDELITIES, _loops, run
from simulation.fidelities import _binomial
from simulation.fidelities._binomial import binomial
from tests.simulation.cases import rng
from tests.simulation.test_compiled import COMPILERS
from tests.simulation.test_fused import problem
from tests.tolerance import TWIN

NEVER = 10**18
SHAPES = {  # of uniforms, trials and probabilities
    "cells of a run": ((4, 6, 1), (2, 4, 1, 1), (2, 4, 6, 1)),
    "cells of an array": ((4, 3, 5), (2, 4, 1, 1), (2, 4, 3, 5)),
    "one number of trials": ((40,), (), (40,)),
    "a number of trials each": ((40,), (40,), (40,)),
    "one number": ((), (), ()),
}


@pytest.fixture(params=COMPILERS)
def compiler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    monkeypatch.setattr(_loops, "available", lambda: True)
    monkeypatch.setattr(_binomial, "_made", [0])
    if name == "python":
        monkeypatch.setattr(_binomial, "_loop", lambda: _binomial._search)
    return name


def both(patch: pytest.MonkeyPatch, *arguments: Any) -> tuple[np.ndarray, np.ndarray]:
    patch.setattr(_binomial, "PAYS_AFTER", NEVER)
    plain = binomial(*arguments)
    patch.setattr(_binomial, "PAYS_AFTER", 0)
    return plain, binomial(*arguments)


def drawn(name: str, most: int, dtype: Any) -> list[Any]:
    """Uniforms, trials from 0 on and probabilities with 0, ½, 1 and NaN among them."""
    u, t, p = SHAPES[name]
    chance = rng(3).random(p)
    special = [0.0, 0.5, 1.0, np.nan][: chance.size // 3]
    chance.reshape(-1)[: len(special)] = special
    return [rng(1).random(u).astype(dtype), rng(2).integers(0, most + 1, t).astype(dtype), chance.astype(dtype)]


@pytest.mark.parametrize("most", [1, 31, 1000])
@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_loop_makes_numpys_numbers(name: str, most: int, compiler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for dtype in (np.float32, np.float64):
        plain, loops = both(monkeypatch, *drawn(name, most, dtype))
        np.testing.assert_array_equal(loops, plain, strict=True)


def test_lost_runs_stay_lost(compiler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    uniform, trials, chance = drawn("cells of a run", 9, np.float64)
    trials[1, 2] = np.nan
    plain, loops = both(monkeypatch, uniform, trials, chance)
    assert np.isnan(plain[1, 2]).all()
    np.testing.assert_array_equal(loops, plain)


def test_the_loop_is_used_when_enough_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[int] = []
    monkeypatch.setattr(_binomial, "_made", [0])
    monkeypatch.setattr(_binomial, "PAYS_AFTER", 100)
    monkeypatch.setattr(_loops, "available", lambda: True)
    monkeypatch.setattr(_binomial, "_by_loop", lambda u, t, p, count: used.append(count.size))
    for _ in range(4):
        binomial(*drawn("one number of trials", 9, np.float64))
    assert used == [40, 40]
    monkeypatch.setattr(_loops, "available", lambda: False)
    assert binomial(*drawn("one number of trials", 9, np.float64)).shape == (40,)
    assert used == [40, 40]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_is_the_same_either_way(dtype: Any, compiler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rule, device = FIDELITIES["stochastic"](dw_min=0.01, correlated=False), DEVICES["asymmetric_linear"](tau=2.0)
    found = []
    for limit in (NEVER, 0):
        monkeypatch.setattr(_binomial, "PAYS_AFTER", limit)
        found.append(
            run(problem(), device, step_size=[0.05, 0.1], steps=6, runs=5, seed=2, fidelity=rule, precision=dtype)
        )
    np.testing.assert_array_equal(found[0].final_weights, found[1].final_weights)


def test_powers_are_powers() -> None:
    base, exponent = rng(1).uniform(0.5, 1, (7, 40)), np.array([0, 1, 2, 5, 31, 64, np.nan])[:, np.newaxis]
    expected = base ** np.where(np.isnan(exponent), 0, exponent)
    np.testing.assert_allclose(_binomial._power(base.copy(), exponent), expected, rtol=1e2 * TWIN)  # up to 70 roundings
