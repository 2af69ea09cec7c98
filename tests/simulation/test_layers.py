"""Layers: gradients against differences and an independent autodiff library, convolutions against loops."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import simulation
from simulation.layers import LAYERS, Tile
from simulation.losses import LOSSES
from simulation.networks import NETWORKS
from simulation.step_sizes import DECAYS
from simulation.training._data import Samples
from simulation.training._passes import evaluated, mean_signal
from tests.simulation.small_networks import CLASSES, SMALL, images
from tests.tolerance import TWIN

GRADIENT = 1e-9
"""Relative; two ways to differentiate the same float64 function, some thousand roundings of 1e-16 each."""
DIFFERENCE = 1e-6
"""Relative; a central difference of length 1e-7, short enough not to cross the kink of a rectifier, errs by some
1e-16/1e-7 = 1e-9 of rounding, times the ratio of the loss to its slope, some hundred."""


def samples_of(network: Any, count: int = 3) -> Samples:
    pictures, labels = images(network, count)
    return Samples(images=pictures, labels=labels)


def weights_of(network: Any, runs: int = 1) -> Any:
    return network.initial([np.random.default_rng(seed) for seed in range(runs)])


@pytest.mark.parametrize("loss", sorted(LOSSES))
@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_the_fresh_signal_is_the_derivative_of_the_loss(name: str, loss: str) -> None:
    network, rng = replace(SMALL[name], objective=loss), np.random.default_rng(1)
    samples, weights = samples_of(network), weights_of(network, runs=2)
    gradient = mean_signal(network, weights, weights, samples)
    direction = {number: rng.standard_normal(array.shape) for number, array in weights.items()}
    step = 1e-7
    ends = [
        evaluated(network, {n: w + sign * step * direction[n] for n, w in weights.items()}, samples).loss
        for sign in (1, -1)
    ]
    slope = sum((gradient[number] * direction[number]).sum(axis=(-1, -2)) for number in weights)
    np.testing.assert_allclose((ends[0] - ends[1]) / (2 * step), slope, rtol=DIFFERENCE, atol=1e-9)


def convolved(layer: Any, weights: Any, x: Any) -> Any:
    """Sum over offsets of shifted images, written for one image: (height, width, channels)."""
    size, stride, edge = layer.size, layer.stride, layer.padding
    padded = anp.pad(x, ((edge, edge), (edge, edge), (0, 0)), mode="constant")
    height, width = ((side - size) // stride + 1 for side in padded.shape[:2])
    kernel = weights[:, :-1].reshape(layer.channels, size, size, -1)
    total = anp.zeros((height, width, 1)) + weights[:, -1]
    for i in range(size):
        for j in range(size):
            part = padded[i : i + stride * height : stride, j : j + stride * width : stride]
            total = total + anp.einsum("hwc,oc->hwo", part, kernel[:, i, j])
    return total


def windowed(layer: Any, x: Any) -> Any:
    height, width, channels = x.shape
    return x.reshape(height // layer.size, layer.size, width // layer.size, layer.size, channels)


def grouped(layer: Any, x: Any) -> Any:
    parts = x.reshape(*x.shape[:2], layer.groups, -1)
    centred = parts - anp.mean(parts, axis=(0, 1, 3), keepdims=True)
    return (centred / anp.sqrt(anp.mean(centred**2, axis=(0, 1, 3), keepdims=True) + layer.floor)).reshape(x.shape)


ALONE: dict[str, Callable[[Any, Any, Any], Any]] = {
    "dense": lambda layer, w, x: anp.dot(w[:, :-1], x) + w[:, -1],
    "convolution": convolved,
    "max_pool": lambda layer, w, x: anp.max(windowed(layer, x), axis=(1, 3)),
    "average_pool": lambda layer, w, x: anp.mean(windowed(layer, x), axis=(1, 3)),
    "relu": lambda layer, w, x: anp.where(x > 0, x, 0.0),
    "tanh": lambda layer, w, x: anp.tanh(x),
    "sigmoid": lambda layer, w, x: 1 / (1 + anp.exp(-x)),
    "flatten": lambda layer, w, x: x.reshape(-1),
    "rms_norm": lambda layer, w, x: x / anp.sqrt(anp.mean(x**2) + layer.floor),
    "group_norm": lambda layer, w, x: grouped(layer, x),
}
"""Layers on one array of one sample, as formulas of their own."""
STACKED: dict[str, Callable[[Any], Any]] = {
    "fork": lambda stack: [stack[0], *stack],
    "swap": lambda stack: [stack[1], stack[0], *stack[2:]],
    "join": lambda stack: [stack[0] + stack[1], *stack[2:]],
}
"""Layers that move arrays."""


def applied(name: str, layer: Any, weights: Any, stack: Sequence[Any]) -> list[Any]:
    if name in STACKED:
        return list(STACKED[name](stack))
    return [ALONE[name](layer, weights, stack[0]), *stack[1:]]


def independent_loss(network: Any, weights: Any, pictures: Any, labels: Any) -> Any:
    """Mean cross-entropy, image by image, in the autodiff library's arrays."""
    total = 0.0
    for picture, label in zip(pictures, labels, strict=True):
        stack = [picture]
        for number, layer in enumerate(network.layers):
            stack = applied(type(layer).__module__.rpartition(".")[2], layer, weights.get(number), stack)
        total = total + anp.log(anp.sum(anp.exp(stack[0]))) - stack[0][label]
    return total / len(labels)


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_gradients_are_those_of_an_independent_autodiff_library(name: str) -> None:
    network = SMALL[name]
    samples, weights = samples_of(network, 2), weights_of(network)
    expected = autograd.grad(lambda w: independent_loss(network, w, samples.images, samples.labels))(
        {number: array[0, 0] for number, array in weights.items()}
    )
    found = mean_signal(network, weights, weights, samples)
    for number, array in expected.items():
        np.testing.assert_allclose(found[number][0, 0], array, rtol=GRADIENT, atol=GRADIENT * abs(array).max())


