"""Statements at numbers: known values, and errors that name what is wrong."""

import numpy as np
import pytest

import theory

RATE = {"initial_gap": 2.0, "steps": 800, "smoothness": 4.0, "noise_deviation": 3.0}
T3 = {
    "initial_gap": 2.0, "steps": 100, "smoothness": 4.0, "step_size": 0.1,
    "gain_variance": 5.0, "drift_variance": 0.3, "max_symmetric": 2.0,
}  # fmt: skip


def test_digital_rate_is_the_classical_one() -> None:
    # 2√2·3·√(2·4/800) = 0.6√2·√2·... computed by hand: 2√2·3·0.1
    assert theory.get("T3-rate:ideal").bound(**RATE) == pytest.approx(0.6 * np.sqrt(2), rel=1e-14)


def test_linear_device_rate_has_the_factor_one_over_one_minus_s() -> None:
    s = np.array([0.0, 0.5, 0.9])
    value = theory.get("T3-rate:asymmetric_linear").bound(**RATE, saturation_bound=s, drift_variance=0.3)
    assert value == pytest.approx(0.6 * np.sqrt(2) / (1 - s) + 0.3 / (1 - s**2), rel=1e-13)


def test_t3_adds_its_three_terms() -> None:
    # 2·2/(0.1·100) + 0.1·4·5 + 0.3
    assert theory.get("T3").bound(**T3) == pytest.approx(2.7, rel=1e-14)


def test_step_size_beyond_its_limit_is_refused_and_the_limit_itself_is_not() -> None:
    assert theory.get("T3").bound(**T3 | {"step_size": 0.125}) > 0
    with pytest.raises(theory.OutOfDomain, match=r"T3 needs step size α ≤ 1/\(L F_max\); got .*step_size = 0.126"):
        theory.get("T3").bound(**T3 | {"step_size": 0.126})


def test_saturation_must_stay_below_one() -> None:
    with pytest.raises(theory.OutOfDomain, match="s̄ < 1"):
        theory.get("T3-rate:asymmetric_linear").bound(**RATE, saturation_bound=1.0, drift_variance=0.1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stepsize": 0.1}, "did you mean 'step_size'"),
        ({"step_size": -0.1}, "step_size must be positive, got -0.1"),
        ({"step_size": "fast"}, "step_size must be finite numbers"),
        ({"gain_variance": float("nan")}, "gain_variance must be finite"),
        ({"drift_variance": -1.0}, "drift_variance must be nonnegative"),
    ],
)
def test_bad_numbers_are_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(theory.OutOfDomain, match=message):
        theory.get("T3").bound(**T3 | change)


def test_missing_numbers_are_named() -> None:
    with pytest.raises(theory.OutOfDomain, match="T3 needs a value for: max_symmetric"):
        theory.get("T3").bound(**{k: x for k, x in T3.items() if k != "max_symmetric"})


def test_statements_under_sums_have_no_value_at_numbers() -> None:
    with pytest.raises(theory.OutOfDomain, match="T2 has no value at numbers"):
        theory.get("T2").bound(objective=1.0)


def test_corollaries_put_their_device_into_the_bound() -> None:
    assert theory.get("T1b:ideal").bound(noise_variance=2.0) == 2.0
    assert theory.get("T1b:asymmetric_linear").bound(noise_variance=2.0, weights=-1.0, tau=2.0) == 4.5


@pytest.mark.parametrize("value", [np.array([]), 1j, True])
def test_only_real_numbers_are_numbers(value: object) -> None:
    with pytest.raises(theory.OutOfDomain, match="step_size must be finite numbers"):
        theory.get("T3").bound(**T3 | {"step_size": value})
