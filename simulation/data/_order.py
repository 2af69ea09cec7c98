"""The order in which images are seen: one permutation an epoch, a pure function of seed and epoch."""

import itertools
from collections.abc import Iterator

import numpy as np

from simulation._arrays import IntArray, integer

_EPOCHS, _PARTS = 0x0D0E, 0x0D0F
# First words of the spawn keys: they keep these orders apart from each other and from whatever else is
# drawn with the same seed (other modules count their keys from 0).


def permutation(count: int, *, seed: int, epoch: int) -> IntArray:
    """Return the permutation of 0..count−1 in which epoch `epoch` sees the images.

    Ranks of 64 raw random bits an image: their stream is fixed for every release of NumPy, which that of
    `Generator.permutation` is not. Equal bits (chance count²/2⁶⁵) keep the order of the images.

    Args:
        count: int ≥ 1, number of images.
        seed: int ≥ 0; another seed is an independent order.
        epoch: int ≥ 0; another epoch is an independent order.

    Raises:
        ValueError: if an argument is not such an integer.
    """
    epoch = integer("epoch", epoch, minimum=0)
    return _ranked(integer("count", count, minimum=1), integer("seed", seed, minimum=0), _EPOCHS, epoch)


def part_order(count: int, *, seed: int) -> IntArray:
    """Return the permutation of 0..count−1 that parts training files; independent of every epoch's.

    Raises:
        ValueError: if `count` is not an integer ≥ 1 or `seed` not one ≥ 0.
    """
    return _ranked(integer("count", count, minimum=1), integer("seed", seed, minimum=0), _PARTS)


def batches(count: int, batch: int, *, seed: int, epoch: int, start: int = 0) -> Iterator[IntArray]:
    """Return an iterator over the mini-batches of one epoch: indices (batch,), without repetition.

        permutation   [ 5 0 3 | 7 1 6 | 2 4 ]     count = 8, batch = 3
        step              0       1     (left out this epoch)

    The count mod batch images at the end are left out, because a smaller batch would have another noise;
    the next epoch leaves out others. Memory: the permutation; each batch is a view of it.

    Args:
        count: int ≥ 1, number of images.
        batch: int in 1..count, images a mini-batch.
        seed: int ≥ 0.
        epoch: int ≥ 0.
        start: int in 0..count//batch, the first step that is wanted: a resumed run sees what it would have.

    Raises:
        ValueError: at the call, if an argument is not such an integer.
    """
    steps = steps_per_epoch(count, batch)
    integer("start", start, minimum=0, maximum=steps)
    order = permutation(count, seed=seed, epoch=epoch)
    return (order[step * batch : (step + 1) * batch] for step in range(start, steps))


def stream(count: int, batch: int, *, seed: int, start: int = 0) -> Iterator[IntArray]:
    """Return the endless iterator over the mini-batches of epoch 0, 1, 2, … from update `start` on.

    `start` counts updates over all epochs; arguments and errors otherwise as in `batches`.
    """
    steps = steps_per_epoch(count, batch)
    epoch, step = divmod(integer("start", start, minimum=0), steps)
    first = batches(count, batch, seed=seed, epoch=epoch, start=step)
    later = (batches(count, batch, seed=seed, epoch=number) for number in itertools.count(epoch + 1))
    return itertools.chain(first, itertools.chain.from_iterable(later))


def steps_per_epoch(count: int, batch: int) -> int:
    """Return ⌊count/batch⌋, the updates of one epoch.

    Raises:
        ValueError: if `count` is not an integer ≥ 1 or `batch` not one in 1..count.
    """
    return integer("count", count, minimum=1) // integer("batch", batch, minimum=1, maximum=count)


def _ranked(count: int, seed: int, *key: int) -> IntArray:
    bits = np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)).random_raw(count)
    return np.argsort(bits, kind="stable").astype(np.int64, copy=False)