def test_every_layer_is_in_a_network_that_is_differentiated() -> None:
    used = {type(layer).__module__.rpartition(".")[2] for network in SMALL.values() for layer in network.layers}
    assert used == set(LAYERS) == set(ALONE) | set(STACKED)


def test_a_missing_factor_in_a_derivative_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LAYERS["sigmoid"], "reverse", lambda self, stored, error: error * stored)
    with pytest.raises(AssertionError):
        test_the_fresh_signal_is_the_derivative_of_the_loss("perceptron", "softmax_cross_entropy")


@pytest.mark.parametrize(("size", "stride", "padding"), [(1, 1, 0), (3, 1, 1), (3, 2, 1), (2, 3, 0), (5, 1, 2)])
def test_a_convolution_is_its_loop(size: int, stride: int, padding: int) -> None:
    layer, rng = LAYERS["convolution"](channels=2, size=size, stride=stride, padding=padding), np.random.default_rng(0)
    image, weights = rng.standard_normal((7, 6, 3)), rng.standard_normal((2, size * size * 3 + 1))
    found = layer.forward(Tile(weights[None, None]), (image[None, None, None],))[0][0][0, 0, 0]
    for i in range(found.shape[0]):
        for j in range(found.shape[1]):
            for channel in range(2):
                total = weights[channel, -1]
                for a in range(size):
                    for b in range(size):
                        row, column = i * stride + a - padding, j * stride + b - padding
                        if 0 <= row < 7 and 0 <= column < 6:
                            for c in range(3):
                                total += weights[channel, (a * size + b) * 3 + c] * image[row, column, c]
                assert found[i, j, channel] == pytest.approx(total, rel=1e3 * TWIN, abs=1e3 * TWIN)
    assert found.shape == layer.through(((7, 6, 3),))[0]


@pytest.mark.parametrize(("size", "padding"), [(1, 0), (3, 0), (3, 1), (3, 2), (5, 2)])
def test_an_error_is_gathered_as_it_is_scattered(size: int, padding: int) -> None:
    layer, rng = LAYERS["convolution"](channels=2, size=size, padding=padding), np.random.default_rng(0)
    weights = rng.standard_normal((2, 1, 2, size * size * 3 + 1))
    height, width, _ = layer.through(((7, 6, 3),))[0]
    error = rng.standard_normal((2, 1, 4, height, width, 2))
    shape = (1, 1, 4, 7 + 2 * padding, 6 + 2 * padding, 3)
    gathered, scattered = (spread(Tile(weights), shape, error) for spread in (layer._gathered, layer._scattered))
    assert gathered.shape == (2, 1, 4, 7, 6, 3)
    np.testing.assert_allclose(gathered, scattered, rtol=1e3 * TWIN, atol=1e2 * TWIN)


FOLDERS = {"layers": LAYERS, "networks": NETWORKS, "losses": LOSSES, "step_sizes": DECAYS}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_a_folder_is_a_case(folder: str) -> None:
    root = Path(simulation.__file__).parent / folder
    assert set(FOLDERS[folder]) == {path.stem for path in root.glob("[!_]*.py")}


def test_equal_entries_of_a_window_send_the_error_to_the_first() -> None:
    layer = LAYERS["max_pool"](size=2)
    y, stored = layer.apply(np.zeros((1, 1, 1, 2, 2, 1)))
    assert layer.reverse(stored, np.ones(y.shape)).ravel().tolist() == [1, 0, 0, 0]


