"""Softmax regression: exact batch noise by enumeration, and its constants where they are attained."""

import numpy as np
import pytest

from simulation.problems import softmax_regression
from simulation.problems.softmax_regression import Problem
from tests.tolerance import TWIN


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def small(batch: int = 2, bias: bool = True, samples: int = 6) -> Problem:
    features = rng(1).standard_normal((samples, 3))
    labels = rng(2).integers(4, size=samples)
    return Problem(features=features, labels=labels, classes=4, batch=batch, bias=bias)


def slow_gradients(problem: Problem, weights: np.ndarray) -> np.ndarray:
    """One-sample gradients (n, dimension), from the formula, entry by entry."""
    matrix = weights.reshape(problem.classes, -1)
    rows = []
    for features, label in zip(problem.features, problem.labels, strict=True):
        inputs = [*features, 1.0] if problem.bias else list(features)
        powers = [np.exp(sum(w * x for w, x in zip(row, inputs, strict=True))) for row in matrix]
        rows.append([(power / sum(powers) - (c == label)) * x for c, power in enumerate(powers) for x in inputs])
    return np.array(rows)


def all_batches(count: int, batch: int) -> np.ndarray:
    """Every ordered batch drawn with replacement: all are equally likely."""
    return np.stack(np.meshgrid(*[np.arange(count)] * batch), axis=-1).reshape(-1, batch)


def check_moments(problem: Problem, weights: np.ndarray, batches: np.ndarray) -> None:
    """The claimed moments are those of the signal over equally likely batches."""
    signals = problem.signal(np.tile(weights, (1, len(batches), 1)), batches)[0]
    claimed = problem.moments(weights.reshape(1, 1, -1))
    # Absolute: E g² − (E g)² cancels terms of order 1.
    np.testing.assert_allclose(claimed.gradient[0, 0], signals.mean(axis=0), rtol=TWIN, atol=TWIN)
    np.testing.assert_allclose(claimed.noise_variance[0, 0], signals.var(axis=0), rtol=TWIN, atol=TWIN)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_moments_are_those_of_the_signal(batch: int, bias: bool) -> None:
    problem = small(batch, bias)
    check_moments(problem, rng(5).standard_normal(problem.dimension), all_batches(6, batch))


def test_drawing_without_replacement_is_caught() -> None:
    problem = small(2)
    pairs = all_batches(6, 2)
    with pytest.raises(AssertionError):
        check_moments(problem, rng(5).standard_normal(problem.dimension), pairs[pairs[:, 0] != pairs[:, 1]])


