"""What a training records, writes and refuses."""

import doctest
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import DEVICES, FIDELITIES, SCHEDULES
from simulation._read import Read
from simulation.step_sizes import DECAYS
from simulation.training import MEASURES, Training, estimate, first_reached, train
from simulation.training._data import Samples
from simulation.training._estimates import _Curvature
from simulation.training._passes import evaluated, mean_signal
from tests.simulation.small_networks import SMALL, arguments, images
from tests.tolerance import TWIN

ALD, IDEAL = DEVICES["asymmetric_linear"], DEVICES["ideal"]
NETWORK = SMALL["perceptron"]
DATA, HELD_OUT = images(NETWORK, 11), images(NETWORK, 8, seed=1)
PIPELINE = SCHEDULES["asynchronous_1f1b"](stages=3)
CURVES = 1e-7
"""Absolute; central differences of length 2e-5 err by the square of it times third derivatives of order 10."""


def trained(
    updates: int = 10,
    device: Any = None,
    schedule: Any = PIPELINE,
    *,
    network: Any = NETWORK,
    data: Any = DATA,
    **changes: Any,
) -> Training:
    asked = arguments(evaluation=HELD_OUT, record_every=3, updates=updates, probe=7) | changes
    return train(network, data, device or ALD(tau=2.0), schedule, **asked)


def assert_equal(found: Training, expected: Training) -> None:
    for array, other in zip(found.weights, expected.weights, strict=True):
        np.testing.assert_array_equal(array, other)
    for name, values in expected.records.items():
        np.testing.assert_array_equal(found.records[name], values)
    np.testing.assert_array_equal(found.diverged, expected.diverged)


@pytest.mark.parametrize("fidelity", sorted(FIDELITIES))
@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_a_training_resumes_bit_for_bit(name: str, fidelity: str, tmp_path: Path) -> None:
    kind = SCHEDULES[name]
    extra: dict[str, Any] = {"copy_cost": 1} if "copy_cost" in kind.__dataclass_fields__ else {}
    schedule = kind(stages=3, microbatches=2 if kind.batched else 1, **extra)
    asked: dict[str, Any] = {"schedule": schedule, "fidelity": fidelity, "decay": DECAYS["cosine"](updates=10)}
    path = tmp_path / "state.npz"
    for updates in (4, 5, 9):  # on a record, beside one, and again
        part = trained(updates, checkpoint=path, **asked)
        assert part.updates == updates
    assert_equal(trained(10, checkpoint=path, **asked), trained(10, **asked))
    assert_equal(trained(10, checkpoint=path, **asked), trained(10, **asked))  # nothing left to do


