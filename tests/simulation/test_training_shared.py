"""What both executors share, where no comparison of the two would show a fault: start, step size, randomness."""

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, FIDELITIES, SCHEDULES
from simulation._read import Read
from simulation.losses import LOSSES
from simulation.step_sizes import DECAYS
from simulation.training import _data, _job, train
from simulation.training import _passes as passes
from simulation.training._data import Feed, Samples
from tests.simulation.small_networks import CLASSES, SMALL, arguments, images
from tests.tolerance import TWIN

IDEAL = DEVICES["ideal"]()
NETWORK = SMALL["perceptron"]
DATA = images(NETWORK, 11)


def trajectory(device: Any, schedule: Any = None, **changes: Any) -> list[dict[int, Any]]:
    """W of each array before update 0, 1, … and after the last."""
    seen: list[dict[int, Any]] = []

    def observe(update: int, weights: Any) -> None:
        seen.append({n: array.copy() for n, array in zip(NETWORK.arrays, weights, strict=True)})

    asked = arguments(record_every=1, probe=0, observer=observe, dtype="float64") | changes
    train(NETWORK, DATA, device, schedule, **asked)
    return seen


def test_every_update_is_the_decayed_step_along_the_mean_over_its_micro_batches() -> None:
    decay, rate = DECAYS["stairs"](every=1, drop=0.5), 0.3
    asked = arguments(runs=1, updates=4, step_size=rate, decay=decay)
    seen = trajectory(IDEAL, SCHEDULES["synchronous"](stages=1, microbatches=2), **asked)
    feed = Feed(Samples(images=DATA[0], labels=DATA[1]), asked["batch"], asked["seed"], 1)
    for update, (before, after) in enumerate(pairwise(seen)):
        parts = [feed[2 * update], feed[2 * update + 1]]
        pictures, labels = (np.concatenate([part[i][0, 0] for part in parts]) for i in range(2))
        drawn = Samples(images=pictures, labels=labels)
        gradient = passes.mean_signal(NETWORK, before, before, drawn)
        for n, array in before.items():
            expected = array - rate * 0.5**update * gradient[n]
            np.testing.assert_allclose(after[n], expected, rtol=1e2 * TWIN, atol=TWIN)


def test_a_training_starts_from_weights_that_the_device_can_hold_and_each_run_from_its_own() -> None:
    free, held = (trajectory(device)[0] for device in (IDEAL, DEVICES["constant_step"](lower=-0.1, upper=0.2)))
    for n, array in free.items():
        np.testing.assert_array_equal(held[n], np.clip(array, -0.1, 0.2))
        assert np.abs(array[:, 0] - array[:, 1]).max() > 0.1
    assert max(np.abs(array).max() for array in free.values()) > 0.2  # the bounds are felt


def test_no_randomness_is_used_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every update, micro-batch, run, array and direction has a generator of its own; settings alone share it."""
    made: Counter[Any] = Counter()
    plain = _data.stream

    def noted(seed: int, purpose: str, *key: int) -> Any:
        made[purpose, *key] += 1
        return plain(seed, purpose, *key)

    monkeypatch.setattr(_data, "stream", noted)
    monkeypatch.setattr(_job, "stream", noted)
    reads = Read(output_noise=0.06), Read(output_noise=0.06)
    trajectory(IDEAL, fidelity=FIDELITIES["stochastic"](dw_min=0.01), reads=reads, evaluation=DATA, updates=3)
    assert {key for key, count in made.items() if count > 1} == set()
    used = Counter(purpose for purpose, *_ in made)
    arrays, runs, updates = len(NETWORK.arrays), 2, 3
    assert used == {
        "weights": runs,
        "pulses": arrays * updates,
        "forward": arrays * runs * updates,
        "backward": (arrays - 1) * runs * updates,  # nothing is computed before the first array
        "evaluation": arrays * runs * (updates + 1),
    }


def test_seeds_purposes_and_numbers_are_streams_apart() -> None:
    keys: list[Any] = [(0, "weights", 0), (1, "weights", 0), (0, "pulses", 0), (0, "weights", 1), (0, "weights", 0, 0)]
    assert len({_data.stream(*key).integers(2**63) for key in keys}) == len(keys)


def test_many_samples_give_one_sum_however_they_are_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = Samples(images=DATA[0], labels=DATA[1])
    weights = NETWORK.initial([np.random.default_rng(seed) for seed in range(2)])

    def found() -> Any:
        signal = passes.mean_signal(NETWORK, weights, weights, samples)
        return [*passes.evaluated(NETWORK, weights, samples), *signal.values()]

    whole = found()
    monkeypatch.setattr(passes, "_WORKSPACE", 2 * 4 * NETWORK.workspace)  # two runs, four samples: 4 + 4 + 3
    assert len(list(passes.chunks(NETWORK, weights, samples))) == 3
    for array, expected in zip(found(), whole, strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e2 * TWIN, atol=TWIN)


def test_accuracy_is_the_share_of_largest_outputs_at_the_label() -> None:
    output = np.zeros((1, 1, 4, CLASSES))
    output[0, 0, range(4), [0, 1, 2, 2]] = 1.0
    found, error = passes.score(NETWORK, output, np.array([[[0, 1, 2, 0]]]))
    assert found.correct.item() == 3
    losses, expected = LOSSES["softmax_cross_entropy"]().evaluate(output, np.array([[[0, 1, 2, 0]]]))
    assert found.loss.item() == losses.sum()
    np.testing.assert_array_equal(error, expected)
