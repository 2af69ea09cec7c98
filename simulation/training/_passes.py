"""Forward and backward passes through consecutive layers, and the signal of many samples."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from simulation._arrays import IntArray
from simulation.layers._layer import Array, Message, Terms, Tile
from simulation.networks._network import LayeredNetwork
from simulation.training._data import Samples

Tiles = Mapping[int, Tile]
"""Layer → its array as it is met."""
Weights = Mapping[int, Array]
"""Layer → W of its array, (settings, runs, rows, columns)."""
_WORKSPACE = 2**22  # entries of the largest array that evaluating many samples may make, 16 MiB in float32


class Score(NamedTuple):
    """Sums over samples, each of shape (settings, runs)."""

    loss: Array
    correct: Array


def exact(weights: Weights) -> dict[int, Tile]:
    """Tiles that are read without error."""
    return {number: Tile(array) for number, array in weights.items()}


def forward(network: LayeredNetwork, layers: range, tiles: Tiles, message: Message) -> tuple[Message, dict[int, Any]]:
    """Message that leaves the layers, and what each stored."""
    stored: dict[int, Any] = {}
    for number in layers:
        message, stored[number] = network.layers[number].forward(tiles.get(number), message)
    return message, stored


def backward(
    network: LayeredNetwork, layers: range, tiles: Tiles, stored: Mapping[int, Any], error: Message
) -> tuple[Message, dict[int, Terms]]:
    """Error that leaves the layers, and the terms of each array; nothing is computed before the first array."""
    first, terms = min(network.arrays), {}
    for number in reversed(layers):
        layer = network.layers[number]
        found = layer.terms(stored[number], error)
        if found is not None:
            terms[number] = found
        if number > first:
            error = layer.backward(tiles.get(number), stored[number], error)
    return error, terms


def score(network: LayeredNetwork, output: Array, labels: IntArray) -> tuple[Score, Array]:
    """Summed loss and hits of a batch, and the error that enters the last layer."""
    losses, error = network.loss.evaluate(output, labels)
    hits = output.argmax(axis=-1) == labels
    return Score(losses.sum(axis=-1, dtype=np.float64), hits.sum(axis=-1)), error


def evaluated(
    network: LayeredNetwork,
    weights: Weights,
    samples: Samples,
    tiles: Callable[[int], Tiles] | None = None,
) -> Score:
    """Mean loss and accuracy over all samples, (settings, runs); part k of them is read through tiles(k), if given."""
    layers, plain = range(len(network.layers)), exact(weights)
    parts = []
    for number, (images, labels) in enumerate(chunks(network, weights, samples)):
        output, _ = forward(network, layers, plain if tiles is None else tiles(number), (images,))
        parts.append(score(network, output[0], labels)[0])
    return Score(*(sum(part) / len(samples) for part in zip(*parts, strict=True)))


def mean_signal(network: LayeredNetwork, read: Weights, used: Weights, samples: Samples) -> dict[int, Array]:
    """h(U, W): mean over the samples of the signal with forward weights `read` and backward weights `used`."""
    layers, total = range(len(network.layers)), dict[int, Array]()
    for images, labels in chunks(network, read, samples):
        output, stored = forward(network, layers, exact(read), (images,))
        _, error = score(network, output[0], labels)
        _, terms = backward(network, layers, exact(used), stored, (error / len(samples),))
        for number, (errors, inputs) in terms.items():
            part = np.swapaxes(errors, -1, -2) @ inputs
            total[number] = total[number] + part if number in total else part
    return total


def chunks(network: LayeredNetwork, weights: Weights, samples: Samples) -> Iterator[tuple[Array, IntArray]]:
    """All samples in parts that the workspace holds, shared by settings and runs, (1, 1, part, *shape)."""
    rows = max(int(np.prod(array.shape[:2])) for array in weights.values())
    size = max(1, min(1000, _WORKSPACE // (rows * network.workspace)))
    for start in range(0, len(samples), size):
        part = slice(start, start + size)
        yield samples.images[np.newaxis, np.newaxis, part], samples.labels[np.newaxis, np.newaxis, part]


def squared_norm(arrays: Sequence[Array]) -> Array:
    """Σ of squares over all arrays, (settings, runs), added up in float64."""
    return np.asarray(np.sum([inner(array, array) for array in arrays], axis=0))


def inner(left: Array, right: Array) -> Array:
    """Inner product of two arrays' weights, (settings, runs)."""
    return np.asarray(np.einsum("srij,srij->sr", left, right, dtype=np.float64, casting="same_kind"))