@pytest.mark.parametrize("bias", [True, False])
def test_moments_equal_the_scalar_twin(bias: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = small(batch=5, bias=bias)
    weights = rng(6).standard_normal((2, 3, problem.dimension))
    monkeypatch.setattr(softmax_regression, "_BLOCK_ENTRIES", 4 * 24)  # blocks of 4 and 2 samples
    moments = problem.moments(weights)
    for index in np.ndindex(2, 3):
        gradients = slow_gradients(problem, weights[index])
        np.testing.assert_allclose(moments.gradient[index], gradients.mean(axis=0), TWIN, TWIN)
        np.testing.assert_allclose(moments.noise_variance[index], gradients.var(axis=0) / 5, TWIN, TWIN)


def test_objective_by_hand() -> None:
    # W = 0: every class has probability 1/4, whatever the sample.
    problem = small()
    assert problem.moments(np.zeros((1, 1, problem.dimension))).objective[0, 0] == pytest.approx(np.log(4))


def test_large_logits_do_not_overflow() -> None:
    problem = small()
    moments = problem.moments(np.full((1, 1, problem.dimension), 1e4) * rng().standard_normal(problem.dimension))
    assert np.isfinite(moments.objective).all()
    assert (moments.noise_variance >= 0).all()


def test_draws_are_uniform_over_the_samples() -> None:
    raw = small(batch=8).draw(rng(), 5000)
    assert raw.shape == (5000, 8)
    counts = np.bincount(raw.ravel(), minlength=6)
    # 40,000 draws, p = 1/6: standard deviation 74.5 a count; 5 of them, over 6 counts: 3e-6 false alarms.
    assert np.abs(counts - 40000 / 6).max() < 5 * 74.5


def hessian_norm(problem: Problem, weights: np.ndarray) -> float:
    """λ_max of (1/n) Σ (diag(p) − ppᵀ) ⊗ xxᵀ."""
    logits = problem.design @ weights.reshape(problem.classes, -1).T
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    total = np.zeros((problem.dimension, problem.dimension))
    for p, x in zip(powers / powers.sum(axis=1, keepdims=True), problem.design, strict=True):
        total += np.kron(np.diag(p) - np.outer(p, p), np.outer(x, x))
    return float(np.linalg.eigvalsh(total)[-1]) / len(problem.design)


@pytest.mark.parametrize("scale", [0.0, 0.3, 1.0, 5.0])
def test_smoothness_bounds_the_hessian(scale: float) -> None:
    problem = small(samples=30)
    weights = scale * rng(8).standard_normal((20, problem.dimension))
    # Rounding of the eigenvalues only.
    assert max(hessian_norm(problem, w) for w in weights) <= problem.smoothness * (1 + TWIN)


def test_smoothness_is_attained_with_two_classes() -> None:
    # p = (½, ½) has diag(p) − ppᵀ with eigenvalue ½: half of L would be refuted here.
    problem = Problem(features=rng().standard_normal((9, 3)), labels=np.zeros(9, dtype=int), classes=2, batch=1)
    assert hessian_norm(problem, np.zeros(problem.dimension)) == pytest.approx(problem.smoothness, rel=TWIN)


def test_variance_bound_holds_and_half_of_it_does_not() -> None:
    # Orthogonal samples, all misclassified with certainty: Σσ² = 2(1 − 1/n)·mean‖x‖²/batch.
    problem = Problem(features=np.eye(10), labels=np.zeros(10, dtype=int), classes=2, batch=3, bias=False)
    weights = np.stack([np.full(10, -50.0), np.full(10, 50.0)]).reshape(1, 1, -1)
    total = problem.moments(weights).noise_variance.sum()
    assert total == pytest.approx(0.9 * problem.variance_bound)
    assert problem.variance_bound / 2 < total <= problem.variance_bound
    for scale in (0.1, 1.0, 10.0):
        drawn = small().moments(scale * rng(3).standard_normal((1, 20, 16))).noise_variance.sum(axis=-1)
        assert (drawn <= small().variance_bound).all()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"batch": 0}, "batch must be an integer >= 1, got 0"),
        ({"classes": 1}, "classes must be an integer >= 2, got 1"),
        ({"labels": [0, 1, 4]}, r"labels must be 3 integers in 0..3, got 0..4"),
        ({"labels": [0, 1, -1]}, r"labels must be 3 integers in 0..3, got -1..1"),
        ({"labels": [0, 1]}, r"labels must be 3 integers in 0..3, got shape \(2,\)"),
        ({"labels": [0.0, 1.0, 2.0]}, "labels must be 3 integers in 0..3, got shape .* of float64"),
        ({"features": np.zeros(3)}, "features must be a nonzero"),
        ({"features": np.zeros((3, 2)), "bias": False}, "features must be a nonzero"),
        ({"features": np.full((3, 2), np.nan)}, "features must be finite, got nan"),
        ({"initial": np.zeros(7)}, r"initial must broadcast to trailing shape \(12,\)"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, object], message: str) -> None:
    good = {"features": np.ones((3, 2)), "labels": np.array([0, 1, 2]), "classes": 4, "batch": 1}
    with pytest.raises(ValueError, match=message):
        Problem(**(good | fields))  # type: ignore[arg-type]  # some of them wrong on purpose
