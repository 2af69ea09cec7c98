"""Scalar twins, compared on random input: noises, signals, delayed signals, batches, replicas, reads."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, NOISES, PROBLEMS
from simulation._read import Read
from simulation.noises import NoiseModel
from simulation.pipeline_replicas import run_replicas
from simulation.pipeline_stage import RULES, applied
from simulation.plan import generators
from tests.simulation.cases import SEEDS, any_of, devices, noises, problems, rng
from tests.simulation.test_devices import inside
from tests.simulation.test_staged_problems import slow_deep_signal
from tests.simulation.test_twins_devices import ROUNDED, number, slow_settle, slow_update
from tests.tolerance import TWIN

QUICK = settings(deadline=None, max_examples=20)
GAUSSIAN = NOISES["gaussian"](standard_deviation=0.3)


def of_two_point(noise: Any, h: float, raw: float) -> float:
    """+|g| with probability (1 + h/|g|)/2; raw is uniform in (−1, 1]."""
    size = math.sqrt(h * h + number(noise.standard_deviation) ** 2)
    return size if raw * size <= h else -size


def of_additive(noise: Any, h: float, raw: float) -> float:
    return h + number(noise.standard_deviation) * raw


SIGNALS: dict[str, Callable[[Any, float, float], float]] = {
    "gaussian": of_additive,
    "heavy_tailed": of_additive,
    "none": lambda noise, h, raw: h,
    "two_point": of_two_point,
}


def slow_noise(noise: NoiseModel, h: float, raw: float) -> float:
    """The signal of one coordinate, by a formula of its own, or by the noise's, one number at a time."""
    twin = SIGNALS.get(type(noise).__module__.rpartition(".")[2])
    return twin(noise, h, raw) if twin else number(noise.apply(np.array(h), np.array(raw)))


def test_twins_are_of_noises_that_there_are() -> None:
    assert set(SIGNALS) <= set(NOISES)


@pytest.mark.parametrize("name", sorted(NOISES))
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_noises_equal_their_scalar_twins(name: str, data: st.DataObject, seed: int) -> None:
    noise, gradient = data.draw(noises(name)), rng(seed).standard_normal((2, 3, 2))
    raw = noise.draw(rng(seed), (3, 2))
    found = noise.apply(gradient, raw)
    for where in np.ndindex(found.shape):
        assert found[where] == pytest.approx(
            slow_noise(noise, float(gradient[where]), float(raw[where[1:]])), rel=TWIN, abs=TWIN
        )


@QUICK
@given(degrees=st.floats(2.1, 30.0), seed=SEEDS)
def test_heavy_tailed_draws_equal_their_scalar_twin(degrees: float, seed: int) -> None:
    found = NOISES["heavy_tailed"](standard_deviation=1.0, degrees=degrees).draw(rng(seed), (3, 2)).ravel()
    source = rng(seed)
    normal, gamma = source.standard_normal((3, 2)), source.standard_gamma(degrees / 2, (3, 2))
    for value, z, half in zip(found.tolist(), normal.ravel().tolist(), gamma.ravel().tolist(), strict=True):
        student = z / math.sqrt(2 * half / degrees)  # a normal over the root of χ²/ν
        assert value == pytest.approx(student * math.sqrt((degrees - 2) / degrees), rel=TWIN)


def slow_additive(problem: Any, forward: list[float], backward: list[float]) -> tuple[float, list[float]]:
    """Objective at the forward weights, and the mean signal of forward and backward weights, in scalars."""
    name = type(problem).__module__.rpartition(".")[2]
    if name == "quadratic":
        gaps = [w - number(problem.optimum) for w in forward]
        terms = [float(s) for s in problem.spectrum]
        gradient = [s * gap for s, gap in zip(terms, gaps, strict=True)]
        return sum(s * gap**2 for s, gap in zip(terms, gaps, strict=True)) / 2, gradient
    rows = problem.matrix.tolist()
    if name == "least_squares":
        residual = [
            sum(a * w for a, w in zip(row, forward, strict=True)) - float(b)
            for row, b in zip(rows, problem.target, strict=True)
        ]
        gradient = [sum(row[d] * r for row, r in zip(rows, residual, strict=True)) / len(rows) for d in range(3)]
        return sum(r**2 for r in residual) / (2 * len(rows)), gradient
    ridge = number(problem.ridge)
    gaps, late = ([w - number(problem.optimum) for w in weights] for weights in (backward, forward))
    residual = [sum(a * gap for a, gap in zip(row, late, strict=True)) for row in rows]
    gradient = [sum(row[d] * r for row, r in zip(rows, residual, strict=True)) + ridge * gaps[d] for d in range(3)]
    return sum(r**2 for r in residual) / 2 + ridge * sum(gap**2 for gap in late) / 2, gradient


