"""Scalar twins, written plainly and compared on random input: gains, pulse trains, bits, coincidences, binomials."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, FIDELITIES
from simulation.devices import Gains, Response
from simulation.devices._bounded import Bounded
from simulation.devices._nodes import Table
from simulation.fidelities import UpdateRule
from simulation.fidelities._binomial import binomial
from simulation.problems import Moments
from simulation.statistics import STATISTICS, observe
from tests.simulation.cases import SEEDS, devices, fidelities, rng
from tests.simulation.test_devices import inside
from tests.tolerance import TWIN

QUICK = settings(deadline=None, max_examples=20)
BEYOND = st.lists(st.floats(-1.2, 1.2), min_size=1, max_size=6)
Pair = tuple[float, float]


def number(value: Any) -> float:
    """A field of one entry."""
    return float(np.ravel(value)[0])


def interpolated(weight: float, nodes: list[float], values: list[float]) -> float:
    """The value at the nearest node outside, linear between two nodes."""
    if weight <= nodes[0]:
        return values[0]
    for i in range(1, len(nodes)):
        if weight <= nodes[i]:
            share = (weight - nodes[i - 1]) / (nodes[i] - nodes[i - 1])
            return (1 - share) * values[i - 1] + share * values[i]
    return values[-1]


def ended(d: Any, w: float, gains: Pair) -> Pair:
    """No pulse moves a cell outwards at a hard bound or beyond."""
    lower, upper = (number(end) for end in d.domain)
    return (gains[0] if w < upper else 0.0), (gains[1] if w > lower else 0.0)


def of_table(d: Any, w: float) -> Pair:
    nodes = d.nodes.tolist()
    gains = interpolated(w, nodes, d.gains_up.tolist()), interpolated(w, nodes, d.gains_down.tolist())
    return ended(d, w, gains)


def of_exponential(d: Any, w: float) -> Pair:
    top, z = math.exp(number(d.gamma)), number(d.gamma) * w / number(d.tau)
    return (top - math.exp(z)) / (top - 1), (top - math.exp(-z)) / (top - 1)


def of_power(d: Any, w: float) -> Pair:
    z, gamma = w / number(d.tau), number(d.gamma)
    return max(0.0, 1 - z) ** gamma, max(0.0, 1 + z) ** gamma


def of_linear_offset(d: Any, w: float) -> Pair:
    c, z = number(d.offset), w / number(d.tau)
    return (1 + c) * (1 - z), (1 - c) * (1 + z)


def of_linear_step(d: Any, w: float) -> Pair:
    up = number(d.gain_up) * (1 - number(d.gamma_up) * w / number(d.upper))
    down = number(d.gain_down) * (1 - number(d.gamma_down) * w / number(d.lower))
    return ended(d, w, (up, down))


def of_exponential_step(d: Any, w: float) -> Pair:
    z = 2 * number(d.scale) * w / (number(d.upper) - number(d.lower)) + number(d.shift)
    up = 1 - number(d.amplitude_up) * math.exp(number(d.gamma_up) * z)
    down = 1 - number(d.amplitude_down) * math.exp(-number(d.gamma_down) * z)
    return ended(d, w, (number(d.gain_up) * max(0.0, up), number(d.gain_down) * max(0.0, down)))


def of_varied(d: Any, w: float) -> Pair:
    up, down = slow_gains(d.base, w)
    return number(d.factor_up) * up, number(d.factor_down) * down


GAINS: dict[str, Callable[[Any, float], Pair]] = {
    "ideal": lambda d, w: (1.0, 1.0),
    "asymmetric_linear": lambda d, w: (1 - w / number(d.tau), 1 + w / number(d.tau)),
    "linear_offset": of_linear_offset,
    "power": of_power,
    "exponential": of_exponential,
    "constant_step": lambda d, w: ended(d, w, (number(d.gain_up), number(d.gain_down))),
    "linear_step": of_linear_step,
    "exponential_step": of_exponential_step,
    "piecewise_linear": of_table,
    "measured": of_table,
    "varied": of_varied,
    "stuck": lambda d, w: (0.0, 0.0) if d.stuck else slow_gains(d.base, w),
}


def slow_gains(device: Response, weight: float) -> Pair:
    """(q₊, q₋) of one cell, by a formula of its own; by the device's, one number at a time, if it has none here."""
    twin = GAINS.get(type(device).__module__.rpartition(".")[2])
    return (
        twin(device, weight)
        if twin
        else (number(device.q_plus(np.array(weight))), number(device.q_minus(np.array(weight))))
    )


