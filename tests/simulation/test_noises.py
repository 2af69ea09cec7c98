"""Means and variances of every noise: exactly where its outcomes can be enumerated."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation import NOISES
from simulation.noises import NoiseModel, gaussian
from tests.simulation.cases import SEEDS, noises, rng
from tests.tolerance import STANDARD_ERRORS, TWIN

# By the names of fields; a new field without a default needs a value here.
VALUES = {"standard_deviation": 0.7, "degrees": 9.0}
EXAMPLES: dict[str, NoiseModel] = {
    name: kind(**{field.name: VALUES[field.name] for field in dataclasses.fields(kind)})
    for name, kind in NOISES.items()
}


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


@pytest.mark.parametrize("name", sorted(NOISES))
@settings(deadline=None, max_examples=25)
@given(data=st.data(), seed=SEEDS)
def test_draws_know_no_setting_and_noise_is_elementwise(name: str, data: st.DataObject, seed: int) -> None:
    noise = data.draw(noises(name))
    raw, again = noise.draw(rng(seed), (4, 3)), noise.draw(rng(seed), (4, 3))
    np.testing.assert_array_equal(raw, again)
    assert raw.shape == (4, 3)
    assert np.isfinite(raw).all()
    gradient = rng(seed + 1).standard_normal((2, 4, 3))
    signal = noise.apply(gradient, raw)
    assert np.broadcast_shapes(noise.variance(gradient).shape, gradient.shape) == gradient.shape
    for where in np.ndindex(signal.shape):
        alone = noise.apply(gradient[where].reshape(1, 1, 1), raw[where[1:]].reshape(1, 1))
        assert signal[where] == alone.item()


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


def kolmogorov(degrees: float, scaled_as: float) -> float:
    """Probability of so large a distance of 200,000 draws from Student's law, if that is what they follow."""
    draws = NOISES["heavy_tailed"](standard_deviation=1.0, degrees=degrees).draw(rng(1), (200_000, 1)).ravel()
    student = stats.t(scaled_as)
    return float(stats.kstest(draws * student.std(), student.cdf).pvalue)


@pytest.mark.parametrize("degrees", [2.5, 4.0, 8.0])
def test_heavy_tails_follow_students_law_of_variance_one(degrees: float) -> None:
    # The moments of that law are exact, so a sample of infinite fourth moment need not estimate them. A false alarm
    # in 1e-4 of seeds; the seed is fixed.
    assert kolmogorov(degrees, degrees) > 1e-4
    assert kolmogorov(degrees, 1.5 * degrees) < 1e-4  # the falsifier: other tails of the same variance


@settings(deadline=None, max_examples=30)
@given(degrees=st.floats(2.05, 200.0))
def test_stated_moments_of_heavy_tails(degrees: float) -> None:
    noise, student = NOISES["heavy_tailed"](standard_deviation=2.0, degrees=degrees), stats.t(degrees)
    # E|T| = 2∫x·p(x) over x > 0, and d/dx (ν + x²)·p(x)/(ν − 1) = −x·p(x): no quadrature is needed.
    magnitude = 2 * degrees / (degrees - 1) * student.pdf(0) / student.std()
    assert noise.mean_magnitude == pytest.approx(magnitude, rel=1e-11)  # logarithms of Γ up to 400 keep 13 digits
    assert noise.mean_magnitude < math.sqrt(2 / math.pi)
    assert noise.variance(np.zeros(1)) == 4.0
    if degrees > 4.01:
        assert student.stats("k") + 3 == pytest.approx(3 + 6 / (degrees - 4), rel=1e-9)


def test_heavy_tails_tend_to_the_gaussian() -> None:
    gaps = [
        math.sqrt(2 / math.pi) - NOISES["heavy_tailed"](standard_deviation=1.0, degrees=n).mean_magnitude
        for n in (1e1, 1e2, 1e3)
    ]
    # √(2/π)(1 − 1/(4ν) + …): a tenth of the gap for ten times the degrees.
    assert gaps[1] / gaps[2] == pytest.approx(10, rel=0.02)
    assert gaps[2] == pytest.approx(math.sqrt(2 / math.pi) / 4e3, rel=0.01)


@pytest.mark.parametrize("bad", [2.0, -3.0, math.nan, math.inf, [3.0, 4.0], "many"])
def test_bad_degrees_are_named(bad: object) -> None:
    with pytest.raises(ValueError, match="degrees must be"):
        NOISES["heavy_tailed"](standard_deviation=1.0, degrees=bad)


def test_none_leaves_the_generator_alone() -> None:
    generator, untouched = rng(3), rng(3)
    raw = EXAMPLES["none"].draw(generator, (4, 2))
    assert raw.shape == (4, 2)
    assert generator.random() == untouched.random()


@pytest.mark.parametrize("name", ["gaussian", "heavy_tailed", "two_point"])
@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf, [0.1, -0.1]])
def test_bad_standard_deviation_is_named(name: str, bad: object) -> None:
    with pytest.raises(ValueError, match="standard_deviation must be finite and >= 0"):
        NOISES[name](**({"degrees": 3.0} if name == "heavy_tailed" else {}), standard_deviation=bad)
