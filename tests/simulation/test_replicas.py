"""The data-parallel baseline: its scalar twin, its degenerate cases, and what an imperfect copy costs."""

import math
from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, NOISES, PROBLEMS, run
from simulation.pipeline_replicas import run_replicas
from simulation.plan import generators
from tests.tolerance import STANDARD_ERRORS, TWIN

ALD, IDEAL = DEVICES["asymmetric_linear"], DEVICES["ideal"]
GAUSSIAN = NOISES["gaussian"](standard_deviation=0.3)


def problem(**fields: Any) -> Any:
    return PROBLEMS["quadratic"](**({"spectrum": [1.0, 0.5], "optimum": 0.4, "noise": GAUSSIAN} | fields))


def test_replicas_equal_their_scalar_twin() -> None:
    arguments: dict[str, Any] = {"replicas": 3, "period": 2, "copy_error": 0.05, "step_size": 0.2, "steps": 5}
    trace = run_replicas(problem(), ALD(tau=2.0), **arguments, runs=2, seed=1)
    training, writing = generators(1)
    weights, norms, spreads = np.zeros((2, 3, 2)), np.zeros(2), np.zeros(2)
    for step in range(1, 6):
        raw = problem().draw(training, 6).reshape(2, 3, 2)
        for r in range(2):
            mean = [sum(float(weights[r, i, d]) for i in range(3)) / 3 for d in range(2)]
            norms[r] += sum((c * (m - 0.4)) ** 2 for c, m in zip((1.0, 0.5), mean, strict=True))
            spreads[r] += sum((float(weights[r, i, d]) - mean[d]) ** 2 for i in range(3) for d in range(2)) / 3
            for i in range(3):
                for d, curvature in enumerate((1.0, 0.5)):
                    w = float(weights[r, i, d])
                    change = -0.2 * (curvature * (w - 0.4) + 0.3 * float(raw[r, i, d]))
                    weights[r, i, d] = w + change * ((1 - w / 2) if change > 0 else (1 + w / 2))
        if step % 2 == 0:
            weights = weights.mean(axis=1, keepdims=True) + 0.05 * writing.standard_normal((2, 3, 2))
    np.testing.assert_allclose(trace.final_weights[0], weights, rtol=TWIN, atol=TWIN)
    np.testing.assert_allclose(trace.gradient_norm[0], norms / 5, rtol=TWIN)
    np.testing.assert_allclose(trace.spread[0], spreads / 5, rtol=TWIN)
    assert trace.copies == 2


@pytest.mark.parametrize("period", [1, 7])
def test_one_replica_with_perfect_copies_is_the_engine(period: int) -> None:
    arguments: dict[str, Any] = {"step_size": [0.1, 0.2], "steps": 20, "runs": 3, "seed": 2}
    alone = run_replicas(problem(), ALD(tau=2.0), replicas=1, period=period, **arguments)
    plain = run(problem(), ALD(tau=2.0), **arguments)
    np.testing.assert_array_equal(alone.final_weights[:, :, 0], plain.final_weights)
    np.testing.assert_allclose(alone.gradient_norm, plain.gradient_norm[0], rtol=TWIN)
    np.testing.assert_array_equal(alone.spread, 0.0)


def stationary(replicas: int, copy_error: float) -> tuple[float, float]:
    """Variance of the mean weight after 100 updates of an ideal device, αλ = 0.2, and its standard error."""
    runs, quadratic = 20_000, problem(spectrum=[1.0], optimum=0.0)
    arguments: dict[str, Any] = {"step_size": 0.2, "steps": 100, "runs": runs, "seed": 3}
    trace = run_replicas(quadratic, IDEAL(), replicas=replicas, copy_error=copy_error, **arguments)
    means = trace.final_weights[0].mean(axis=1)
    return float(np.square(means).mean()), math.sqrt(2 / runs)


@pytest.mark.parametrize("copy_error", [0.0, 0.1])
def test_replicas_average_the_noise_and_add_the_copies_error(copy_error: float) -> None:
    # W̄ ← (1 − a)W̄ + noise of variance (α²σ² + e²)/R: stationary variance of that over a(2 − a).
    measured, relative = stationary(4, copy_error)
    predicted = (0.04 * 0.09 + copy_error**2) / 4 / (0.2 * 1.8)
    assert abs(measured - predicted) <= STANDARD_ERRORS * relative * predicted
    other = (0.04 * 0.09 + (0.1 - copy_error) ** 2) / 4 / (0.2 * 1.8)  # the falsifier: the other error
    assert abs(measured - other) > STANDARD_ERRORS * relative * predicted


BAD: list[tuple[dict[str, Any], str]] = [
    ({"replicas": 0}, "replicas must be an integer >= 1, got 0"),
    ({"period": 0}, "period must be an integer >= 1, got 0"),
    ({"copy_error": -0.1}, "copy_error must be finite and >= 0, got -0.1"),
    ({"step_size": 0.0}, "step_size must be finite and > 0, got 0"),
    ({"step_size": [[0.1]]}, r"step_size must be a number or have shape \(settings,\), got shape \(1, 1\)"),
    ({"steps": 0}, "steps must be an integer >= 1, got 0"),
    ({"runs": 0}, "runs must be an integer >= 1, got 0"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_bad_arguments_are_named(changes: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"replicas": 2, "step_size": 0.1, "steps": 3, "runs": 1, "seed": 0} | changes
    with pytest.raises(ValueError, match=message):
        run_replicas(problem(), IDEAL(), **arguments)