def slow_settle(device: Response, weight: float) -> float:
    if isinstance(device, Bounded | Table):
        lower, upper = (number(end) for end in device.domain)
        return min(max(weight, lower), upper)
    return weight if type(device).__module__ in PLAIN else number(device.settle(np.array(weight)))


PLAIN = {f"simulation.devices.{name}" for name in GAINS}
"""Modules whose devices are written out here."""


def test_twins_are_of_devices_that_there_are() -> None:
    assert set(GAINS) <= set(DEVICES)


# The exponential device's formula cancels where its gain is small: 1e-16·e^γ/(e^γ − 1) at γ = 0.05 is 2e-15, times
# the change of gains of order 10 over the range.
ROUNDED = 10 * TWIN


def check_gains(device: Response, weights: np.ndarray) -> None:
    expected = np.array([slow_gains(device, w) for w in weights.tolist()]).T
    np.testing.assert_allclose([device.q_plus(weights), device.q_minus(weights)], expected, rtol=TWIN, atol=ROUNDED)
    np.testing.assert_array_equal(device.settle(weights), [slow_settle(device, w) for w in weights.tolist()])


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), fractions=BEYOND)
def test_gains_and_bounds_equal_their_scalar_twins(name: str, data: st.DataObject, fractions: list[float]) -> None:
    device = data.draw(devices(name))
    check_gains(device, inside(device, fractions))


def test_a_gain_off_by_a_billionth_is_caught() -> None:
    good, wrong = (DEVICES["power"](tau=1.0, gamma=2.0) for _ in range(2))
    object.__setattr__(wrong, "q_plus", DEVICES["power"](tau=1.0, gamma=2.0 + 1e-9).q_plus)
    check_gains(good, np.array([0.3]))
    with pytest.raises(AssertionError):
        check_gains(wrong, np.array([0.3]))


def slow_count(change: float, dw_min: float) -> int:
    """⌈|x|/Δw_min⌉, an integer up to rounding taken for that integer."""
    ratio = abs(change) / dw_min
    return round(ratio) if ratio <= round(ratio) * (1 + 1e-15) else math.ceil(ratio)


def slow_train(device: Response, rule: Any, weight: float, sign: float, count: int, normals: list[float]) -> float:
    """Pulse after pulse on one cell."""
    deviation = number(rule.cycle_noise)
    for pulse in range(count):
        gain = slow_gains(device, weight)[0 if sign > 0 else 1]
        if deviation:
            gain = gain + deviation * normals[pulse] * (1 if rule.cycle_kind == "additive" else gain)
        weight = slow_settle(device, weight + sign * number(rule.dw_min) * gain)
    return weight


SHAPE = (2, 3)
"""Runs and coordinates of the arrays that are updated."""


def some_weights(device: Response, seed: int) -> np.ndarray:
    """Inside the range, for all cells."""
    return inside(device, rng(seed).uniform(-0.8, 0.8, SHAPE).tolist())


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_pulse_trains_equal_their_scalar_twin(name: str, data: st.DataObject, seed: int) -> None:
    device, rule = data.draw(devices(name)), data.draw(fidelities("pulses"))
    weights, change = some_weights(device, seed), rng(seed + 1).uniform(-0.1, 0.1, SHAPE)
    found = rule.update(device, weights, change, rng=rng(seed))
    counts = [slow_count(x, number(rule.dw_min)) for x in change.ravel().tolist()]  # type: ignore[attr-defined]
    source = rng(seed)  # one draw a pulse, for all cells, as long as any of them needs one
    normals = np.array([source.standard_normal(SHAPE) for _ in range(max(counts))]).reshape(-1, 6).T
    for cell, (w, x) in enumerate(zip(weights.ravel().tolist(), change.ravel().tolist(), strict=True)):
        slow = slow_train(device, rule, w, math.copysign(1, x), counts[cell], normals[cell].tolist())
        # Fifty pulses of gains with the rounding above.
        assert found.ravel()[cell] == pytest.approx(slow, rel=10 * TWIN, abs=10 * ROUNDED)


