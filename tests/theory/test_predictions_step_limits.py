"""E2: closed form, companion matrix and recursion agree; a delay that is off by one does not."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from theory.predictions import (
    NoBoundary,
    StepLimit,
    companion,
    coupled_step_limit,
    exact_step_limit,
    guaranteed_step_limit,
    spectral_radius,
    step_limit,
)

# What the boundary must be located to.
LOCATED = 1e-9
DELAYS = range(6)


def coupled(rng: np.random.Generator, dimension: int) -> NDArray[np.float64]:
    factor = rng.standard_normal((dimension, dimension))
    return np.asarray(factor @ factor.T + 0.05 * np.eye(dimension))


def block_companion(H: NDArray[np.float64], delays: Any, step_size: float) -> NDArray[np.float64]:
    """Slow twin: blocks of the whole dimension up to the largest delay, read off the recursion."""
    size, longest = len(H), int(max(delays))
    matrix = np.zeros((size * (longest + 1),) * 2)
    for i in range(size):
        matrix[i, i] += 1
        for j in range(size):
            matrix[i, delays[j] * size + j] -= step_size * H[i, j]
    for row in range(size, len(matrix)):
        matrix[row, row - size] = 1
    return matrix


def test_no_delay_gives_two_and_one_delay_gives_one() -> None:
    assert [exact_step_limit(d) for d in (0, 1)] == [2, 1]
    assert step_limit(curvature=[2.0, 4.0], delays=[0, 1]) == pytest.approx([1.0, 0.25], rel=1e-15)


@pytest.mark.parametrize("delay", DELAYS)
def test_the_limit_puts_a_root_on_the_unit_circle(delay: int) -> None:
    limit = float(exact_step_limit(delay))
    roots = np.roots([1, -1, *[0] * (delay - 1), limit] if delay else [1, limit - 1])
    assert np.max(np.abs(roots)) == pytest.approx(1, abs=1e-13)


@pytest.mark.parametrize("delay", DELAYS)
def test_block_diagonal_curvature_meets_the_closed_form(delay: int) -> None:
    curvature = np.array([0.3, 1.7, 0.9])
    located = coupled_step_limit(curvature=curvature, delays=delay)
    assert located.value == pytest.approx(float(np.min(step_limit(curvature=curvature, delays=delay))), rel=LOCATED)
    assert located.error < LOCATED * located.value


def test_each_block_has_its_own_delay() -> None:
    blocks = np.zeros((4, 4))
    blocks[:2, :2], blocks[2:, 2:] = [[1.0, 0.4], [0.4, 0.8]], [[0.5, -0.2], [-0.2, 0.6]]
    delays = [1, 1, 4, 4]
    eigenvalues = [np.linalg.eigvalsh(blocks[:2, :2]), np.linalg.eigvalsh(blocks[2:, 2:])]
    expected = min(step_limit(curvature=e.max(), delays=d) for e, d in zip(eigenvalues, (1, 4), strict=True))
    assert coupled_step_limit(curvature=blocks, delays=delays).value == pytest.approx(float(expected), rel=LOCATED)


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("fault", [-1, 1])
def test_a_delay_off_by_one_is_caught(delay: int, fault: int) -> None:
    if delay + fault < 0:
        with pytest.raises(ValueError, match=r"delays must be integers >= 0, got -1"):
            step_limit(curvature=1.0, delays=delay + fault)
        return
    located = coupled_step_limit(curvature=1.0, delays=delay + fault).value
    assert abs(located / float(exact_step_limit(delay)) - 1) > 0.1


def test_the_compact_companion_has_the_spectrum_of_the_block_companion() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        H, delays = coupled(rng, 3), rng.integers(0, 5, 3)
        alpha = float(rng.uniform(0.05, 0.5) / np.linalg.eigvalsh(H)[-1])
        full = np.max(np.abs(np.linalg.eigvals(block_companion(H, delays, alpha))))
        # The twin's extra states add eigenvalues 0, in Jordan blocks that rounding spreads, far from the largest.
        assert spectral_radius(curvature=H, delays=delays, step_size=alpha) == pytest.approx(full, rel=1e-12)


def test_the_companion_steps_like_the_recursion() -> None:
    rng = np.random.default_rng(2)
    H, delays, alpha = coupled(rng, 2), [2, 0], 0.1
    history = rng.standard_normal((4, 2))  # newest first
    state = np.array([history[0, 0], history[1, 0], history[2, 0], history[0, 1]])
    stale = np.array([history[2, 0], history[0, 1]])
    after = companion(curvature=H, delays=delays, step_size=alpha) @ state
    expected = history[0] - alpha * H @ stale
    assert after == pytest.approx([expected[0], history[0, 0], history[1, 0], expected[1]], rel=1e-14)


def test_iterating_decays_below_the_boundary_and_grows_above_it() -> None:
    rng = np.random.default_rng(3)
    H, delays = coupled(rng, 3), np.array([3, 1, 0])
    limit = coupled_step_limit(curvature=H, delays=delays).value
    sizes = []
    for alpha in (0.98 * limit, 1.02 * limit):
        trail = [np.ones(3)] * 5
        for _ in range(4000):
            stale = np.array([trail[-1 - d][j] for j, d in enumerate(delays)])
            trail = [*trail[-4:], trail[-1] - alpha * H @ stale]
        sizes.append(float(np.linalg.norm(trail[-1])))
    assert sizes[0] < 1e-3
    assert sizes[1] > 1e3


def test_the_guarantee_holds_for_random_couplings_and_the_radius_grows_beyond_the_boundary() -> None:
    rng = np.random.default_rng(4)
    for _ in range(40):
        dimension = int(rng.integers(2, 5))
        H, delays = coupled(rng, dimension), rng.integers(0, 6, dimension)
        located = coupled_step_limit(curvature=H, delays=delays)
        assert located.value >= guaranteed_step_limit(curvature=H, delays=delays) * (1 - LOCATED)
        beyond = np.linspace(located.unstable, 3 * located.unstable, 12)
        radii = [spectral_radius(curvature=H, delays=delays, step_size=a) for a in beyond]
        assert np.all(np.diff(radii) > 0)


def test_the_guarantee_is_met_by_equal_delays_and_would_be_false_for_a_smaller_delay() -> None:
    H, delays = coupled(np.random.default_rng(5), 3), np.array([2, 2, 2])
    located = coupled_step_limit(curvature=H, delays=delays).value
    assert located == pytest.approx(guaranteed_step_limit(curvature=H, delays=delays), rel=LOCATED)
    assert located < guaranteed_step_limit(curvature=H, delays=delays - 1)


def test_a_crossing_that_is_none_is_refused() -> None:
    with pytest.raises(NoBoundary, match="must cross 1 upwards"):
        StepLimit(stable=1.0, unstable=2.0, radius_stable=1.2, radius_unstable=0.9)


@pytest.mark.parametrize("delay", DELAYS)
def test_the_limit_is_the_resonance(delay: int) -> None:
    # On the unit circle z^d (1 − z) = a; for real a and z = e^{iθ} this forces θ = π/(2d+1).
    z = np.exp(1j * np.pi / (2 * delay + 1))
    assert z**delay * (1 - z) == pytest.approx(float(exact_step_limit(delay)), abs=1e-14)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"delays": 0.5}, "delays must be integers >= 0, got 0.5"),
        ({"delays": [1, 2, 3]}, r"delays must be one number or have shape \(2,\)"),
        ({"curvature": [[1.0, 0.2], [0.3, 1.0]]}, "curvature must be symmetric"),
        ({"curvature": [1.0, 0.0]}, "curvature must be positive definite, got least eigenvalue 0"),
        ({"curvature": np.ones((1, 2))}, "curvature must be a number, a vector or a square matrix"),
        ({"step_size": -1.0}, "step_size must be finite and > 0, got -1"),
    ],
)
def test_bad_input_is_named(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"curvature": [1.0, 2.0], "delays": [0, 1], "step_size": 0.1}
    with pytest.raises(ValueError, match=message):
        companion(**good | change)