def test_a_window_with_a_number_that_is_none_stays_so() -> None:
    x = np.array([1.0, np.nan, 2.0, 3.0]).reshape(1, 1, 1, 2, 2, 1)
    assert np.isnan(LAYERS["max_pool"](size=2).apply(x)[0]).all()


def test_normalised_samples_do_not_depend_on_one_another() -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal((1, 1, 3, 4, 4, 8))
    for layer in (LAYERS["rms_norm"](), LAYERS["group_norm"](groups=2)):
        together, alone = layer.apply(x)[0], layer.apply(x[:, :, 1:2])[0]
        np.testing.assert_array_equal(together[:, :, 1:2], alone)
        assert np.square(alone).mean() == pytest.approx(1, rel=1e-3)  # the floor of 1e-5 against variances near 1


def test_cross_entropy_neither_overflows_nor_loses_a_large_output() -> None:
    losses, error = LOSSES["softmax_cross_entropy"]().evaluate(np.array([[[[1000.0, 0.0]]]]), np.array([[[1]]]))
    assert losses.item() == 1000.0
    assert error.ravel().tolist() == [1.0, -1.0]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_a_dtype_is_kept(name: str, dtype: str) -> None:
    network = SMALL[name]
    pictures, labels = images(network, 2)
    weights = {number: array.astype(dtype) for number, array in weights_of(network).items()}
    samples = Samples(images=pictures.astype(dtype), labels=labels)
    signal = mean_signal(network, weights, weights, samples)
    assert {array.dtype for array in signal.values()} == {np.dtype(dtype)}


def dense(outputs: int, **fields: Any) -> Any:
    return LAYERS["dense"](outputs=outputs, **fields)