def slow_trains(rule: Any, x: list[float], d: list[float], rate: float) -> tuple[int, list[float], list[float]]:
    """Slots and probabilities of the bits of one rank-one update."""
    unit = number(rule.dw_min if rule.granularity is None else rule.granularity)
    largest_x, largest_d = max(map(abs, x)), max(map(abs, d))
    wanted = rate * largest_x * largest_d / unit
    if wanted == 0:
        return (0 if rule.bit_length_management else rule.bit_length), [0.0] * len(x), [0.0] * len(d)
    count = math.ceil(wanted) if wanted > round(wanted) * (1 + 1e-15) else round(wanted)
    slots = min(count, rule.bit_length) if rule.bit_length_management else rule.bit_length
    a = b = math.sqrt(rate / (unit * slots))
    if rule.update_management:
        reachable = largest_d * min(1.0, rule.bit_length / wanted)
        a, b = a * math.sqrt(largest_x / reachable), b / math.sqrt(largest_x / reachable)
    return slots, [min(1.0, b * abs(e)) for e in x], [min(1.0, a * abs(e)) for e in d]


@QUICK
@given(rule=fidelities("stochastic"), seed=SEEDS, rate=st.floats(0.01, 2.0), quiet=st.booleans())
def test_slots_and_probabilities_equal_their_scalar_twin(rule: Any, seed: int, rate: float, quiet: bool) -> None:
    x, d = rng(seed).standard_normal((4, 3)), 0.1 * rng(seed + 1).standard_normal((4, 2))
    x[0] *= not quiet
    sent = rule.trains(x, d, rate)
    for sample in range(4):
        slots, columns, rows = slow_trains(rule, x[sample].tolist(), d[sample].tolist(), rate)
        assert sent.slots[sample] == slots
        np.testing.assert_allclose(sent.columns[sample], columns, rtol=TWIN)
        np.testing.assert_allclose(sent.rows[sample], rows, rtol=TWIN)


def slow_binomial(uniform: float, trials: int, probability: float) -> int:
    """Smallest n with P(N ≤ n) ≥ u, in exact fractions."""
    p, total = Fraction(probability), Fraction(0)
    for n in range(trials + 1):
        total += math.comb(trials, n) * p**n * (1 - p) ** (trials - n)
        if total >= Fraction(uniform):
            return n
    return trials


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS, trials=st.integers(0, 40))
def test_binomial_numbers_equal_their_exact_twin(seed: int, trials: int) -> None:
    uniform, probability = rng(seed).random(12), rng(seed + 1).random(12)
    probability[:3] = 0.0, 0.5, 1.0
    found = binomial(uniform, np.array(float(trials)), probability)
    assert found.tolist() == [slow_binomial(u, trials, p) for u, p in zip(uniform, probability, strict=True)]


def slow_coincidences(rule: Any, x: np.ndarray, d: np.ndarray, rate: float, source: np.random.Generator) -> np.ndarray:
    """Pulses on each cell of each sample, slot by slot, or each from the binomial law."""
    samples, inputs, outputs, length = len(x), x.shape[1], d.shape[1], rule.bit_length
    counts = np.zeros((samples, outputs, inputs))
    if rule.correlated:
        columns, rows = source.random((samples, inputs, length)), source.random((samples, outputs, length))
    else:
        uniform = source.random((samples, outputs, inputs))
    for s in range(samples):
        slots, p_x, p_d = slow_trains(rule, x[s].tolist(), d[s].tolist(), rate)
        for i, j in np.ndindex(outputs, inputs):
            if rule.correlated:
                both = [columns[s, j, t] < p_x[j] and rows[s, i, t] < p_d[i] for t in range(slots)]
                counts[s, i, j] = sum(both)
            else:
                counts[s, i, j] = slow_binomial(float(uniform[s, i, j]), slots, p_x[j] * p_d[i])
    return counts


