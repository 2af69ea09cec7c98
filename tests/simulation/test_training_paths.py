"""Paths of a training that few settings take: general devices, hard bounds, blocks, stashing, divergence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, FIDELITIES, SCHEDULES
from simulation._read import Read
from simulation.layers import LAYERS, Terms
from simulation.pipeline_stage import RULES
from simulation.training import _train, _write, train, train_clocked
from simulation.training._data import Samples
from simulation.training._estimates import _Curvature, _noise
from simulation.training._history import History
from simulation.training._passes import mean_signal
from simulation.training._reads import ReadTile
from simulation.training._write import UNITS, Writer, narrowed
from tests.simulation.small_networks import SMALL, arguments, images
from tests.tolerance import TWIN

ALD, IDEAL, MEAN = DEVICES["asymmetric_linear"], DEVICES["ideal"](), FIDELITIES["mean"]()
NETWORK = SMALL["perceptron"]
DATA = images(NETWORK, 11)
DOUBLE = np.dtype(np.float64)


def written(device: Any, rule: Any, unit: Any, size: float = 0.1, fidelity: Any = MEAN, rng: Any = None) -> Any:
    source = np.random.default_rng(4)
    weights = device.settle(source.uniform(-0.5, 0.5, (1, 3, 20))).reshape(1, 3, 4, 5)
    batch = [
        Terms(source.standard_normal((1, 3, count, 4)), source.standard_normal((1, 3, count, 5))) for count in (2, 3)
    ]
    found = np.empty_like(weights)
    Writer(device, fidelity, rule, unit, DOUBLE).write(weights, found, batch, np.full((1, 1, 1, 1), -size), rng)
    return weights, batch, found


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("rule", RULES)
def test_a_device_without_lines_is_written_unit_by_unit(rule: Any, unit: Any) -> None:
    device = DEVICES["power"](tau=0.9, gamma=2.0)
    assert device.affine is None
    weights, batch, found = written(device, rule, unit)
    parts = [-0.1 * np.einsum("sri,srj->srij", e[:, :, i], x[:, :, i]) for e, x in batch for i in range(x.shape[2])]
    units = parts if unit == "vector" else [sum(parts[:2]), sum(parts[2:])]
    now = weights
    for change in [sum(parts)] if rule == "accumulated" else units:
        at = device.gains((weights if rule == "sample_wise" else now).reshape(1, 3, 20))
        flat = change.reshape(1, 3, 20)
        now = now + (flat * at.symmetric - np.abs(flat) * at.asymmetric).reshape(now.shape)
    np.testing.assert_allclose(found, now, rtol=1e2 * TWIN, atol=TWIN)


@pytest.mark.parametrize("rule", RULES)
def test_hard_bounds_hold_under_every_rule(rule: Any) -> None:
    _, _, found = written(DEVICES["constant_step"](lower=-0.6, upper=0.7), rule, "vector", size=5.0)
    assert found.min() == -0.6
    assert found.max() == 0.7


def test_blocks_of_rows_meet_their_own_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    device = ALD(tau=np.linspace(0.8, 3.0, 20).reshape(1, 1, 20))
    whole = written(device, "accumulated", "vector")[2]
    monkeypatch.setattr(_write, "_BLOCK", 1)  # a row at a time
    np.testing.assert_allclose(written(device, "accumulated", "vector")[2], whole, rtol=1e2 * TWIN, atol=TWIN)


def test_an_array_has_its_own_cells() -> None:
    tau = np.linspace(1.0, 2.0, 74).reshape(1, 1, 74)
    np.testing.assert_array_equal(narrowed(ALD(tau=tau), 74, slice(35, 59)).tau, tau[..., 35:59])


def test_pulses_of_one_vector_are_the_fidelity_s_rank_one_update() -> None:
    rule = FIDELITIES["stochastic"](dw_min=0.01)
    weights, batch, found = written(ALD(tau=2.0), "sequential", "vector", 0.1, rule, np.random.default_rng(1))
    rng, now = np.random.default_rng(1), weights
    for errors, inputs in batch:
        for i in range(inputs.shape[2]):
            now = rule.rank_one(ALD(tau=2.0), now, inputs[:, :, i], 0.1 * errors[:, :, i], step_size=1.0, rng=rng)
    np.testing.assert_array_equal(found, now)
    descent = written(ALD(tau=2.0), "sequential", "vector")[2] - weights
    assert ((found - weights) * descent).sum() > 0


def test_versions_are_let_go_once_no_sample_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    class Watched(History):
        def push(self, weights: Any) -> None:
            super().push(weights)
            self.most = max(getattr(self, "most", 0), len(self.held))

        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(_train, "History", Watched)
    train(NETWORK, DATA, IDEAL, SCHEDULES["asynchronous_1f1b"](stages=3), probe=0, **arguments(updates=12))
    assert [stage.most for stage in made] == [4, 3, 2]  # delay, the version read now, the one just made


def test_a_stage_holds_the_samples_in_flight() -> None:
    asked = arguments(updates=3)
    found = train_clocked(NETWORK, DATA, IDEAL, SCHEDULES["synchronous"](stages=3, microbatches=4), **asked)
    assert found.held == (4, 4, 4)


def test_signal_of_stashed_weights_and_its_error() -> None:
    kept: list[Any] = []
    asked = arguments(dtype="float64", record_every=1, step_size=0.5, probe=99)
    schedule = SCHEDULES["stashed_1f1b"](stages=3)
    result = train(NETWORK, DATA, IDEAL, schedule, observer=lambda k, w: kept.append([a.copy() for a in w]), **asked)
    numbers, everything = list(NETWORK.arrays), Samples(images=DATA[0], labels=DATA[1])
    for update in range(3, 6):
        now = dict(zip(numbers, kept[update], strict=True))
        read = {n: kept[update - delay][place] for place, (n, delay) in enumerate(zip(numbers, (2, 1, 0), strict=True))}
        ends = [mean_signal(NETWORK, weights, weights, everything) for weights in (read, now)]
        flat = [np.concatenate([part[n].reshape(1, 2, -1) for n in numbers], axis=-1) for part in ends]
        for name, vector in (("signal_norm", flat[0]), ("signal_error", flat[0] - flat[1])):
            np.testing.assert_allclose(result.records[name][update], np.linalg.norm(vector, axis=-1), rtol=1e3 * TWIN)


def test_saturation_is_relative_to_the_symmetric_gain() -> None:
    device = DEVICES["constant_step"](lower=-1.0, upper=1.0, gain_up=2.0, gain_down=1.0)  # F = 1.5, |G| = 0.5
    records = train(NETWORK, DATA, device, probe=0, **arguments(dtype="float64")).records
    for name in ("mean_saturation", "peak_saturation"):
        np.testing.assert_allclose(records[name], 1 / 3, rtol=1e2 * TWIN)


def test_the_loss_since_the_record_before_and_the_first_update_above_the_limit() -> None:
    asked = arguments(step_size=[0.1, 3.0], updates=12, dtype="float64")
    found = train(NETWORK, DATA, IDEAL, probe=0, record_every=1, divergence=2.0, **asked)
    losses = train_clocked(NETWORK, DATA, IDEAL, **asked).losses
    np.testing.assert_allclose(found.records["train_loss"][1:], losses, rtol=1e2 * TWIN)
    beyond = losses > 2.0
    np.testing.assert_array_equal(found.diverged, np.where(beyond.any(axis=0), beyond.argmax(axis=0), -1))
    assert (beyond.sum(axis=0) > 1).any()  # the first of several


def test_a_loss_that_is_no_number_ends_a_training_without_a_limit() -> None:
    lost = train(NETWORK, DATA, IDEAL, probe=0, **arguments(updates=40, step_size=1e300, dtype="float32"))
    assert (lost.diverged >= 0).all()
    assert lost.updates == lost.diverged.max() + 1 < 40


def test_a_resumed_training_still_knows_which_runs_diverged(tmp_path: Path) -> None:
    asked = arguments(step_size=[0.1, 3.0], divergence=2.0, probe=0)
    path = tmp_path / "state.npz"
    first = train(NETWORK, DATA, IDEAL, checkpoint=path, **asked | {"updates": 8})
    again = train(NETWORK, DATA, IDEAL, checkpoint=path, **asked | {"updates": 9})
    assert (first.diverged >= 0).any()
    np.testing.assert_array_equal(again.diverged[first.diverged >= 0], first.diverged[first.diverged >= 0])


def test_two_draws_give_the_variance_without_bias() -> None:
    samples = Samples(images=DATA[0], labels=DATA[1])
    at = NETWORK.initial([np.random.default_rng(1)])
    alone = [
        mean_signal(NETWORK, at, at, Samples(images=samples.images[i : i + 1], labels=samples.labels[i : i + 1]))
        for i in range(len(samples))
    ]
    exact = sum(np.var([signal[n] for signal in alone], axis=0).sum() for n in at) / 2
    rng = np.random.default_rng(0)
    found = np.mean([_noise(NETWORK, samples, at, 2, 2, rng).sum() for _ in range(400)])
    assert found == pytest.approx(exact, rel=0.2)  # each scatters by about its size: 1/√400, four times that


def test_curvature_is_the_slope_of_the_gradient() -> None:
    samples, rng = Samples(images=DATA[0], labels=DATA[1]), np.random.default_rng(1)
    at = NETWORK.initial([rng])
    direction = {n: rng.standard_normal(array.shape) for n, array in at.items()}
    ends = []
    for sign in (1, -1):
        moved = {n: array + sign * 1e-5 * direction[n] for n, array in at.items()}
        ends.append(mean_signal(NETWORK, moved, moved, samples))
    found = _Curvature(NETWORK, samples, at).hessian(direction)
    for n, array in found.items():
        # Two differences of lengths near 1e-5 err by 1e-10 of truncation and 1e-11 of rounding, times some hundred.
        np.testing.assert_allclose(array, (ends[0][n] - ends[1][n]) / 2e-5, atol=1e-7)


def test_a_convolution_behind_converters_is_read_backwards_through_them() -> None:
    rng, asked = np.random.default_rng(0), []

    def source(direction: str, run: int) -> np.random.Generator:
        asked.append(direction)
        return rng

    bound = 1e-3
    tile = ReadTile(rng.standard_normal((1, 1, 2, 37)), (Read(), Read(output_bound=bound, input_bound=1.0)), source)
    layer = LAYERS["convolution"](channels=2, size=3, padding=1)
    _, stored = layer.forward(tile, (rng.standard_normal((1, 1, 1, 5, 5, 4)),))
    exact = ReadTile(tile.weights, (Read(), Read()), source)
    error = (rng.standard_normal((1, 1, 1, 5, 5, 2)),)
    clipped, free = (layer.backward(held, stored, error)[0] for held in (tile, exact))
    assert asked == ["forward", "backward", "backward"]
    assert np.abs(clipped).max() < 0.1 * np.abs(free).max()  # the bound of the backward converter is felt


def test_fields_of_the_fidelity_are_settings() -> None:
    steps = np.array([0.01, 0.02]).reshape(2, 1, 1)
    found = train(NETWORK, DATA, IDEAL, probe=0, fidelity=FIDELITIES["pulses"](dw_min=steps), **arguments(updates=1))
    assert found.weights[0].shape[0] == 2