@pytest.mark.parametrize("name", ["quadratic", "least_squares", "staged_quadratic"])
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_problems_with_additive_noise_equal_their_scalar_twins(name: str, data: st.DataObject, seed: int) -> None:
    problem: Any = data.draw(problems(name))
    forward, backward = rng(seed).standard_normal((2, 2, 3, 3))
    raw = problem.draw(rng(seed), 3)
    moments = problem.moments(forward)
    plain = problem.signal(forward, raw)
    delayed = problem.delayed_signal(forward, backward, raw) if name == "staged_quadratic" else plain
    for s, r in np.ndindex(2, 3):
        objective, gradient = slow_additive(problem, forward[s, r].tolist(), forward[s, r].tolist())
        _, late = slow_additive(problem, forward[s, r].tolist(), backward[s, r].tolist())
        # Absolute too: sums of terms of order 100 cancel; two-point noise takes the root of the sum of squares.
        near: dict[str, Any] = {"rtol": TWIN, "atol": 1000 * TWIN}
        np.testing.assert_allclose(moments.objective[s, r], objective, **near)
        np.testing.assert_allclose(moments.gradient[s, r], gradient, **near)
        for found, mean in ((plain, gradient), (delayed, late)):
            signal = [slow_noise(problem.noise, h, z) for h, z in zip(mean, raw[r].tolist(), strict=True)]
            np.testing.assert_allclose(found[s, r], signal, **near)


@QUICK
@given(data=st.data(), seed=SEEDS)
def test_backpropagation_with_stale_weights_equals_its_scalar_twin(data: st.DataObject, seed: int) -> None:
    problem: Any = data.draw(problems("deep_linear", noise=st.just(NOISES["none"]())))
    ahead, back = rng(seed).standard_normal((2, 1, 3, problem.dimension))
    raw = problem.draw(rng(seed), 3)
    signal = problem.delayed_signal(ahead, back, raw)
    for index in range(3):
        samples = [int(i) for i in raw[index, : problem.batch]]
        expected = slow_deep_signal(problem, ahead[0, index], back[0, index], samples)
        np.testing.assert_allclose(signal[0, index], expected, rtol=TWIN, atol=1000 * TWIN)


def slow_softmax(problem: Any, weights: np.ndarray, row: int) -> tuple[float, list[float]]:
    """Loss and gradient of one sample, entry by entry."""
    inputs = [*problem.features[row].tolist(), *([1.0] if problem.bias else [])]
    logits = [sum(w * x for w, x in zip(line, inputs, strict=True)) for line in weights.reshape(3, -1).tolist()]
    total = sum(math.exp(logit) for logit in logits)
    label = int(problem.labels[row])
    errors = [math.exp(logit) / total - (c == label) for c, logit in enumerate(logits)]
    return math.log(total) - logits[label], [error * x for error in errors for x in inputs]


@QUICK
@given(data=st.data(), seed=SEEDS)
def test_softmax_regression_equals_its_scalar_twin(data: st.DataObject, seed: int) -> None:
    problem: Any = data.draw(problems("softmax_regression"))
    weights, raw = rng(seed).standard_normal((2, 3, problem.dimension)), problem.draw(rng(seed), 3)
    signal, objective = problem.signal(weights, raw), problem.moments(weights).objective
    for s, r in np.ndindex(2, 3):
        every = [slow_softmax(problem, weights[s, r], row) for row in range(len(problem.features))]
        assert objective[s, r] == pytest.approx(sum(loss for loss, _ in every) / len(every), rel=TWIN, abs=TWIN)
        expected = np.mean([every[int(row)][1] for row in raw[r]], axis=0)
        np.testing.assert_allclose(signal[s, r], expected, rtol=TWIN, atol=10 * TWIN)


def slow_rule(device: Any, weight: float, signals: list[float], rate: float, rule: str) -> float:
    """One weight and one batch, by the three definitions; the device's own bounds after every update."""
    if rule == "accumulated":
        return slow_update(device, weight, -rate * sum(signals) / len(signals))
    if rule == "sample_wise":
        return sum(slow_update(device, weight, -rate * g) for g in signals) / len(signals)
    for g in signals:
        weight = slow_update(device, weight, -rate / len(signals) * g)
    return weight


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), seed=SEEDS, rule=st.sampled_from(RULES), batch=st.integers(1, 4))
def test_batch_rules_equal_their_scalar_twins(name: str, data: st.DataObject, seed: int, rule: Any, batch: int) -> None:
    device, rate = data.draw(devices(name)), 0.05
    weights = inside(device, rng(seed).uniform(-0.8, 0.8, (1, 2, 3)).tolist())
    signals = list(rng(seed + 1).standard_normal((batch, 1, 2, 3)))
    found = applied(device, weights, signals, np.full((1, 1, 1), -rate), rule)
    for where in np.ndindex(found.shape):
        slow = slow_rule(device, float(weights[where]), [float(g[where]) for g in signals], rate, rule)
        assert found[where] == pytest.approx(slow, rel=10 * TWIN, abs=ROUNDED)