@settings(deadline=None, max_examples=40)
@given(rule=fidelities("stochastic"), seed=SEEDS, rate=st.floats(0.01, 1.0))
def test_rank_one_updates_equal_their_scalar_twin(rule: Any, seed: int, rate: float) -> None:
    device = DEVICES["linear_offset"](tau=1.5, offset=0.2)
    x, d = rng(seed).standard_normal((3, 4)), 0.05 * rng(seed + 1).standard_normal((3, 2))
    weights, source = rng(seed + 2).uniform(-0.5, 0.5, (3, 2, 4)), rng(seed + 3)
    found = rule.rank_one(device, weights, x, d, step_size=rate, rng=rng(seed + 3))
    counts = slow_coincidences(rule, x, d, rate, source)
    normals = np.array([source.standard_normal((3, 2, 4)) for _ in range(int(counts.max()))]).reshape(-1, 3, 2, 4)
    for s, i, j in np.ndindex(3, 2, 4):
        sign = -math.copysign(1, d[s, i] * x[s, j])
        noise = normals[:, s, i, j].tolist()
        slow = slow_train(device, rule, float(weights[s, i, j]), sign, int(counts[s, i, j]), noise)
        assert found[s, i, j] == pytest.approx(slow, rel=TWIN, abs=TWIN)


def slow_update(device: Response, weight: float, change: float) -> float:
    """A positive change moves with the gain of positive pulses, a negative one with that of negative ones."""
    return slow_settle(device, weight + change * slow_gains(device, weight)[0 if change > 0 else 1])


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_mean_updates_equal_their_scalar_twin(name: str, data: st.DataObject, seed: int) -> None:
    device, rule = data.draw(devices(name)), FIDELITIES["mean"]()
    assert isinstance(rule, UpdateRule)
    weights, change = some_weights(device, seed), rng(seed + 1).uniform(-1, 1, SHAPE)
    slow = [slow_update(device, w, x) for w, x in zip(weights.ravel(), change.ravel(), strict=True)]
    # Absolute too: w + x·q may cancel to near 0.
    found = rule.update(device, weights, change).ravel()
    np.testing.assert_allclose(found, slow, rtol=10 * TWIN, atol=ROUNDED)


@pytest.mark.parametrize("name", sorted(DEVICES))
@QUICK
@given(data=st.data(), seed=SEEDS)
def test_observed_sums_equal_their_scalar_twin(name: str, data: st.DataObject, seed: int) -> None:
    device = data.draw(devices(name))
    weights = some_weights(device, seed).reshape(1, *SHAPE)
    h, variance = rng(seed + 1).standard_normal((1, *SHAPE)), rng(seed + 2).random((1, *SHAPE))
    seen = observe(Moments(np.zeros((1, 2)), h, variance), Gains(*device.gains(weights)))
    for index in range(SHAPE[0]):
        sums = dict.fromkeys(STATISTICS, 0.0)
        for j in range(SHAPE[1]):
            plus, minus = slow_gains(device, float(weights[0, index, j]))
            big_f, big_g, g, v = (plus + minus) / 2, (minus - plus) / 2, h[0, index, j], variance[0, index, j]
            sums["gradient_norm"] += g**2
            sums["weighted_gradient_norm"] += (big_f**2 - big_g**2) / big_f * g**2
            sums["gain_variance"] += max(plus, minus) ** 2 * v
            sums["drift_variance"] += big_g**2 / big_f * v
            sums["noise_variance"] += v
        np.testing.assert_allclose(seen[:, 0, index], list(sums.values()), rtol=10 * TWIN, atol=10 * ROUNDED)
