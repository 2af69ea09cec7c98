"""Means and variances of every noise: exactly where its outcomes can be enumerated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import NOISES
from simulation.noises import NoiseModel, gaussian
from tests.tolerance import STANDARD_ERRORS, TWIN

EXAMPLES: dict[str, NoiseModel] = {
    "gaussian": NOISES["gaussian"](standard_deviation=0.7),
    "two_point": NOISES["two_point"](standard_deviation=0.7),
    "none": NOISES["none"](),
}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def test_every_noise_has_an_example() -> None:
    assert set(EXAMPLES) == set(NOISES)


def moments_agree(noise: NoiseModel, gradient: float, count: int = 200_000) -> bool:
    """Sample mean and variance within the accepted number of standard errors of what the noise claims."""
    signal = noise.apply(np.full((1, count, 1), gradient), noise.draw(rng(), (count, 1))).ravel()
    claimed = float(np.broadcast_to(noise.variance(np.full(1, gradient)), 1)[0])
    squares = (signal - gradient) ** 2
    # A noise that is constant has no standard error; its equality must then be exact, up to rounding.
    allowed = STANDARD_ERRORS / np.sqrt(count) * np.array([signal.std(), squares.std()]) + TWIN
    gaps = np.abs([signal.mean() - gradient, squares.mean() - claimed])
    return bool((gaps <= allowed).all())


@pytest.mark.parametrize("name", sorted(EXAMPLES))
@pytest.mark.parametrize("gradient", [-1.5, 0.0, 0.3])
def test_sample_moments_agree_with_the_claims(name: str, gradient: float) -> None:
    assert moments_agree(EXAMPLES[name], gradient)


class Understated(gaussian.Noise):
    """Planted fault: claims 3 % less variance than it has."""

    def variance(self, gradient: np.ndarray) -> np.ndarray:
        return 0.97 * super().variance(gradient)


def test_an_understated_variance_is_caught() -> None:
    assert not moments_agree(Understated(standard_deviation=0.7), 0.3)


@settings(deadline=None, max_examples=50)
@given(gradient=st.floats(-10, 10), deviation=st.floats(0.01, 10))
def test_two_point_moments_by_enumeration(gradient: float, deviation: float) -> None:
    noise = NOISES["two_point"](standard_deviation=deviation)
    h = np.array([gradient])
    up, down = noise.apply(h, np.array([-1.0 + 2**-52]))[0], noise.apply(h, np.array([1.0]))[0]
    probability = (1 + gradient / up) / 2
    assert up == -down > 0
    mean = probability * up + (1 - probability) * down
    variance = probability * up**2 + (1 - probability) * down**2 - mean**2
    # Differences of squares of this size cancel to σ², so the error is relative to |g|².
    assert mean == pytest.approx(gradient, abs=TWIN * up)
    assert variance == pytest.approx(deviation**2, abs=TWIN * up**2)
    assert up**2 == pytest.approx(gradient**2 + deviation**2, rel=TWIN)


@settings(deadline=None, max_examples=50)
@given(gradient=st.floats(-3, 3))
def test_two_point_switches_sign_at_its_probability(gradient: float) -> None:
    # raw is uniform in (−1, 1], so P(raw ≤ h/|g|) = (1 + h/|g|)/2: the sign must switch just there.
    noise, h = NOISES["two_point"](standard_deviation=1.0), np.array([gradient])
    threshold = gradient / np.hypot(gradient, 1.0)
    assert noise.apply(h, np.array([threshold - 1e-9]))[0] > 0
    assert noise.apply(h, np.array([threshold + 1e-9]))[0] < 0


def test_two_point_raw_numbers_cover_their_interval() -> None:
    raw = NOISES["two_point"](standard_deviation=1.0).draw(rng(), (1000, 20))
    assert raw.shape == (1000, 20)
    assert -1 < raw.min() < -0.999
    assert 0.999 < raw.max() <= 1


def test_two_point_without_variance_is_the_gradient() -> None:
    noise, h = NOISES["two_point"](standard_deviation=0.0), np.array([-2.0, 0.0, 0.5])
    for raw in (-1.0 + 2**-52, 0.0, 1.0):
        np.testing.assert_array_equal(noise.apply(h, np.full(3, raw)), h)


def test_gaussian_is_affine_in_its_raw_numbers() -> None:
    noise = NOISES["gaussian"](standard_deviation=0.5)
    np.testing.assert_array_equal(noise.apply(np.array([1.0, 1.0]), np.array([2.0, -2.0])), [2.0, 0.0])


def test_none_leaves_the_generator_alone() -> None:
    generator, untouched = rng(3), rng(3)
    raw = EXAMPLES["none"].draw(generator, (4, 2))
    assert raw.shape == (4, 2)
    assert generator.random() == untouched.random()


@pytest.mark.parametrize("name", ["gaussian", "two_point"])
@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf, [0.1, -0.1]])
def test_bad_standard_deviation_is_named(name: str, bad: object) -> None:
    with pytest.raises(ValueError, match="standard_deviation must be finite and >= 0"):
        NOISES[name](standard_deviation=bad)