def slow_replicas(problem: Any, device: Any, arguments: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Mean squared gradient at the mean weight, and spread around it, for each of two runs of one weight."""
    replicas, rate, steps = arguments["replicas"], arguments["step_size"], arguments["steps"]
    (training, writing), weights = generators(arguments["seed"]), [[0.0] * replicas for _ in range(2)]
    norms, spreads, curvature, optimum = [0.0, 0.0], [0.0, 0.0], number(problem.spectrum), number(problem.optimum)
    for step in range(1, steps + 1):
        raw = problem.draw(training, 2 * replicas).reshape(2, replicas)
        for r in range(2):
            mean = sum(weights[r]) / replicas
            norms[r] += (curvature * (mean - optimum)) ** 2 / steps
            spreads[r] += sum((w - mean) ** 2 for w in weights[r]) / replicas / steps
            for i, w in enumerate(weights[r]):
                weights[r][i] = slow_update(device, w, -rate * (curvature * (w - optimum) + 0.3 * float(raw[r, i])))
        if step % arguments["period"] == 0:
            errors = arguments["copy_error"] * writing.standard_normal((2, replicas, 1))
            for r in range(2):
                mean = sum(weights[r]) / replicas
                weights[r] = [slow_settle(device, mean + float(errors[r, i, 0])) for i in range(replicas)]
    return norms, spreads


@QUICK
@given(
    device=any_of(devices, {name: DEVICES[name] for name in ("asymmetric_linear", "constant_step", "measured")}),
    replicas=st.integers(1, 4),
    period=st.integers(1, 4),
    error=st.floats(0.0, 0.1),
    seed=SEEDS,
)
def test_replicas_equal_their_scalar_twin(device: Any, replicas: int, period: int, error: float, seed: int) -> None:
    problem = PROBLEMS["quadratic"](spectrum=[0.7], optimum=0.2, noise=GAUSSIAN)
    arguments: dict[str, Any] = {"replicas": replicas, "period": period, "copy_error": error}
    arguments |= {"step_size": 0.05, "steps": 6, "seed": seed}
    trace = run_replicas(problem, device, runs=2, **arguments)
    norms, spreads = slow_replicas(problem, device, arguments)
    np.testing.assert_allclose(trace.gradient_norm[0], norms, rtol=10 * TWIN, atol=TWIN)
    np.testing.assert_allclose(trace.spread[0], spreads, rtol=1e3 * TWIN, atol=TWIN)


def rounded(value: float, step: float) -> float:
    """To multiples of the step, ties to the even one."""
    return round(value / step) * step if step > 0 else value


def slow_read(read: Read, weights: np.ndarray, inputs: list[float]) -> list[float]:
    """One sample through the array, repeated with half the input while an output is clipped."""
    largest = max(abs(x) for x in inputs)
    scale = largest if read.scaling == "abs_max" and largest > 0 else 1.0
    for doubling in range(read.doublings + 1):
        factor = scale * 2.0**doubling
        step = 2 * read.input_bound * read.input_resolution
        sent = [min(max(rounded(x / factor, step), -read.input_bound), read.input_bound) for x in inputs]
        step = 2 * read.output_bound * read.output_resolution
        outputs = [rounded(sum(w * z for w, z in zip(row, sent, strict=True)), step) for row in weights.tolist()]
        clipped = any(abs(y) > read.output_bound * (1 + 1e-15) for y in outputs)
        if not clipped:
            break
    return [min(max(y, -read.output_bound), read.output_bound) * factor for y in outputs]


@settings(deadline=None, max_examples=50)
@given(
    read=st.builds(
        Read,
        input_bound=st.floats(0.3, 2.0),
        input_resolution=st.sampled_from([0.0, 1 / 126, 0.03]),
        output_bound=st.floats(0.5, 4.0),
        output_resolution=st.sampled_from([0.0, 1 / 510, 0.02]),
        scaling=st.sampled_from(["abs_max", "none"]),
        doublings=st.integers(0, 3),
    ),
    seed=SEEDS,
)
def test_reads_equal_their_scalar_twin(read: Read, seed: int) -> None:
    weights, inputs, errors = (rng(seed + i).standard_normal(shape) for i, shape in enumerate([(2, 4), (5, 4), (5, 2)]))
    forward, backward = read.forward(weights, inputs), read.backward(weights, errors)
    for sample in range(5):
        # A product next to a tie of the converter may round either way: random numbers do not meet one.
        np.testing.assert_allclose(forward[sample], slow_read(read, weights, inputs[sample].tolist()), TWIN, TWIN)
        np.testing.assert_allclose(backward[sample], slow_read(read, weights.T, errors[sample].tolist()), TWIN, TWIN)