@pytest.mark.parametrize(
    ("shape", "stack", "message"),
    [
        ((4,), (dense(3), dense(3, inputs=5)), r"layers\[1\] \(dense\) .*\(3,\).*must have shape \(5,\), got \(3,\)"),
        ((4, 4, 1), (dense(3),), r"layers\[0\] \(dense\) .*\(inputs,\), got \(4, 4, 1\)"),
        (
            (2, 2, 1),
            (LAYERS["convolution"](channels=1, size=3),),
            r"layers\[0\] \(convolution\) .*\(3, 3\), got \(2, 2\)",
        ),
        ((5, 5, 1), (LAYERS["max_pool"](size=2), dense(3)), r"layers\[0\] \(max_pool\) .*tile .* got \(5, 5, 1\)"),
        ((4,), (LAYERS["fork"](), dense(3), LAYERS["join"]()), r"layers\[2\] \(join\) .*got \(3,\) and \(4,\)"),
        ((4,), (dense(3), LAYERS["join"]()), r"layers\[1\] \(join\) .*opened by a fork"),
        ((4,), (dense(3), LAYERS["fork"]()), r"must end in one array .* after layers\[1\] \(fork\)"),
        ((4,), (LAYERS["tanh"](),), "at least one with weights"),
        ((4, 4, 3), (LAYERS["group_norm"](groups=2), dense(3)), r"layers\[0\] \(group_norm\) .*2 groups"),
    ],
)
def test_layers_that_do_not_fit_are_named_with_both_shapes(shape: Any, stack: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NETWORKS["layered"](shape=shape, stack=stack)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("dense", {"outputs": 0}),
        ("dense", {"outputs": 2, "gain": 0.0}),
        ("convolution", {"channels": 1, "size": 0}),
        ("max_pool", {"size": 0}),
        ("rms_norm", {"floor": 0.0}),
        ("group_norm", {"groups": 0}),
        ("group_norm", {"floor": -1.0}),
        ("group_norm", {"floor": "small"}),
        ("dense", {"outputs": 2, "gain": True}),
    ],
)
def test_fields_out_of_range_are_named(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(reversed(fields))} must be"):
        LAYERS[kind](**fields)


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("resnet_small", {"widths": (8, 12)}, r"widths must be multiples of 8, one at least, got \(8, 12\)"),
        ("resnet_small", {"widths": ()}, "widths must be multiples of 8"),
        ("perceptron", {"activation": "tahn"}, "activation must be one of .* did you mean 'tanh'"),
        (
            "perceptron",
            {"objective": "cross_entropy"},
            "objective must be one of .* did you mean 'softmax_cross_entropy'",
        ),
    ],
)
def test_fields_of_networks_are_named(kind: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NETWORKS[kind](**fields)


def test_squared_error_by_hand() -> None:
    losses, error = LOSSES["squared_error"]().evaluate(np.array([[[[3.0, 0.5]]]]), np.array([[[0]]]))
    assert losses.item() == (2.0**2 + 0.5**2) / 2
    assert error.ravel().tolist() == [2.0, 0.5]


def test_a_balanced_cut_has_the_cheapest_costliest_stage() -> None:
    network = SMALL["resnet10"]
    for stages in (2, 3):
        cut = network.cut(stages)
        assert [n for part in cut for n in part] == list(range(len(network.layers)))
        costs = [sum(network.costs[n] for n in part) for part in cut]
        starts = list(network.arrays)[1:]
        others = (
            [sum(network.costs[:a]), sum(network.costs[a:b]), sum(network.costs[b:])][: stages + (stages == 2)]
            for a in starts
            for b in (starts if stages == 3 else [len(network.layers)])
            if a < b
        )
        assert max(costs) == min(max(other) for other in others)
    assert min(len(part) for part in SMALL["perceptron"].cut(5)) == 1  # more stages than arrays


@pytest.mark.parametrize(
    ("stages", "sizes", "message"),
    [
        (6, None, "stages must be <= 5"),
        (2, [5, 0], "stage 1 would be empty"),
        (2, [2, 2], "sum to the 5 layers"),
        (2, [5], "sizes must be 2"),
    ],
)
def test_a_cut_that_leaves_a_stage_empty_is_refused(stages: int, sizes: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SMALL["perceptron"].cut(stages, sizes)


def test_published_sizes() -> None:
    assert NETWORKS["perceptron"]().arrays == {0: (256, 785), 2: (128, 257), 4: (10, 129)}
    assert (512,) in [shapes[0] for shapes in NETWORKS["lenet"]().shapes]
    assert len(NETWORKS["resnet10"]().arrays) == 10 + 3  # ten in depth, three on the branches that change size
    small = NETWORKS["resnet_small"]()
    assert small.shapes[1] == ((16, 16, 16),)
    # Stem, three blocks of two convolutions, two on the branches that change size, dense; every array with a bias.
    inner = 16 * 145 * 2 + 32 * (145 + 289 + 17) + 64 * (289 + 577 + 33)
    assert small.dimension == 16 * 28 + inner + 10 * 65
    assert SMALL["perceptron"].classes == CLASSES


@pytest.mark.parametrize("layer", [dense(400, gain=2.0), LAYERS["convolution"](channels=400, size=7, gain=2.0)])
def test_weights_start_uniform_and_the_bias_at_0(layer: Any) -> None:
    """49 inputs: within ±2/7, and among 19,600 draws one within a thousandth of the limit at either end."""
    shapes = ((49,),) if "outputs" in layer.__dataclass_fields__ else ((7, 7, 1),)
    weights = layer.initial(shapes, np.random.default_rng(0))
    assert weights.shape == (400, 50)
    assert (weights[:, -1] == 0).all()
    for end in (weights.max(), -weights.min()):
        assert 0.999 * 2 / 7 < end <= 2 / 7


def test_convolutions_of_residual_networks_start_with_the_variance_that_suits_relu() -> None:
    gains = {layer.gain for layer in SMALL["resnet10"].layers if isinstance(layer, LAYERS["convolution"])}
    assert [gain**2 / 3 for gain in gains] == [pytest.approx(2, rel=TWIN)]  # of a uniform number in ±gain


def test_costs_and_workspace_are_counted() -> None:
    network = NETWORKS["lenet"]()
    first, second = 24 * 24, 8 * 8
    convolutions = [first * 16 * 26, first * 16, 12 * 12 * 16, second * 32 * 401, second * 32, 4 * 4 * 32]
    assert list(network.costs) == [*convolutions, 512, 128 * 513, 128, 10 * 129]
    assert network.workspace == second * 401  # the second convolution's patches
    moving = ("fork", "swap", "join")
    stack = *(LAYERS[name]() for name in moving), dense(3)
    assert NETWORKS["layered"](shape=(4,), stack=stack).costs == (0, 0, 4, 15)


def test_weights_side_by_side_lie_in_the_order_of_the_layers() -> None:
    network = SMALL["perceptron"]
    assert network.parts == {0: slice(0, 35), 2: slice(35, 59), 4: slice(59, 74)}
    assert network.dimension == 74


def test_beside_the_costliest_stage_the_others_are_balanced() -> None:
    stack = dense(20), dense(2), dense(2), dense(2), dense(30), dense(3)
    network = NETWORKS["layered"](shape=(50,), stack=stack)
    assert network.costs == (1020, 42, 6, 6, 90, 93)
    assert network.cut(3) == (range(1), range(1, 5), range(5, 6))


def test_no_stage_is_empty_where_layers_cost_nothing() -> None:
    stack = LAYERS["fork"](), LAYERS["tanh"](), LAYERS["join"](), dense(3)
    assert NETWORKS["layered"](shape=(4,), stack=stack).cut(4) == tuple(range(n, n + 1) for n in range(4))
