"""Training of networks: both executors, no delay and no pipeline, rules of applying a batch, scalar twins."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import DEVICES, FIDELITIES, SCHEDULES
from simulation._read import Read
from simulation.layers import LAYERS, Terms
from simulation.networks import NETWORKS
from simulation.pipeline_stage import RULES
from simulation.training import _train, clocks, train, train_clocked
from simulation.training._data import Feed, Samples
from simulation.training._events import Versions, events, versions
from simulation.training._passes import mean_signal
from simulation.training._reads import ReadTile
from simulation.training._write import UNITS, Writer
from tests.simulation.cases import SEEDS, devices, fidelities, schedules
from tests.simulation.small_networks import SMALL, arguments, images
from tests.tolerance import TWIN

ALD, IDEAL = DEVICES["asymmetric_linear"], DEVICES["ideal"]
QUICK = settings(deadline=None, max_examples=4)
SINGLE = 2e-5
"""Relative; float32 against float64 over a few updates: some hundred roundings of 6e-8 each."""


def make(name: str, stages: int, microbatches: int = 1) -> Any:
    kind = SCHEDULES[name]
    extra = {"copy_cost": 1} if "copy_cost" in kind.__dataclass_fields__ else {}
    return kind(stages=stages, microbatches=microbatches if kind.batched else 1, **extra)


def assert_same(network: Any, device: Any, schedule: Any, **changes: Any) -> None:
    data = images(network, 9)
    recursion = train(network, data, device, schedule, probe=0, **arguments(**changes))
    clocked = train_clocked(network, data, device, schedule, **arguments(**changes))
    assert all(np.isfinite(array).all() for array in clocked.weights)
    assert len(clocked.weights) == len(network.arrays)
    for found, expected in zip(recursion.weights, clocked.weights, strict=True):
        np.testing.assert_array_equal(found, expected)
    # The same numbers, summed in another order.
    seen = clocked.losses.mean(axis=0)
    np.testing.assert_allclose(recursion.records["train_loss"][-1], seen, rtol=1e2 * TWIN)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_both_executors_agree_bitwise_on_every_network(name: str, dtype: str) -> None:
    network = SMALL[name]
    stages = min(4, len(network.arrays))
    assert_same(network, ALD(tau=3.0), make("asynchronous_1f1b", stages), dtype=dtype)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
@QUICK
@given(data=st.data(), stages=st.integers(1, 5), seed=SEEDS, rule=st.sampled_from(RULES), unit=st.sampled_from(UNITS))
def test_both_executors_agree_bitwise_under_every_schedule(
    name: str, data: st.DataObject, stages: int, seed: int, rule: str, unit: str
) -> None:
    schedule = data.draw(schedules(name, stages))
    assert_same(SMALL["perceptron"], ALD(tau=3.0), schedule, seed=seed, rule=rule, unit=unit, step_size=[0.1, 0.3])


@pytest.mark.parametrize("fidelity", sorted(FIDELITIES))
@pytest.mark.parametrize("name", sorted(DEVICES))
@settings(deadline=None, max_examples=1)
@given(data=st.data(), rule=st.sampled_from(RULES))
def test_both_executors_agree_bitwise_on_every_device_and_fidelity(
    name: str, fidelity: str, data: st.DataObject, rule: str
) -> None:
    device, way = data.draw(devices(name)), data.draw(fidelities(fidelity))
    changes: dict[str, Any] = {"fidelity": way, "rule": rule, "step_size": 0.01, "updates": 4}
    assert_same(SMALL["perceptron"], device, make("asynchronous_1f1b", 3), **changes)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_versions_are_those_of_the_timetable(name: str) -> None:
    for stages, microbatches in ((1, 1), (3, 2), (4, 3)):
        schedule = make(name, stages, microbatches)
        table = schedule.timetable(12)
        assert list(events(schedule, 12)) == table.events()
        reads = [tuple(Versions(row[k].forward, row[k].backward) for row in table.reads) for k in range(12)]
        assert list(versions(schedule, 12)) == reads
        assert clocks(schedule, 12) == table.clocks


def forward_too_late(row: tuple[Versions, ...]) -> tuple[Versions, ...]:
    return tuple(found._replace(forward=max(0, found.forward - 1)) for found in row)


def backward_as_stale(row: tuple[Versions, ...]) -> tuple[Versions, ...]:
    return tuple(found._replace(backward=found.forward) for found in row)


@pytest.mark.parametrize("fault", [forward_too_late, backward_as_stale])
def test_a_wrong_version_is_caught(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_train, "versions", lambda schedule, samples: map(fault, versions(schedule, samples)))
    with pytest.raises((AssertionError, RuntimeError)):  # a version that was let go is an error too
        assert_same(SMALL["perceptron"], IDEAL(), make("asynchronous_1f1b", 3))


def unpipelined(network: Any, data: Any, tau: float, **asked: Any) -> list[Any]:
    """Plain descent on an asymmetric linear device, one run: gradient, then w − α(g + |g|·w/τ)."""
    samples = Samples(images=data[0], labels=data[1])
    feed = Feed(samples, asked["batch"], asked["seed"], 1)
    start = train(network, data, ALD(tau=tau), probe=0, dtype="float64", **asked | {"updates": 1, "step_size": 1e-300})
    weights = dict(zip(network.arrays, start.weights, strict=True))
    for update in range(asked["updates"]):
        pictures, labels = feed[update]
        gradient = mean_signal(network, weights, weights, Samples(images=pictures[0, 0], labels=labels[0, 0]))
        for n, g in gradient.items():
            weights[n] = weights[n] - asked["step_size"] * (g + np.abs(g) * weights[n] / tau)
    return list(weights.values())


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_training_is_plain_descent_with_the_device_between(name: str) -> None:
    network, asked = SMALL[name], arguments(runs=1)
    data = images(network, 7)
    found = train(network, data, ALD(tau=2.0), probe=0, dtype="float64", **asked)
    for array, expected in zip(found.weights, unpipelined(network, data, 2.0, **asked), strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e3 * TWIN, atol=1e3 * TWIN)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_no_delay_and_one_stage_are_no_pipeline_bitwise(name: str, rule: str) -> None:
    network = SMALL["perceptron" if rule == "sequential" else "lenet"]  # every position of a convolution is a unit
    data = images(network, 9)
    plain = train(network, data, ALD(tau=2.0), probe=0, rule=rule, **arguments())
    schedules = [make(name, 1)]
    schedules += [] if any(make(name, 3).steady_delays()) else [make(name, 3), make(name, 4)]
    for schedule in schedules:
        piped = train(network, data, ALD(tau=2.0), schedule, probe=0, rule=rule, **arguments())
        for found, expected in zip(piped.weights, plain.weights, strict=True):
            np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(piped.records["train_loss"], plain.records["train_loss"])


def test_batches_without_delay_do_not_depend_on_the_schedule_bitwise() -> None:
    network, data = SMALL["perceptron"], images(SMALL["perceptron"], 9)
    names = [name for name, kind in SCHEDULES.items() if kind.batched]
    found = [
        train(network, data, ALD(tau=2.0), make(name, stages, 3), probe=0, **arguments()).weights
        for name in names
        for stages in (1, 3)
    ]
    for other in found[1:]:
        for array, expected in zip(other, found[0], strict=True):
            np.testing.assert_array_equal(array, expected)


def test_runs_and_settings_do_not_influence_one_another() -> None:
    network, data, schedule = SMALL["lenet"], images(SMALL["lenet"], 9), make("asynchronous_1f1b", 3)
    wide = train(network, data, ALD(tau=2.0), schedule, probe=0, **arguments(step_size=[0.1, 0.2], runs=3))
    narrow = train(network, data, ALD(tau=2.0), schedule, probe=0, **arguments(step_size=0.2, runs=1))
    for found, expected in zip(wide.weights, narrow.weights, strict=True):
        np.testing.assert_array_equal(found[1:, :1], expected)
        assert not np.array_equal(found[1, 0], found[1, 1])


def scalar_twin(weights: Any, data: Any, feed: Feed, tau: float, rate: float, updates: int) -> Any:
    """Two dense layers with tanh between, a stage each, delays 1 and 0, in loops over numbers."""
    first, second = ([list(map(float, row)) for row in array[0, 0]] for array in weights)
    late = [list(row) for row in first]  # what the first stage's forward pass reads: one update old
    for update in range(updates):
        x = [*map(float, feed[update][0][0, 0, 0]), 1.0]
        label = int(feed[update][1][0, 0, 0])
        hidden = [math.tanh(sum(w * v for w, v in zip(row, x, strict=True))) for row in late]
        outputs = [sum(w * v for w, v in zip(row, [*hidden, 1.0], strict=True)) for row in second]
        total = sum(map(math.exp, outputs))
        error = [math.exp(y) / total - (c == label) for c, y in enumerate(outputs)]
        before = [
            sum(error[c] * second[c][h] for c in range(len(error))) * (1 - hidden[h] ** 2) for h in range(len(hidden))
        ]
        late = [list(row) for row in first]

        def moved(w: float, g: float) -> float:
            return w - rate * g * (1 - w / tau if g < 0 else 1 + w / tau)

        second = [
            [moved(w, e * v) for w, v in zip(row, [*hidden, 1.0], strict=True)]
            for row, e in zip(second, error, strict=True)
        ]
        first = [[moved(w, e * v) for w, v in zip(row, x, strict=True)] for row, e in zip(first, before, strict=True)]
    return first, second


def test_a_delayed_backward_pass_is_its_scalar_twin() -> None:
    network = NETWORKS["perceptron"](widths=(3, 2, 3), activation="tanh", gain=2.0)
    data = images(network, 5)
    asked = arguments(runs=1, batch=1, updates=8, step_size=0.4, dtype="float64")
    start = train(network, data, ALD(tau=2.0), probe=0, **asked | {"updates": 1, "step_size": 1e-300}).weights
    found = train(network, data, ALD(tau=2.0), make("asynchronous_1f1b", 2), probe=0, **asked)
    feed = Feed(Samples(images=data[0], labels=data[1]), 1, 3, 1)
    for array, twin in zip(found.weights, scalar_twin(start, data, feed, 2.0, 0.4, 8), strict=True):
        np.testing.assert_allclose(array[0, 0], twin, rtol=1e2 * TWIN)
    plain = train(network, data, ALD(tau=2.0), probe=0, **asked)
    assert np.abs(plain.weights[0] - found.weights[0]).max() > 1e-3  # the delay shows


def by_unit(weights: Any, change: Any, tau: float, rule: str) -> Any:
    """Units one after the other, or side by side, on an asymmetric linear device."""
    now = weights
    for part in change:
        at = weights if rule == "sample_wise" else now
        now = now + part - np.abs(part) * at / tau
    return now


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("rule", RULES)
def test_rules_and_units_are_sums_over_dense_changes(rule: Any, unit: Any) -> None:
    rng = np.random.default_rng(4)
    weights, rate = rng.uniform(-0.5, 0.5, (2, 3, 4, 5)), np.array([-0.1, -0.2]).reshape(2, 1, 1, 1)
    batch = [Terms(rng.standard_normal((2, 3, count, 4)), rng.standard_normal((1, 3, count, 5))) for count in (2, 3)]
    vectors = [
        rate
        * np.einsum("sri,srj->srij", t.errors[:, :, i], np.broadcast_to(t.inputs, (2, *t.inputs.shape[1:]))[:, :, i])
        for t in batch
        for i in range(t.inputs.shape[2])
    ]
    change = vectors if unit == "vector" else [vectors[0] + vectors[1], sum(vectors[2:])]
    change = [sum(vectors)] if rule == "accumulated" else change
    writer = Writer(ALD(tau=0.9), FIDELITIES["mean"](), rule, unit, np.dtype(np.float64))
    found = np.empty_like(weights)
    writer.write(weights, found, batch, rate, None)
    np.testing.assert_allclose(found, by_unit(weights, change, 0.9, rule), rtol=1e2 * TWIN)
    writer.write(weights, weights, batch, rate, None)
    np.testing.assert_array_equal(weights, found)


@pytest.mark.parametrize("name", sorted(DEVICES))
@settings(deadline=None, max_examples=10)
@given(data=st.data(), seed=SEEDS)
def test_few_passes_are_the_device_s_own_update(name: str, data: st.DataObject, seed: int) -> None:
    """Blocks of rows and lines in place of gains, against the fidelity on the whole array."""
    device, rng = data.draw(devices(name)), np.random.default_rng(seed)
    weights = device.settle(rng.uniform(-0.05, 0.05, (1, 2, 9, 5000)))
    batch, rate = (
        [Terms(rng.standard_normal((1, 2, 1, 9)), rng.standard_normal((1, 2, 1, 5000)))],
        np.full((1, 1, 1, 1), -1e-4),
    )
    found, change = np.empty_like(weights), rate * np.swapaxes(batch[0].errors, -1, -2) * batch[0].inputs
    Writer(device, FIDELITIES["mean"](), "accumulated", "vector", weights.dtype).write(
        weights, found, batch, rate, None
    )
    flat = (1, 2, -1)
    expected = FIDELITIES["mean"]().update(device, weights.reshape(flat), change.reshape(flat))
    np.testing.assert_allclose(found.reshape(flat), expected, rtol=1e2 * TWIN, atol=TWIN)


def test_a_device_of_its_own_in_every_cell_and_run() -> None:
    """Cut into arrays, and blocks of rows, each weight still meets its own τ."""
    network, asked = SMALL["perceptron"], arguments(runs=2, dtype="float64")
    data, rng = images(network, 7), np.random.default_rng(0)
    tau = rng.uniform(1.0, 3.0, (1, 2, network.dimension))
    together = train(network, data, ALD(tau=tau), probe=0, **asked)
    wrong = train(network, data, ALD(tau=tau[..., ::-1]), probe=0, **asked)
    # The power device of γ = 1 has the same gains, and does not say that they are lines: the general path.
    power = DEVICES["power"](tau=tau, gamma=1.0)
    assert power.affine is None
    general = train(network, data, power, probe=0, **asked)
    for found, expected, other in zip(together.weights, general.weights, wrong.weights, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e2 * TWIN)
        assert np.abs(found - other).max() > 1e-6


def test_single_precision_is_double_precision_up_to_rounding() -> None:
    network, data, schedule = SMALL["lenet"], images(SMALL["lenet"], 9), make("asynchronous_1f1b", 3)
    single, double = (
        train(network, data, ALD(tau=2.0), schedule, probe=0, **arguments(dtype=dtype))
        for dtype in ("float32", "float64")
    )
    for found, expected in zip(single.weights, double.weights, strict=True):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=SINGLE, atol=SINGLE)


NOISY = Read(output_noise=0.06, doublings=4), Read(output_noise=0.06)
PERFECT = (Read(input_resolution=0, output_resolution=0, input_bound=1e9, output_bound=1e9),) * 2


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_both_executors_agree_bitwise_on_noisy_reads(name: str) -> None:
    network = SMALL[name]
    stages = min(3, len(network.arrays))
    changes: dict[str, Any] = {"reads": NOISY, "updates": 3, "step_size": [0.1, 0.2], "runs": 1}
    assert_same(network, ALD(tau=3.0), make("asynchronous_1f1b", stages), **changes)


def test_reads_without_error_are_products_and_their_noise_is_each_run_s_own() -> None:
    network, data = SMALL["lenet"], images(SMALL["lenet"], 9)

    def weights(**changes: Any) -> Any:
        return train(network, data, ALD(tau=2.0), evaluation=data, **arguments(dtype="float64", **changes)).weights

    for found, exact in zip(weights(reads=PERFECT), weights(), strict=True):
        np.testing.assert_allclose(found, exact, rtol=1e3 * TWIN, atol=1e3 * TWIN)
    wide, narrow = weights(reads=NOISY, step_size=[0.1, 0.2], runs=3), weights(reads=NOISY, step_size=0.2, runs=1)
    for found, expected, exact in zip(wide, narrow, weights(step_size=0.2, runs=1), strict=True):
        np.testing.assert_array_equal(found[1:, :1], expected)
        assert np.abs(expected - exact).max() > 1e-3  # the noise shows


def test_a_read_is_the_converters_own() -> None:
    """One dense layer: what leaves it is `Read.forward` of (x, 1), what goes back `Read.backward` of the error."""
    rng = np.random.default_rng(0)
    weights, x, error = (rng.standard_normal((1, 1, *shape)) for shape in ((3, 5), (2, 4), (2, 3)))
    reads = Read(doublings=2), Read()
    tile, layer = ReadTile(weights, reads, lambda direction, run: rng), LAYERS["dense"](outputs=3)
    (y,), stored = layer.forward(tile, (x,))
    vectors = np.append(x[0, 0], np.ones((2, 1)), axis=1)
    np.testing.assert_array_equal(y[0, 0], reads[0].forward(weights[0, 0], vectors))
    (before,) = layer.backward(tile, stored, (error,))
    np.testing.assert_array_equal(before[0, 0], reads[1].backward(weights[0, 0, :, :-1], error[0, 0]))


def test_every_run_shuffles_every_epoch_anew() -> None:
    numbers = np.arange(7)
    feed = Feed(Samples(images=numbers[:, None], labels=numbers), 2, 5, 3)
    seen = np.concatenate([feed[k][1] for k in range(6)], axis=-1)[0]  # two epochs of three micro-batches
    assert feed.epoch == 3
    for run in seen:
        assert len(set(run[:6].tolist())) == len(set(run[6:].tolist())) == 6
        assert run[:6].tolist() != run[6:].tolist()
    assert seen[0].tolist() != seen[1].tolist()
