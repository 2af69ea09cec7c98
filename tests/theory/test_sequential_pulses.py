"""T6-sequential against pulses that are carried out: the bound, the exact identity, and that both can fail."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from sympy import Rational

import theory
from theory.referee import WORLDS, check

Array = NDArray[np.float64]
# A dozen float64 operations on numbers of size one, relative to a difference of size α².
ROUNDING = 1e-12
TAU = 1.3


def batches(step: float, *, seed: int = 0) -> tuple[Array, Array, Array, Array]:
    """w_seq − w_T6 of 500 batches of 8 pulses on the linear device; start weights, signals, weights at each pulse."""
    rng = np.random.default_rng(seed)
    start, signals = rng.uniform(-0.9, 0.9, 500), rng.normal(0.4, 1.0, (8, 500))
    sequential, at_once, passed = start.copy(), start.copy(), []
    for signal in signals:
        passed.append(sequential.copy())
        sequential = sequential - step / 8 * (signal + sequential / TAU * abs(signal))
        at_once = at_once - step / 8 * (signal + start / TAU * abs(signal))
    return sequential - at_once, start, signals, np.array(passed)


def bound(step: float, signals: Array, gain: float) -> Array:
    """½ℓq_max α² ((Σ|g|)² − Σg²)/K² with ℓ = 1/τ, batch by batch."""
    path = abs(signals).sum(axis=0) ** 2 - (signals**2).sum(axis=0)
    return np.asarray(step**2 * gain / (2 * TAU) * path / len(signals) ** 2)


@pytest.mark.parametrize("step", [0.01, 0.1, 0.3])
def test_sequential_pulses_stay_within_the_bound(step: float) -> None:
    gap, _, signals, passed = batches(step)
    gain = 1 + abs(passed).max() / TAU
    limit = bound(step, signals, gain)
    assert np.all(abs(gap) <= limit + ROUNDING * step**2)
    assert not np.all(abs(gap) <= limit / 4)


def test_the_difference_is_of_second_order() -> None:
    sizes = [abs(batches(step)[0]).mean() for step in (0.02, 0.01)]
    # The next order is α³: a relative 0.01 at this step size, times constants of size one.
    assert sizes[0] / sizes[1] == pytest.approx(4, rel=0.02)


def test_the_difference_of_the_linear_device_is_what_the_identity_says() -> None:
    """T6-sequential-linear with one path: α²/(K²τ) Σ_k |g_k| Σ_{j<k} (g_j + (w_j/τ)|g_j|)."""
    step = 0.3
    gap, _, signals, passed = batches(step)
    moves = signals + passed / TAU * abs(signals)
    before = np.cumsum(moves, axis=0) - moves
    exact = step**2 / (8**2 * TAU) * (abs(signals) * before).sum(axis=0)
    assert np.allclose(gap, exact, rtol=0, atol=ROUNDING)
    assert not np.allclose(gap, exact / 2, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("name", ["T6-sequential-linear", "T6-sequential", "T6-sequential:asymmetric_linear"])
def test_the_referee_catches_a_dropped_term(name: str) -> None:
    statement = theory.get(name)
    dropped = replace(statement, rhs_terms=tuple(0 * term for term in statement.rhs_terms))
    assert check(dropped).survived < WORLDS


def test_the_referee_catches_gains_that_change_faster_than_is_assumed() -> None:
    """With a twentieth of the Lipschitz constant on the right-hand side the bound is false."""
    statement = theory.get("T6-sequential")
    small = replace(statement, rhs_terms=tuple(Rational(1, 20) * term for term in statement.rhs_terms))
    assert check(small).survived < WORLDS


def test_the_order_of_pulses_leaves_the_asymptotic_term_alone() -> None:
    in_array, sequential = theory.get("T6"), theory.get("T6-sequential-run")
    assert sequential.rhs_terms[2] == in_array.rhs_terms[2]
    numbers = {
        "initial_gap": 1.0,
        "smoothness": 1.0,
        "microbatches": 4.0,
        "steps": 1e6,
        "step_size": 1e-3,
        "gain_variance": 1.0,
        "drift_variance": 0.2,
    }
    more = {"split": 1.0, "young": 1e-3, "sequential_variance": 1.0, "max_symmetric": 1.0}
    apart = sequential.bound(**numbers, **more) - in_array.bound(**numbers, max_symmetric=1.0)
    # (1+t) doubles αLσ²/B = 2.5e-4; α²/u = α = 1e-3; 2Lα³ = 2e-9.
    assert apart == pytest.approx(2.5e-4 + 1e-3 + 2e-9, rel=1e-9)