def test_a_training_that_is_interrupted_resumes_from_the_last_checkpoint(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    asked: dict[str, Any] = {"checkpoint": tmp_path / "state.npz", "checkpoint_every": 2}
    with pytest.raises(KeyboardInterrupt):
        trained(progress=interrupt, **asked)
    steps: list[int] = []
    resumed = trained(progress=lambda done, total: steps.append(done), **asked)
    assert steps[0] == 7  # six updates were kept
    assert_equal(resumed, trained())


@pytest.mark.parametrize(
    "change",
    [
        {"device": ALD(tau=2.5)},
        {"device": IDEAL()},
        {"schedule": SCHEDULES["asynchronous_concurrent"](stages=3)},
        {"step_size": 0.2},
        {"seed": 4},
        {"batch": 3},
        {"runs": 3},
        {"rule": "sequential"},
        {"unit": "microbatch"},
        {"fidelity": FIDELITIES["pulses"](dw_min=0.01)},
        {"decay": DECAYS["stairs"](every=5)},
        {"sizes": [2, 1, 2]},
        {"dtype": "float64"},
        {"reads": (Read(), Read())},
        {"record_every": 4},
        {"probe": 5},
        {"divergence": 9.0},
        {"evaluation": images(NETWORK, 8, seed=2)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_checkpoint_of_another_experiment_is_refused_and_kept(change: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    trained(3, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"state\.npz: checkpoint must be of this experiment"):
        trained(4, checkpoint=path, **change)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_other_data_are_another_experiment(tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    trained(3, checkpoint=path)
    for data in (images(NETWORK, 11, seed=9), (DATA[0], DATA[1][::-1]), (DATA[0][::-1], DATA[1])):
        with pytest.raises(ValueError, match="of this experiment"):
            trained(4, data=data, checkpoint=path)


def test_another_network_of_the_same_arrays_is_another_experiment(tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    trained(3, checkpoint=path)
    with pytest.raises(ValueError, match="of this experiment"):
        trained(4, network=replace(NETWORK, activation="tanh"), checkpoint=path)


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_damaged_checkpoint_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    trained(3, checkpoint=path)
    path.write_bytes(path.read_bytes()[:-400] if content is None else content)
    with pytest.raises(ValueError, match=r"state\.npz: checkpoint must be a complete npz file"):
        trained(4, checkpoint=path)


def test_an_archive_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    np.savez(path, weights=np.zeros(3))
    with pytest.raises(ValueError, match=r"state\.npz: checkpoint must be of this experiment, .*, got none"):
        trained(4, checkpoint=path)


def test_fewer_updates_than_the_checkpoint_are_refused(tmp_path: Path) -> None:
    trained(5, checkpoint=tmp_path / "state.npz")
    with pytest.raises(ValueError, match="updates must be >= 5"):
        trained(4, checkpoint=tmp_path / "state.npz")


def test_a_failed_training_writes_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    asked: dict[str, Any] = {"checkpoint": path, "checkpoint_every": 1, "divergence": 2.0, "runs": 1, "step_size": 1.0}
    lost = trained(40, IDEAL(), **asked)
    assert (lost.diverged >= 0).all()
    assert lost.updates == lost.diverged.max() + 1 < 40
    with np.load(path) as archive:
        assert 0 < int(archive["update"]) <= lost.diverged.max()


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.npz"
    trained(3, checkpoint=path)
    before = path.read_bytes()

    def fail(file: Any, **arrays: Any) -> None:
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        trained(4, checkpoint=path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_that_diverges_is_recorded_with_its_step_and_leaves_the_others_alone() -> None:
    both = trained(12, IDEAL(), step_size=[0.1, 1e30], divergence=50.0)
    alone = trained(12, IDEAL(), step_size=0.1)
    assert (both.diverged[0] == -1).all()
    assert (both.diverged[1] > 0).all()
    assert both.updates == 12
    for array, expected in zip(both.weights, alone.weights, strict=True):
        np.testing.assert_array_equal(array[:1], expected)


def test_weights_that_overflow_in_the_last_update_are_a_divergence() -> None:
    lost = trained(1, IDEAL(), step_size=1e300, schedule=None, dtype="float32", runs=1)
    assert lost.diverged.item() == 1


def test_records_are_what_their_names_say() -> None:
    seen: dict[int, Any] = {}
    result = trained(7, dtype="float64", observer=lambda k, w: seen.update({k: [array.copy() for array in w]}))
    assert set(result.records) == {"update", "clocks", *MEASURES}
    assert result.records["update"].tolist() == [0, 3, 6, 7] == list(seen)
    assert result.records["clocks"].tolist() == [0, 5, 8, 9]  # K + M − 1
    held_out = Samples(images=HELD_OUT[0], labels=HELD_OUT[1])
    for place, weights in enumerate(seen.values()):
        held = dict(zip(NETWORK.arrays, weights, strict=True))
        found = evaluated(NETWORK, held, held_out)
        np.testing.assert_array_equal(result.records["loss"][place], found.loss)
        np.testing.assert_array_equal(result.records["accuracy"][place], found.correct)
        saturation = np.concatenate([np.abs(array.reshape(1, 2, -1)) / 2.0 for array in weights], axis=-1)
        np.testing.assert_allclose(result.records["peak_saturation"][place], saturation.max(axis=-1), rtol=TWIN)
        np.testing.assert_allclose(result.records["mean_saturation"][place], saturation.mean(axis=-1), rtol=TWIN)


def test_staleness_and_angle_are_those_of_what_was_read() -> None:
    kept: dict[int, Any] = {}
    asked = {"dtype": "float64", "record_every": 1, "step_size": 0.5, "probe": 99}
    result = trained(6, observer=lambda k, w: kept.update({k: [array.copy() for array in w]}), **asked)
    numbers, everything = list(NETWORK.arrays), Samples(images=DATA[0], labels=DATA[1])
    for update in range(3, 6):  # full: delays 2, 1, 0
        now = dict(zip(numbers, kept[update], strict=True))
        read = {n: kept[update - delay][place] for place, (n, delay) in enumerate(zip(numbers, (2, 1, 0), strict=True))}
        gap = np.sqrt(sum(np.square(read[n] - now[n]).sum(axis=(-1, -2)) for n in numbers))
        np.testing.assert_allclose(result.records["staleness"][update], gap, rtol=1e2 * TWIN)
        ends = [mean_signal(NETWORK, weights, now, everything) for weights in (now, read)]
        flat = [np.concatenate([part[n].reshape(1, 2, -1) for n in numbers], axis=-1) for part in ends]
        norms = [np.linalg.norm(part, axis=-1) for part in flat]
        cosine = np.vecdot(*flat) / (norms[0] * norms[1])
        np.testing.assert_allclose(result.records["gradient_norm"][update], norms[0], rtol=1e2 * TWIN)
        np.testing.assert_allclose(result.records["signal_norm"][update], norms[1], rtol=1e2 * TWIN)
        np.testing.assert_allclose(result.records["signal_cosine"][update], cosine, rtol=1e2 * TWIN)
        assert (result.records["signal_error"][update] > 0).all()


def test_without_delay_the_signal_is_the_gradient() -> None:
    records = trained(schedule=None).records
    assert (records["staleness"] == 0).all()
    assert (records["signal_error"] == 0).all()
    np.testing.assert_allclose(records["signal_cosine"], 1, rtol=1e2 * TWIN)


def test_nothing_to_measure_with_is_no_number() -> None:
    records = trained(evaluation=None, probe=0).records
    assert np.isnan(records["accuracy"]).all()
    assert np.isnan(records["signal_cosine"]).all()
    assert np.isnan(records["train_loss"][0]).all()
    assert np.isfinite(records["train_loss"][1:]).all()


@pytest.mark.parametrize(
    ("decay", "factors"),
    [
        (DECAYS["constant"](), [1, 1, 1, 1, 1]),
        (DECAYS["stairs"](every=2, drop=0.5), [1, 1, 0.5, 0.5, 0.25]),
        (DECAYS["cosine"](updates=4, last=0.2), [1, 0.2 + 0.4 * (1 + 0.5**0.5), 0.6, 0.2 + 0.4 * (1 - 0.5**0.5), 0.2]),
    ],
)
def test_decays(decay: Any, factors: list[float]) -> None:
    assert [decay.factor(update) for update in range(5)] == pytest.approx(factors, rel=TWIN)
    assert decay.factor(100) <= factors[-1]


def test_a_cosine_stays_at_its_end() -> None:
    decay = DECAYS["cosine"](updates=4, last=0.2)
    assert [decay.factor(update) for update in range(4, 13)] == pytest.approx([0.2] * 9, rel=TWIN)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("cosine", {"updates": 0}),
        ("cosine", {"updates": 4, "last": -0.1}),
        ("cosine", {"updates": 4, "last": 1.1}),
        ("stairs", {"every": 0}),
        ("stairs", {"every": 2, "drop": 0.0}),
        ("stairs", {"every": 2, "drop": 1.5}),
    ],
)
def test_fields_of_a_decay_out_of_range_are_named(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(reversed(fields))} must be"):
        DECAYS[kind](**fields)


def jacobian(operator: Any, at: Any) -> Any:
    """Columns of a linear operator on weights."""
    sizes = [array.size for array in at.values()]
    ends = np.cumsum(sizes)[:-1]
    columns = []
    for unit in np.eye(sum(sizes)):
        direction = {n: part.reshape(at[n].shape) for n, part in zip(at, np.split(unit, ends), strict=True)}
        columns.append(np.concatenate([operator(direction)[n].ravel() for n in at]))
    return np.stack(columns, axis=1)


def test_estimates_are_norms_of_the_matrices_and_the_variance_of_the_samples() -> None:
    network = SMALL["perceptron"]
    samples = Samples(images=DATA[0], labels=DATA[1])
    at = network.initial([np.random.default_rng(1)])
    curvature = _Curvature(network, samples, at)
    hessian, along, transposed = (
        jacobian(operator, at) for operator in (curvature.hessian, curvature.along, curvature.transposed)
    )
    np.testing.assert_allclose(hessian, hessian.T, atol=CURVES)
    np.testing.assert_allclose(transposed, along.T, atol=CURVES)
    assert np.abs(along - along.T).max() > 1e3 * CURVES  # so that forgetting to transpose would show
    found = estimate(network, DATA, list(at.values()), iterations=60, draws=800, batch=2)
    assert found.kind == "estimated"
    assert found.smoothness.item() == pytest.approx(np.linalg.norm(hessian, 2), rel=1e-3)  # 60 iterations, from below
    assert found.staleness_lipschitz.item() == pytest.approx(np.linalg.norm(along, 2), rel=1e-3)
    signals = [
        mean_signal(network, at, at, Samples(images=samples.images[i : i + 1], labels=samples.labels[i : i + 1]))
        for i in range(len(samples))
    ]
    exact = [np.var([signal[n] for signal in signals], axis=0).sum() / 2 for n in at]
    # 800 draws of a sum of squares that scatters by about its size: 1/√800 = 3.5 %, four times that.
    np.testing.assert_allclose(found.layer_noise[:, 0, 0], exact, rtol=0.14)
    assert found.noise_variance.item() == pytest.approx(found.layer_noise.sum(), rel=TWIN)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"step_size": -1.0}, "step_size must be finite and > 0, got -1"),
        ({"step_size": [[0.1]]}, r"step_size must be a number or have shape \(settings,\)"),
        ({"updates": 0}, "updates must be an integer >= 1, got 0"),
        ({"batch": 12}, r"batch must be an integer in 1\.\.11, got 12"),
        ({"runs": 0}, "runs must be an integer >= 1"),
        ({"seed": -1}, "seed must be an integer >= 0"),
        ({"rule": "sum"}, "rule must be one of"),
        ({"unit": "image"}, "unit must be one of"),
        ({"dtype": "float16"}, "dtype must be one of"),
        ({"fidelity": "men"}, "did you mean 'mean'"),
        ({"reads": ("exact", "exact")}, "reads must be two Read objects"),
        ({"record_every": 0}, "record_every must be an integer >= 1"),
        ({"probe": -1}, "probe must be an integer >= 0"),
        ({"divergence": 0.0}, "divergence must be > 0"),
        ({"checkpoint_every": 0}, "checkpoint_every must be an integer >= 1"),
        ({"checkpoint": "no/such/folder/x.npz"}, "checkpoint must be in a folder that exists"),
        ({"sizes": [5, 0, 0]}, "stage 1 would be empty"),
        ({"schedule": SCHEDULES["asynchronous_1f1b"](stages=6)}, "stages must be <= 5"),
        ({"schedule": SCHEDULES["stashed_1f1b"](stages=3)}, "weights are stashed on an analog device"),
        ({"device": ALD(tau=np.ones(4))}, "must broadcast"),
        ({"device": "ald"}, "device must be one of simulation.devices"),
        ({"evaluation": (DATA[0][:, :5], DATA[1])}, r"evaluation must have images of shape \(n, 6\), got \(11, 5\)"),
    ],
)
def test_bad_arguments_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        trained(**change)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((DATA[0], DATA[1][:5]), r"data must have 11 >= 1 integer labels, got \(5,\)"),
        ((DATA[0], DATA[1] + 0.5), "integer labels"),
        ((DATA[0], DATA[1] + 1), r"labels in 0\.\.2, got 1\.\.3"),
        ((DATA[0], DATA[1] - 1), r"labels in 0\.\.2, got -1\.\.1"),
        ((DATA[0] * np.nan, DATA[1]), "finite images, got nan"),
        ((DATA[0][:0], DATA[1][:0]), ">= 1 integer labels"),
        ((DATA[0],), "data must be images and labels, got 1 objects"),
    ],
)
def test_bad_data_are_named(data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train(NETWORK, data, IDEAL(), **arguments())


def test_channels_are_not_guessed() -> None:
    network = SMALL["resnet_small"]
    pictures, labels = images(network, 4)
    with pytest.raises(ValueError, match=r"images of shape \(n, 4, 4, 3\), got \(4, 3, 4, 4\)"):
        train(network, (np.moveaxis(pictures, -1, 1), labels), IDEAL(), **arguments())


@pytest.mark.parametrize("shape", [(16, 16, 1), (16, 16), (256,)])
def test_an_only_channel_may_be_left_out(shape: tuple[int, ...]) -> None:
    network = SMALL["lenet"]
    pictures, labels = images(network, 4)
    found = train(network, (pictures.reshape(4, *shape), labels), IDEAL(), probe=0, **arguments())
    expected = train(network, (pictures, labels), IDEAL(), probe=0, **arguments())
    np.testing.assert_array_equal(found.weights[0], expected.weights[0])


def test_digital_training_may_stash_weights() -> None:
    assert np.isfinite(trained(device=IDEAL(), schedule=SCHEDULES["stashed_1f1b"](stages=3)).weights[0]).all()


def test_the_page_s_example_runs() -> None:
    page = Path(__file__).parents[2] / "docs" / "training.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert result.attempted >= 7
    assert result.failed == 0


def test_a_level_is_first_reached_between_records() -> None:
    accuracy = np.array([[0.2, 0.9, 0.1], [0.6, 0.5, 0.2], [1.0, 1.0, 0.3], [0.0, 1.0, 0.4]])
    # A line from (10, 0.6) to (30, 1.0) crosses 0.8 at 20; the second curve starts above; the third stays below.
    np.testing.assert_allclose(first_reached(accuracy, [0, 10, 30, 40], 0.8), [20.0, 0.0, np.nan])
