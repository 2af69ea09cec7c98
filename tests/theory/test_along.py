"""Averages along runs: the notation table's definitions at arrays, against sums written out."""

import numpy as np
import pytest

import theory
from tests.tolerance import TWIN
from theory.along import NotAlong, along, averaged, broken
from theory.symbols import TABLE

STEPS, RUNS, COORDINATES = 5, 3, 2


def arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    made = {
        name: rng.uniform(0.5, 2, (STEPS, RUNS, COORDINATES)) for name in ("gradient", "symmetric", "noise_variance")
    }
    made["asymmetric"] = rng.uniform(-0.4, 0.4, (STEPS, RUNS, COORDINATES))
    made["delay"] = np.array([2.0, 0.0])
    made["mean_signal"] = rng.uniform(-1, 1, (STEPS, RUNS, COORDINATES))
    made["mean_magnitude"] = np.abs(made["mean_signal"]) + 0.1
    return made | {"steps": np.array(float(STEPS)), "young": np.array(0.5)}


def summed(values: np.ndarray) -> np.ndarray:
    return np.asarray(values.sum(axis=2).sum(axis=0) / STEPS)


EXPECTED = {
    "gradient_norm": lambda a: a["gradient"] ** 2,
    "weighted_gradient_norm": lambda a: (
        (a["symmetric"] ** 2 - a["asymmetric"] ** 2) / a["symmetric"] * a["gradient"] ** 2
    ),
    "gain_variance": lambda a: (a["symmetric"] + abs(a["asymmetric"])) ** 2 * a["noise_variance"],
    "drift_variance": lambda a: a["asymmetric"] ** 2 / a["symmetric"] * a["noise_variance"],
    "delayed_variance": lambda a: a["delay"] * (a["symmetric"] + abs(a["asymmetric"])) ** 2 * a["noise_variance"],
    "mean_response": lambda a: (a["symmetric"] * a["mean_signal"] + a["asymmetric"] * a["mean_magnitude"]) ** 2,
    "stale_gradient_norm": lambda a: (
        (a["symmetric"] ** 2 - 1.5 * a["asymmetric"] ** 2) / a["symmetric"] * a["gradient"] ** 2
    ),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_average_is_its_definition_summed(name: str) -> None:
    made = arrays()
    assert averaged(name)
    np.testing.assert_allclose(along(TABLE[name].definition, made), summed(EXPECTED[name](made)), rtol=TWIN)


def test_what_does_not_vary_over_the_run_is_summed_as_often() -> None:
    made = arrays() | {"noise_variance": np.array(0.3), "symmetric": np.array(2.0)}
    expected = np.full(RUNS, 4 * 0.3 * COORDINATES)
    np.testing.assert_allclose(along(TABLE["symmetric_variance"].definition, made), expected, rtol=TWIN)


def test_what_a_run_does_not_tell_is_named() -> None:
    with pytest.raises(NotAlong, match="a run does not tell residual"):
        along(TABLE["residual_drift"].definition, arrays())
    with pytest.raises(NotAlong, match="still varies"):
        along(TABLE["gradient"].symbol, arrays())
    assert not averaged("step_size")


def test_an_assumption_that_fails_along_a_run_is_named() -> None:
    assumptions = theory.get("T3").assumptions
    made = arrays() | {"max_symmetric": np.array(2.0), "smoothness": np.array(1.0), "step_size": np.array(0.1)}
    made["mean_signal"] = made["gradient"]
    made["mean_square"] = made["gradient"] ** 2 + made["noise_variance"]
    assert broken(assumptions, made) == []
    assert broken(assumptions, made | {"max_symmetric": np.array(1.0)}) == ["A3 F"]
    assert broken(assumptions, made | {"step_size": np.array(0.6)}) == ["S step"]
    assert broken(assumptions, made | {"mean_signal": 2 * made["gradient"]}) == ["A2 mean"]
