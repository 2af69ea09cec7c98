"""Labelled images, and in which order each run sees them."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import IntArray, integer
from simulation.data._order import permutation
from simulation.layers._layer import Array
from simulation.networks._network import LayeredNetwork

DTYPES: dict[str, np.dtype[Any]] = {"float32": np.dtype(np.float32), "float64": np.dtype(np.float64)}


class Labelled(Protocol):
    """What may be given as data: any object with these two arrays."""

    @property
    def images(self) -> NDArray[Any]:
        """Samples (n, *shape)."""

    @property
    def labels(self) -> NDArray[Any]:
        """Classes (n,)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Samples:
    """Images in the shape that a network takes, and their labels."""

    images: Array
    """(n, *input_shape)."""
    labels: IntArray
    """(n,), in 0..classes−1."""

    @classmethod
    def of(cls, name: str, data: Any, network: LayeredNetwork, dtype: np.dtype[Any]) -> "Samples":
        """Check and convert.

        Args:
            name: what it is called in messages.
            data: an object with `images` and `labels`, or the two arrays.
            network: says which shape and how many classes. An image may also be flat, or lack the axis of its only
                channel; a vector may also come as an image.
            dtype: of the images.

        Raises:
            ValueError: if shapes, numbers or labels do not fit, or a pixel is not finite.
        """
        given = tuple(data) if isinstance(data, tuple | list) else (data.images, data.labels)
        if len(given) != 2:
            raise ValueError(f"{name} must be images and labels, got {len(given)} objects")
        images = _shaped(name, np.asarray(given[0]), tuple(network.input_shape)).astype(dtype)
        labels = np.asarray(given[1])
        if labels.shape != (len(images),) or labels.dtype.kind not in "iu" or not len(images):
            raise ValueError(f"{name} must have {len(images)} >= 1 integer labels, got {labels.shape} {labels.dtype}")
        if labels.min() < 0 or labels.max() >= network.classes:
            raise ValueError(f"{name} must have labels in 0..{network.classes - 1}, got {labels.min()}..{labels.max()}")
        if not np.isfinite(images).all():
            raise ValueError(f"{name} must have finite images, got {images[~np.isfinite(images)].flat[0]}")
        return cls(images=np.ascontiguousarray(images), labels=labels.astype(np.int64))

    @property
    def digest(self) -> str:
        """Hash of images and labels."""
        found = hashlib.sha256(self.images.data)
        found.update(self.labels.data)
        return found.hexdigest()

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.labels)


class Feed:
    """The k-th micro-batch of every run, k = 0, 1, …; each run shuffles anew in every epoch, by its own seed.

    An epoch has ⌊n/batch⌋ micro-batches; what is left over waits for the next permutation.
    """

    def __init__(self, samples: Samples, batch: int, seed: int, runs: int) -> None:
        """Draw nothing yet."""
        self._samples, self._seed, self._runs = samples, seed, runs
        self.batch = integer("batch", batch, minimum=1, maximum=len(samples))
        self.epoch = len(samples) // self.batch
        self._order = lru_cache(maxsize=2)(self._permutations)  # a pipeline may reach across one end of an epoch

    def __getitem__(self, number: int) -> tuple[Array, IntArray]:
        """Images (1, runs, batch, *shape) and labels (1, runs, batch)."""
        epoch, place = divmod(number, self.epoch)
        chosen = self._order(epoch)[:, place * self.batch : (place + 1) * self.batch]
        return self._samples.images[chosen][np.newaxis], self._samples.labels[chosen][np.newaxis]

    def _permutations(self, epoch: int) -> IntArray:
        rows = [permutation(len(self._samples), seed=self._seed, epoch=epoch, run=run) for run in range(self._runs)]
        return np.stack(rows)


_PURPOSES = ("weights", "pulses", "probe", "estimate", "forward", "backward", "evaluation")


def stream(seed: int, purpose: str, *key: int) -> np.random.Generator:
    """Independent generator for a purpose and numbers: any of them can be made without the others."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_PURPOSES.index(purpose), *key))
    return np.random.Generator(np.random.SFC64(sequence))


def _shaped(name: str, images: Array, shape: tuple[int, ...]) -> Array:
    """Images of exactly that shape, if there is only one way to read them so."""
    sample = images.shape[1:]
    without = shape[:-1] if len(shape) == 3 and shape[-1] == 1 else shape
    flat = (int(np.prod(shape)),)
    readable = {shape, without} | ({flat} if without != shape else set())
    vector = len(shape) == 1 and int(np.prod(sample)) == shape[0]
    if images.ndim < 2 or not (sample in readable or vector):
        raise ValueError(f"{name} must have images of shape (n, {', '.join(map(str, shape))}), got {images.shape}")
    return images.reshape(len(images), *shape)
